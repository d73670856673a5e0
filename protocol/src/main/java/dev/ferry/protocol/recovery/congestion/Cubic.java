package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * CUBIC (RFC 9438) with HyStart++ (RFC 9406) for the first slow start. As {@link NewReno} does, it
 * grows the window only where it was used, undoes a reduction when every packet that was lost in
 * its recovery has arrived after all (RFC 9438, section 4.9.2, leaves the way open), and paces as
 * RFC 9002, section 7.7, says. Not thread-safe.
 */
public final class Cubic implements CongestionController {
  private static final int INITIAL_PACKETS = 10;
  private static final double INITIAL_BYTES = 14_720;
  private static final int MIN_PACKETS = 2;
  private static final int QUANTUM_PACKETS = 16;

  /** RFC 9438, section 4.1.2: C in packets per second cubed, and β. */
  private static final double C = 0.4;

  private static final double BETA = 0.7;

  /** Section 4.3: what makes Reno's growth as good as this one's, on average. */
  private static final double RENO_ALPHA = 3 * (1 - BETA) / (1 + BETA);

  /** Section 4.2: the target is at most so much above the window. */
  private static final double MAX_GROWTH = 1.5;

  private static final long NO_THRESHOLD = Long.MAX_VALUE;
  private static final double SLOW_START_PACING = 2;
  private static final double AVOIDANCE_PACING = 1.25;

  private final int packetBytes;
  private final double maxWindowBytes;
  private final HyStart hyStart = new HyStart();

  private double windowBytes;
  private double thresholdBytes = NO_THRESHOLD;
  private long smoothedRttNs;
  private long largestSent = -1;
  private long growingBytes;

  /** The curve of congestion avoidance: none between a reduction and the next acknowledgement. */
  private boolean inEpoch;

  private long epochNs;
  private double originPackets;
  private double originSeconds;
  private double renoPackets;

  /** The window before the last reduction, or less to make room for others, in packets. */
  private double maxPackets;

  /** What the window was before that reduction, from where on Reno's estimate grows faster. */
  private double priorPackets;

  private boolean reduced;
  private long reducedNs;
  private boolean reducedBefore;
  private long reducedBeforeNs;
  private int lostSinceReduction;

  /** How to undo it. */
  private double windowBeforeBytes;

  private double thresholdBeforeBytes;
  private double maxBeforePackets;
  private boolean slowStartBefore;

  /**
   * Begins a path.
   *
   * @param packetBytes the length of a full datagram, 1 … 65507
   * @param initialRttNs what is known of the round-trip time, above 0
   * @param maxWindowBytes what the window never exceeds, at least that of 2 packets
   */
  public Cubic(int packetBytes, long initialRttNs, long maxWindowBytes) {
    this.packetBytes = packetBytes;
    this.smoothedRttNs = initialRttNs;
    this.maxWindowBytes = Math.max((double) maxWindowBytes, minWindowBytes());
    double initial =
        Math.min((double) INITIAL_PACKETS * packetBytes, Math.max(minWindowBytes(), INITIAL_BYTES));
    this.windowBytes = Math.min(initial, this.maxWindowBytes);
  }

  private double minWindowBytes() {
    return (double) MIN_PACKETS * packetBytes;
  }

  @Override
  public void onPacketSent(long number, int bytes, long inFlightBytes, long nowNs) {
    largestSent = number;
  }

  @Override
  public void onPacketAcked(long number, int bytes, long sentNs, boolean appLimited) {
    if (!appLimited && !isInRecovery(sentNs)) {
      growingBytes += bytes;
    }
  }

  private boolean isInRecovery(long sentNs) {
    return reduced && sentNs - reducedNs <= 0;
  }

  @Override
  public void onPacketLost(
      long number,
      int bytes,
      long sentNs,
      long flightAtSendBytes,
      long lostSinceBytes,
      long nowNs) {
    if (!isInRecovery(sentNs)) {
      remember();
      reduced = true;
      reducedNs = nowNs;
      reduce();
    }
    lostSinceReduction++;
  }

  private void remember() {
    windowBeforeBytes = windowBytes;
    thresholdBeforeBytes = thresholdBytes;
    maxBeforePackets = maxPackets;
    slowStartBefore = !hyStart.isOver();
    lostSinceReduction = 0;
    reducedBefore = reduced;
    reducedBeforeNs = reducedNs;
  }

