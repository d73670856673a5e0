package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * NewReno as in RFC 9002, section 7 and appendix B, with HyStart++ (RFC 9406) for the first slow
 * start, and with the pacing of section 7.7. Two things are added:
 *
 * <ul>
 *   <li>The window grows only where it was used (section 7.8): by packets that were not sent for
 *       want of more to send, and while at least {@value #USED_PERCENT_SLOW_START} percent of it
 *       ({@value #USED_PERCENT_AVOIDANCE} in congestion avoidance) are in flight.
 *   <li>A reduction is undone when every packet that was lost in its recovery has arrived after all
 *       (the idea of RFC 4015).
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class NewReno implements CongestionController {
  /** RFC 9002, section 7.2: ten packets, but no more than about ten of 1472 bytes. */
  private static final int INITIAL_PACKETS = 10;

  private static final long INITIAL_BYTES = 14_720;
  private static final int MIN_PACKETS = 2;

  /** A threshold that no window reaches. */
  private static final long NO_THRESHOLD = Long.MAX_VALUE;

  /** What goes out back to back: some more than the initial window. */
  private static final int QUANTUM_PACKETS = 16;

  private static final double SLOW_START_PACING = 2;
  private static final double AVOIDANCE_PACING = 1.25;

  static final int USED_PERCENT_SLOW_START = 50;
  static final int USED_PERCENT_AVOIDANCE = 75;

  private final int packetBytes;
  private final long maxWindowBytes;
  private final HyStart hyStart = new HyStart();

  private long windowBytes;
  private long thresholdBytes = NO_THRESHOLD;
  private long smoothedRttNs;
  private long largestSent = -1;

  /** What the acknowledgement so far contributes to growth. */
  private long growingBytes;

  /** What has been acknowledged in congestion avoidance and not yet made the window grow. */
  private long creditBytes;

  /** Whether there was a congestion event, and when the last one was. */
  private boolean reduced;

  private long reducedNs;

  /** When the one before was. */
  private boolean reducedBefore;

  private long reducedBeforeNs;

  /** How to undo it; not possible without lost packets. */
  private long windowBeforeBytes;

  private long thresholdBeforeBytes;
  private boolean slowStartBefore;
  private int lostSinceReduction;

  /**
   * Begins a path.
   *
   * @param packetBytes the length of a full datagram, 1 … 65507
   * @param initialRttNs what is known of the round-trip time, above 0
   * @param maxWindowBytes what the window never exceeds, at least that of 2 packets
   */
  public NewReno(int packetBytes, long initialRttNs, long maxWindowBytes) {
    this.packetBytes = packetBytes;
    this.smoothedRttNs = initialRttNs;
    this.maxWindowBytes = Math.max(maxWindowBytes, minWindowBytes());
    long initial =
        Math.min((long) INITIAL_PACKETS * packetBytes, Math.max(minWindowBytes(), INITIAL_BYTES));
    this.windowBytes = Math.min(initial, this.maxWindowBytes);
  }

  private long minWindowBytes() {
    return (long) MIN_PACKETS * packetBytes;
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

  /** Whether a packet was sent before the window was reduced. */
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
      windowBeforeBytes = windowBytes;
      thresholdBeforeBytes = thresholdBytes;
      slowStartBefore = !hyStart.isOver();
      lostSinceReduction = 0;
      reducedBefore = reduced;
      reducedBeforeNs = reducedNs;
      reduced = true;
      reducedNs = nowNs;
      hyStart.end();
      thresholdBytes = Math.max(windowBytes / 2, minWindowBytes());
      windowBytes = thresholdBytes;
      growingBytes = 0;
      creditBytes = 0;
    }
    lostSinceReduction++;
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
    reduced = false;
    if (slowStartBefore) {
      hyStart.restart(largestSent);
    }
  }

  @Override
  public void onPersistentCongestion(long nowNs) {
    windowBytes = minWindowBytes();
    reduced = false;
    lostSinceReduction = 0;
    creditBytes = 0;
    growingBytes = 0;
  }

  @Override
  public void onAck(AckSample sample) {
    smoothedRttNs = sample.smoothedRttNs();
    long grown = growingBytes;
    growingBytes = 0;
    if (isSlowStart()) {
      long growth = grown;
      if (thresholdBytes == NO_THRESHOLD) {
        growth = hyStart.onAck(sample.largestAcked(), largestSent, sample.rttNs(), grown);
      }
      if (isUsed(sample, USED_PERCENT_SLOW_START)) {
        windowBytes += growth;
      }
      if (thresholdBytes == NO_THRESHOLD && hyStart.isOver()) {
        thresholdBytes = windowBytes;
      }
    } else if (isUsed(sample, USED_PERCENT_AVOIDANCE)) {
      creditBytes += grown;
      if (creditBytes >= windowBytes) {
        creditBytes -= windowBytes;
        windowBytes += packetBytes;
      }
    }
    windowBytes = Math.min(windowBytes, maxWindowBytes);
  }

  private boolean isSlowStart() {
    return windowBytes < thresholdBytes;
  }

  private boolean isUsed(AckSample sample, int percent) {
    return sample.priorInFlightBytes() >= windowBytes / 100 * percent;
  }

  @Override
  public void onWindowLimited() {}

  @Override
  public long windowBytes() {
    return windowBytes;
  }

  @Override
  public long pacingBytesPerSecond() {
    double gain = isSlowStart() ? SLOW_START_PACING : AVOIDANCE_PACING;
    return Math.max(1, (long) (gain * windowBytes * Nanos.SECOND / smoothedRttNs));
  }

  @Override
  public long sendQuantumBytes() {
    return (long) QUANTUM_PACKETS * packetBytes;
  }
}
