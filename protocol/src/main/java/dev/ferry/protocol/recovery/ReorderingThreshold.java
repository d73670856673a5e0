package dev.ferry.protocol.recovery;

/**
 * By how much packets may overtake each other before one counts as lost: RFC 9002's constants at
 * first, and more after packets were declared lost by mistake, as far as those were overtaken (the
 * idea of RFC 8985, section 6.2). Sixteen round trips without a mistake bring the constants back.
 * Not thread-safe.
 */
final class ReorderingThreshold {
  /** RFC 9002, section 6.1.2: an eighth of the round-trip time more than it; a half at most. */
  private static final int LEAST_EIGHTHS = 1;

  private static final int MOST_EIGHTHS = 4;
  private static final int EIGHTH = 8;
  private static final int MEMORY_ROUND_TRIPS = 16;

  private long packets = SentPackets.PACKET_THRESHOLD;
  private int eighths = LEAST_EIGHTHS;

  /** What a timer that is running counts with: only an acknowledgement changes it. */
  private int appliedEighths = LEAST_EIGHTHS;

  private long mistakenNs;

  /**
   * A packet was declared lost by mistake.
   *
   * @param overtakenBy how many numbers above it have been acknowledged by now
   * @param inFlight how many packets are in flight; the threshold is at most half of that
   */
  void onMistake(long overtakenBy, int inFlight, long smoothedRttNs, long nowNs) {
    boolean sameRound = eighths > LEAST_EIGHTHS && nowNs - mistakenNs < smoothedRttNs;
    if (!sameRound) {
      eighths = Math.min(eighths + 1, MOST_EIGHTHS);
      mistakenNs = nowNs;
    }
    long most = Math.max(SentPackets.PACKET_THRESHOLD, inFlight / 2);
    packets = Math.max(packets, Math.min(overtakenBy + 1, most));
  }

  /** An acknowledgement came in. */
  void onAck(long smoothedRttNs, long nowNs) {
    if (eighths > LEAST_EIGHTHS && nowNs - mistakenNs > MEMORY_ROUND_TRIPS * smoothedRttNs) {
      eighths = LEAST_EIGHTHS;
      packets = SentPackets.PACKET_THRESHOLD;
    }
    appliedEighths = eighths;
  }

  /** How many numbers later a packet may have been sent whose arrival makes one lost. */
  long packets() {
    return packets;
  }

  /** How long after its sending a packet is lost if a later one has arrived. */
  long delayNs(RttEstimator rtt) {
    long longerNs = Math.max(rtt.smoothedNs(), rtt.latestNs());
    return rtt.lossDelayNs() + longerNs / EIGHTH * (appliedEighths - LEAST_EIGHTHS);
  }
}
