package dev.ferry.protocol.recovery;

import dev.ferry.protocol.util.Nanos;

/**
 * What is known of the round-trip time of one path (RFC 9002, section 5). All times in nanoseconds.
 * Not thread-safe.
 */
public final class RttEstimator {
  /** What is assumed before the first sample (RFC 9002, section 6.2.2). */
  public static final long INITIAL_RTT_NS = 333 * Nanos.MILLISECOND;

  /** What a timer may be late (RFC 9002, section 6.1.2). */
  static final long GRANULARITY_NS = Nanos.MILLISECOND;

  /** From so many samples on the peer's delays are known. */
  private static final int KNOWING_SAMPLES = 4;

  /** The longest delay is forgotten by this fraction with each sample. */
  private static final int FORGETTING_FRACTION = 16;

  private final long maxAckDelayNs;
  private boolean sampled;
  private long firstSampleNs;
  private long latestNs;
  private long smoothedNs;
  private long variationNs;
  private long minNs;
  private int samples;

  /** The longest delay that the peer has reported lately. */
  private long reportedDelayNs;

  /**
   * Knows nothing yet.
   *
   * @param maxAckDelayNs how long the peer delays acknowledgements at most, 0 or more
   */
  public RttEstimator(long maxAckDelayNs) {
    this.maxAckDelayNs = maxAckDelayNs;
    reset();
  }

  /** Forgets everything: the path is another one. */
  public void reset() {
    sampled = false;
    samples = 0;
    reportedDelayNs = 0;
    assume(INITIAL_RTT_NS);
  }

  /**
   * Assumes a round-trip time until there is a sample, as the handshake has shown it.
   *
   * @param assumedNs above 0
   */
  void assume(long assumedNs) {
    latestNs = assumedNs;
    smoothedNs = assumedNs;
    variationNs = assumedNs / 2;
    minNs = assumedNs;
  }

  /**
   * Takes in a sample (section 5.3).
   *
   * @param sampleNs the time from the sending of a packet to its acknowledgement; below 1 counts as
   *     1
   * @param ackDelayNs how long the peer says that it waited with it; not believed above the agreed
   *     limit, nor where the sample would fall below the smallest one
   */
  public void update(long sampleNs, long ackDelayNs, long nowNs) {
    latestNs = Math.max(1, sampleNs);
    samples++;
    reportedDelayNs = Math.max(ackDelayNs, reportedDelayNs - reportedDelayNs / FORGETTING_FRACTION);
    if (!sampled) {
      sampled = true;
      firstSampleNs = nowNs;
      minNs = latestNs;
      smoothedNs = latestNs;
      variationNs = latestNs / 2;
      return;
    }
    minNs = Math.min(minNs, latestNs);
    long delayNs = Math.max(0, Math.min(ackDelayNs, maxAckDelayNs));
    long adjustedNs = latestNs - minNs >= delayNs ? latestNs - delayNs : latestNs;
    variationNs += (Math.abs(smoothedNs - adjustedNs) - variationNs) / 4;
    smoothedNs += (adjustedNs - smoothedNs) / 8;
  }

  /** After persistent congestion the path may be another one (section 5.2). */
  void restartMin() {
    minNs = latestNs;
  }

  /** Whether there was a sample. */
  public boolean isSampled() {
    return sampled;
  }

  /** When the first sample came; only if {@link #isSampled}. */
  long firstSampleNs() {
    return firstSampleNs;
  }

  /** The latest sample, above 0; {@link #INITIAL_RTT_NS} before the first. */
  long latestNs() {
    return latestNs;
  }

  /** The smoothed round-trip time, above 0; {@link #INITIAL_RTT_NS} before the first sample. */
  public long smoothedNs() {
    return smoothedNs;
  }

  /** How samples vary, on average. */
  long variationNs() {
    return variationNs;
  }

  /** The smallest sample, above 0; {@link #INITIAL_RTT_NS} before the first. */
  public long minNs() {
    return minNs;
  }

  /**
   * The probe timeout without backing off (section 6.2.1). The peer's delay counts as what the rule
   * for it says at this round-trip time, or as what it reports, if that is longer.
   */
  public long probeTimeoutNs() {
    return smoothedNs + Math.max(4 * variationNs, GRANULARITY_NS) + ackDelayNs();
  }

  private long ackDelayNs() {
    if (samples < KNOWING_SAMPLES) {
      return maxAckDelayNs;
    }
    long ruleNs = AckSchedule.delayLimitNs(smoothedNs);
    return Math.min(maxAckDelayNs, Math.max(ruleNs, reportedDelayNs));
  }

  /**
   * How long after its sending a packet is lost if a later one has been acknowledged (section
   * 6.1.2).
   */
  public long lossDelayNs() {
    long longerNs = Math.max(smoothedNs, latestNs);
    return Math.max(longerNs + longerNs / 8, GRANULARITY_NS);
  }
}
