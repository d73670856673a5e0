package dev.ferry.protocol.recovery;

/**
 * Hears what becomes of packets that call for an acknowledgement. May ask {@link SentPackets} what
 * they carried, but must not change it.
 */
public interface SentPacketListener {
  /**
   * A packet has been acknowledged.
   *
   * @param number its number
   * @param wasLost whether it had been declared lost: what it carried need not be sent again
   */
  void onAcknowledged(long number, boolean wasLost);

  /** A packet has been declared lost. */
  void onLost(long number);
}