  /** RFC 9438, sections 4.6 and 4.7: less than the last time means that others need room. */
  private void reduce() {
    double packets = windowBytes / packetBytes;
    priorPackets = packets;
    maxPackets = packets < maxPackets ? packets * (1 + BETA) / 2 : packets;
    hyStart.end();
    windowBytes = Math.max(windowBytes * BETA, minWindowBytes());
    thresholdBytes = windowBytes;
    inEpoch = false;
    growingBytes = 0;
  }

  @Override
  public void onSpuriousLoss(long number, int bytes, long sentNs, long nowNs) {
    boolean ofReductionBefore = reducedBefore && sentNs - reducedBeforeNs <= 0;
    if (!isInRecovery(sentNs)
        || ofReductionBefore
        || lostSinceReduction == 0
        || --lostSinceReduction > 0) {
      return;
    }
    windowBytes = Math.max(windowBytes, windowBeforeBytes);
    thresholdBytes = thresholdBeforeBytes;
    maxPackets = maxBeforePackets;
    inEpoch = false;
    reduced = false;
    if (slowStartBefore) {
      hyStart.restart(largestSent);
    }
  }

  @Override
  public void onPersistentCongestion(long nowNs) {
    maxPackets = windowBytes / packetBytes;
    windowBytes = minWindowBytes();
    inEpoch = false;
    reduced = false;
    lostSinceReduction = 0;
    growingBytes = 0;
  }

  @Override
  public void onWindowLimited() {}

  @Override
  public void onAck(AckSample sample) {
    smoothedRttNs = sample.smoothedRttNs();
    long grown = growingBytes;
    growingBytes = 0;
    if (windowBytes < thresholdBytes) {
      growSlowStart(sample, grown);
    } else if (isUsed(sample, NewReno.USED_PERCENT_AVOIDANCE)) {
      growAvoidance(grown, sample.nowNs());
    } else {
      inEpoch = false; // The curve must not run away from a window that is not used.
    }
    windowBytes = Math.min(windowBytes, maxWindowBytes);
  }

  private void growSlowStart(AckSample sample, long grown) {
    long growth = grown;
    if (thresholdBytes == NO_THRESHOLD) {
      growth = hyStart.onAck(sample.largestAcked(), largestSent, sample.rttNs(), grown);
    }
    if (isUsed(sample, NewReno.USED_PERCENT_SLOW_START)) {
      windowBytes += growth;
    }
    if (thresholdBytes == NO_THRESHOLD && hyStart.isOver()) {
      thresholdBytes = windowBytes;
    }
  }

  private boolean isUsed(AckSample sample, int percent) {
    return sample.priorInFlightBytes() >= windowBytes / 100 * percent;
  }

  private void growAvoidance(long grown, long nowNs) {
    double packets = windowBytes / packetBytes;
    if (!inEpoch) {
      beginEpoch(packets, nowNs);
    }
    double ackedPackets = (double) grown / packetBytes;
    renoPackets += (renoPackets < priorPackets ? RENO_ALPHA : 1) * ackedPackets / packets;
    double seconds = (double) (nowNs - epochNs + smoothedRttNs) / Nanos.SECOND - originSeconds;
    double curve = C * seconds * seconds * seconds + originPackets;
    double target = Math.max(packets, Math.min(curve, MAX_GROWTH * packets));
    double grownPackets = packets + (target - packets) / packets * ackedPackets;
    windowBytes = Math.max(grownPackets, Math.min(renoPackets, MAX_GROWTH * packets)) * packetBytes;
  }

  /** RFC 9438, section 4.2: the curve has its origin where the window was reduced. */
  private void beginEpoch(double packets, long nowNs) {
    inEpoch = true;
    epochNs = nowNs;
    renoPackets = packets;
    originPackets = Math.max(maxPackets, packets);
    originSeconds = StrictMath.cbrt((originPackets - packets) / C);
  }

  @Override
  public long windowBytes() {
    return (long) windowBytes;
  }

  @Override
  public long pacingBytesPerSecond() {
    double gain = windowBytes < thresholdBytes ? SLOW_START_PACING : AVOIDANCE_PACING;
    return Math.max(1, (long) (gain * windowBytes * Nanos.SECOND / smoothedRttNs));
  }

  @Override
  public long sendQuantumBytes() {
    return (long) QUANTUM_PACKETS * packetBytes;
  }
}
