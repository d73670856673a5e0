package dev.ferry.protocol.recovery.congestion;

/**
 * What an earlier connection found on a path (RFC 9959, careful resume), and whether this can be
 * the same path. The steps of the RFC are elsewhere: reconnaissance ends when the first packets
 * have arrived ({@link PacketTrain}), the jump, its validation and the safe retreat are in {@link
 * ControlParameters}.
 *
 * @param bytesPerSecond what the path carried, above 0
 * @param rttNs its round-trip time without a queue, above 0
 */
record CarefulResume(long bytesPerSecond, long rttNs) {
  /** By which factor the round-trip time may differ. */
  private static final int RTT_FACTOR = 2;

  /**
   * The rate if the path seems to be the same, else 0; in bytes per second.
   *
   * @param minRttNs the smallest round-trip time now, above 0
   */
  double bytesPerSecond(long minRttNs) {
    boolean same = minRttNs <= RTT_FACTOR * rttNs && rttNs <= RTT_FACTOR * minRttNs;
    return same ? bytesPerSecond : 0;
  }
}
