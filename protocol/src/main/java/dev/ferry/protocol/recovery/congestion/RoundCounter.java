package dev.ferry.protocol.recovery.congestion;

/**
 * Counts round trips by packets (draft-ietf-ccwg-bbr, section 5.5.1): a round is over when a packet
 * is acknowledged that was sent after its beginning. Not thread-safe.
 */
final class RoundCounter {
  private long nextRoundBytes;
  private long count;

  /** Begins a round now; the one that is cut short does not count. */
  void restart(long deliveredBytes) {
    nextRoundBytes = deliveredBytes;
  }

  /**
   * An acknowledgement came in.
   *
   * @return whether it begins a round
   */
  boolean onAck(AckSample sample) {
    if (sample.priorDeliveredBytes() < nextRoundBytes) {
      return false;
    }
    nextRoundBytes = sample.deliveredBytes();
    count++;
    return true;
  }

  /** How many rounds have begun. */
  long count() {
    return count;
  }
}
