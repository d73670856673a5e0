package dev.ferry.protocol.recovery;

/**
 * Notices that everything was lost for a long time (RFC 9002, section 7.6): of two lost packets,
 * between which none was acknowledged, the second was sent long after the first, and both after the
 * first round-trip time was measured. The losses may be noticed at different times.
 */
final class PersistentCongestion {
  /** RFC 9002, section 7.6.1: three probe timeouts. */
  static final int PROBE_TIMEOUTS = 3;

  private static final long NONE = -1;

  /** The run of lost packets: its first and last number so far, or NONE. */
  private long first = NONE;

  private long last;
  private long firstSentNs;
  private boolean established;

  /** A packet was lost; in the order in which they were sent. */
  void onLost(long number, SentPackets sent, RttEstimator rtt) {
    long sentNs = sent.sentNs(number);
    if (!rtt.isSampled() || sentNs - rtt.firstSampleNs() <= 0) {
      return;
    }
    if (first == NONE || sent.hasAckedBetween(last, number)) {
      first = number;
      firstSentNs = sentNs;
    }
    last = number;
    established |= sentNs - firstSentNs > PROBE_TIMEOUTS * rtt.probeTimeoutNs();
  }

  /** A packet that was lost has arrived after all. */
  void onMistake(long number) {
    if (number >= first) {
      reset();
    }
  }

  /** Whether it is established; tells so once, and begins anew. */
  boolean take() {
    if (!established) {
      return false;
    }
    reset();
    return true;
  }

  void reset() {
    first = NONE;
    established = false;
  }
}
