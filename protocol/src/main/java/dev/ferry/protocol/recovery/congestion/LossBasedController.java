package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * What the controllers have in common that take every loss for congestion: slow start with
 * HyStart++ (RFC 9406), one reduction for each round trip with losses (RFC 9002, section 7.3.2),
 * and the pacing of RFC 9002, section 7.7. Two things are added:
 *
 * <ul>
 *   <li>The window grows only where it was used (section 7.8): by packets after which there was
 *       more to send, or that filled it, and while at least {@value #USED_PERCENT_SLOW_START}
 *       percent of it ({@value #USED_PERCENT_AVOIDANCE} in congestion avoidance) are in flight.
 *   <li>A reduction is undone when every packet that was lost in its recovery has arrived after all
 *       (the idea of RFC 4015; RFC 9438, section 4.9.2, leaves the way open).
 * </ul>
 *
 * <p>Not thread-safe.
 */
abstract sealed class LossBasedController implements CongestionController permits NewReno, Cubic {
  /** RFC 9002, section 7.2: ten packets, but no more than about ten of 1472 bytes. */
  private static final int INITIAL_PACKETS = 10;

  private static final double INITIAL_BYTES = 14_720;
  private static final int MIN_PACKETS = 2;

  /** A threshold that no window reaches. */
  private static final double NO_THRESHOLD = Long.MAX_VALUE;

  /** What goes out back to back: some more than the initial window. */
  private static final int QUANTUM_PACKETS = 16;

  private static final double SLOW_START_PACING = 2;
  private static final double AVOIDANCE_PACING = 1.25;

  static final int USED_PERCENT_SLOW_START = 50;
  static final int USED_PERCENT_AVOIDANCE = 75;

  private int packetBytes;
  private final double maxWindowBytes;
  private final HyStart hyStart = new HyStart();

  private double windowBytes;
  private double thresholdBytes = NO_THRESHOLD;
  private long smoothedRttNs;
  private long largestSent = -1;

  /** The last packet before the window was in the way. */
  private long filledThrough = -1;

  /** What the acknowledgement so far contributes to growth. */
  private long growingBytes;

  /** Whether there was a reduction, and when the last one was. */
  private boolean reduced;

  private long reducedNs;

  /** When the one before was. */
  private boolean reducedBefore;

  private long reducedBeforeNs;

  /** How to undo the last one; not possible without lost packets. */
  private double windowBeforeBytes;

  private double thresholdBeforeBytes;
  private boolean slowStartBefore;
  private int lostSinceReduction;

  private CongestionObserver observer = CongestionObserver.NONE;
  private CongestionState reportedState = CongestionState.SLOW_START;

  LossBasedController(int packetBytes, long initialRttNs, long maxWindowBytes) {
    this.packetBytes = packetBytes;
    this.smoothedRttNs = initialRttNs;
    this.maxWindowBytes = Math.max((double) maxWindowBytes, minWindowBytes());
    this.windowBytes = initialWindowBytes();
  }

  private double initialWindowBytes() {
    double initial =
        Math.min((double) INITIAL_PACKETS * packetBytes, Math.max(minWindowBytes(), INITIAL_BYTES));
    return Math.min(initial, maxWindowBytes);
  }

  /** The window after a reduction, in bytes, before it is bounded; once for each reduction. */
  abstract double reducedWindowBytes(double windowBytes);

  /** The last reduction was a mistake. */
  abstract void undoReduction();

  /** Nothing of what was in flight has arrived for long; the window becomes the smallest. */
  abstract void onCollapse(double windowBytes);

  /**
   * The window in congestion avoidance, in bytes.
   *
   * @param grownBytes what was acknowledged and counts for growth
   */
  abstract double avoidanceWindowBytes(double windowBytes, long grownBytes, long nowNs);

  /** The window is not used, so that it does not grow in congestion avoidance. */
  abstract void onUnusedWindow();

  final int packetBytes() {
    return packetBytes;
  }

  final long smoothedRttNs() {
    return smoothedRttNs;
  }

  private double minWindowBytes() {
    return (double) MIN_PACKETS * packetBytes;
  }

  @Override
  public final void onPacketSent(long number, int bytes, long inFlightBytes, long nowNs) {
    largestSent = number;
  }

  @Override
  public final void onPacketAcked(long number, int bytes, long sentNs, boolean appLimited) {
    boolean used = !appLimited || number <= filledThrough;
    if (used && !isInRecovery(sentNs)) {
      growingBytes += bytes;
    }
  }

  /** Whether a packet was sent before the window was reduced. */
  private boolean isInRecovery(long sentNs) {
    return reduced && sentNs - reducedNs <= 0;
  }

  @Override
  public final void onPacketLost(
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
      hyStart.end();
      windowBytes = Math.max(reducedWindowBytes(windowBytes), minWindowBytes());
      thresholdBytes = windowBytes;
      growingBytes = 0;
      observer.onCongestion(windowBytes(), nowNs);
      reportState(nowNs);
    }
    lostSinceReduction++;
  }

  private void reportState(long nowNs) {
    CongestionState state = state();
    if (state != reportedState) {
      observer.onCongestionStateChanged(reportedState, state, nowNs);
      reportedState = state;
    }
  }

  private void remember() {
    windowBeforeBytes = windowBytes;
    thresholdBeforeBytes = thresholdBytes;
    slowStartBefore = !hyStart.isOver();
    lostSinceReduction = 0;
    reducedBefore = reduced;
    reducedBeforeNs = reducedNs;
  }

  @Override
  public final void onSpuriousLoss(long number, int bytes, long sentNs, long nowNs) {
    boolean ofReductionBefore = reducedBefore && sentNs - reducedBeforeNs <= 0;
    if (!isInRecovery(sentNs)
        || ofReductionBefore
        || lostSinceReduction == 0
        || --lostSinceReduction > 0) {
      return;
    }
    windowBytes = Math.max(windowBytes, windowBeforeBytes);
    thresholdBytes = thresholdBeforeBytes;
    undoReduction();
    reduced = false;
    if (slowStartBefore) {
      hyStart.restart(largestSent);
    }
    observer.onCongestionUndone(nowNs);
    reportState(nowNs);
  }

  @Override
  public final void onPersistentCongestion(long nowNs) {
    onCollapse(windowBytes);
    windowBytes = minWindowBytes();
    reduced = false;
    lostSinceReduction = 0;
    growingBytes = 0;
    observer.onCongestion(windowBytes(), nowNs);
    reportState(nowNs);
  }

  @Override
  public final void onWindowLimited() {
    filledThrough = largestSent;
  }

  @Override
  public final void onPacketSize(int newPacketBytes) {
    packetBytes = newPacketBytes;
    double least = largestSent < 0 ? initialWindowBytes() : minWindowBytes();
    windowBytes = Math.max(windowBytes, least);
  }

  @Override
  public final void onAck(AckSample sample) {
    smoothedRttNs = sample.smoothedRttNs();
    long grownBytes = growingBytes;
    growingBytes = 0;
    if (isSlowStart()) {
      growSlowStart(sample, grownBytes);
    } else if (isUsed(sample, USED_PERCENT_AVOIDANCE)) {
      windowBytes = avoidanceWindowBytes(windowBytes, grownBytes, sample.nowNs());
    } else {
      onUnusedWindow();
    }
    windowBytes = Math.min(windowBytes, maxWindowBytes);
    reportState(sample.nowNs());
  }

  private boolean isSlowStart() {
    return windowBytes < thresholdBytes;
  }

  private void growSlowStart(AckSample sample, long grownBytes) {
    long growth = grownBytes;
    if (thresholdBytes == NO_THRESHOLD) {
      growth = hyStart.onAck(sample.largestAcked(), largestSent, sample.rttNs(), grownBytes);
    }
    if (isUsed(sample, USED_PERCENT_SLOW_START)) {
      windowBytes += growth;
    }
    if (thresholdBytes == NO_THRESHOLD && hyStart.isOver()) {
      thresholdBytes = windowBytes;
    }
  }

  private boolean isUsed(AckSample sample, int percent) {
    return sample.priorInFlightBytes() >= (long) windowBytes / 100 * percent;
  }

  @Override
  public final long windowBytes() {
    return (long) windowBytes;
  }

  @Override
  public final long pacingBytesPerSecond() {
    double gain = isSlowStart() ? SLOW_START_PACING : AVOIDANCE_PACING;
    return Math.max(1, (long) (gain * windowBytes * Nanos.SECOND / smoothedRttNs));
  }

  @Override
  public final long sendQuantumBytes() {
    return (long) QUANTUM_PACKETS * packetBytes;
  }

  @Override
  public final CongestionState state() {
    return isSlowStart() ? CongestionState.SLOW_START : CongestionState.AVOIDANCE;
  }

  @Override
  public final CongestionView view() {
    return CongestionView.NOTHING;
  }

  @Override
  public final void reportTo(CongestionObserver newObserver) {
    observer = newObserver;
  }
}
