package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * What {@link ModelController} knows of its path: bandwidth, round-trip time, queue, loss, and what
 * follows from them. Not thread-safe.
 */
final class PathModel {
  /** Below this a round-trip time is the computer's, not the path's. */
  private static final long LEAST_RTT_NS = 100 * Nanos.MICROSECOND;

  /** How much of the deviation of the rate samples the maximum is corrected by. */
  private static final double BIAS_DEVIATIONS = 1.5;

  /** The correction is at most what several packets in a row without a loss would explain. */
  private static final int MOST_BIAS = 3;

  private static final double LEAST_BDP_PACKETS = 4;

  /** The length of a full datagram. */
  int packetBytes;

  final RoundCounter round = new RoundCounter();
  final LossRound lossRound = new LossRound();
  final MinRtt minRtt = new MinRtt();
  final QueueEstimator queue = new QueueEstimator(minRtt);
  final BackgroundLoss background = new BackgroundLoss();
  final CongestionVerdict verdict = new CongestionVerdict(queue, background);
  final BandwidthFilter bandwidth = new BandwidthFilter();
  final AckAggregation aggregation = new AckAggregation();
  final FullPipe fullPipe = new FullPipe();

  private final double initialWindowBytes;
  private double bytesPerSecond;

  PathModel(int packetBytes, double initialWindowBytes) {
    this.packetBytes = packetBytes;
    this.initialWindowBytes = initialWindowBytes;
  }

  /** How much was acknowledged at once; at most a window is believed. */
  void takeAggregation(AckSample sample, double windowBytes) {
    aggregation.onAck(
        sample.ackedBytes(), bytesPerSecond, windowBytes, round.count(), sample.nowNs());
  }

  /** Fixes the bandwidth until the next acknowledgement. */
  void updateBandwidth() {
    double probability = background.probability();
    double bias = 1 + BIAS_DEVIATIONS * rateDeviation();
    double unbiased = bandwidth.max() / Math.min(bias, Math.pow(1 - probability, -MOST_BIAS));
    bytesPerSecond = Math.min(unbiased, bandwidth.shortTerm());
  }

  /** The bandwidth in bytes per second; 0 before the first sample (BBR.bw). */
  double bandwidth() {
    return bytesPerSecond;
  }

  /**
   * How much the rates of rounds differ by chance, because losses do, as a share of the rate. The
   * maximum over many such samples is too large by about so much.
   */
  double rateDeviation() {
    double probability = background.probability();
    if (probability <= 0 || bandwidth.max() <= 0 || !minRtt.isKnown()) {
      return 0;
    }
    double bdpPackets = bandwidth.max() * minRtt.ns() / Nanos.SECOND / packetBytes;
    double packets = Math.max(LEAST_BDP_PACKETS, bdpPackets);
    return Math.sqrt(probability / (packets * (1 - probability)) * background.burstFactor());
  }

  /** By how much more is sent, so that what arrives is the bandwidth in spite of losses. */
  double compensation() {
    return 1 / (1 - background.compensated());
  }

  /** How long the path takes for a packet, in nanoseconds; 0 if unknown. */
  double packetNs() {
    return bandwidth.max() > 0 ? packetBytes * (double) Nanos.SECOND / bandwidth.max() : 0;
  }

  /** The bandwidth-delay product, compensated for losses, in bytes (BBRBDPMultiple). */
  double bdpBytes(double gain) {
    if (!minRtt.isKnown() || bytesPerSecond <= 0) {
      return initialWindowBytes;
    }
    long rttNs = Math.max(minRtt.ns(), LEAST_RTT_NS);
    return gain * bytesPerSecond * compensation() * rttNs / Nanos.SECOND;
  }

  /** What has to be in flight more than the product because acknowledgements vary, in bytes. */
  double jitterBytes() {
    return bytesPerSecond * compensation() * queue.jitterNs() / Nanos.SECOND;
  }

  /** The excess of acknowledgements, in bytes. */
  double extraAckedBytes() {
    return aggregation.extraBytes(round.count(), fullPipe.wasReached());
  }

  /** Whether loss is congestion; what was in flight at a time, and what of it was lost. */
  boolean isCongestion(double inFlightBytes, double lostBytes, boolean probing) {
    return verdict.isCongestion(
        inFlightBytes / packetBytes, lostBytes / packetBytes, probing, packetNs());
  }

  /** Whether the path has been overrun without doubt; as above. */
  boolean isOverrun(double inFlightBytes, double lostBytes) {
    return verdict.isOverrun(inFlightBytes / packetBytes, lostBytes / packetBytes, packetNs());
  }

  /** The same where a queue is required. */
  boolean isCongestionByQueue(double inFlightBytes, double lostBytes) {
    return verdict.isCongestionByQueue(
        inFlightBytes / packetBytes, lostBytes / packetBytes, packetNs());
  }

  /** Whether the queue of the last round was so long that there is no doubt. */
  boolean isQueueLong(int minRttDivisor) {
    return minRtt.isKnown()
        && queue.queueNs() - queue.jitterNs() > (double) minRtt.ns() / minRttDivisor;
  }

  /** Whether the last round had no queue, as far as it can be told. */
  boolean isQuiet(boolean starting) {
    if (!minRtt.isKnown()) {
      return false;
    }
    double queueNs = queue.queueNs();
    if (starting) {
      if (queue.roundAboveMinNs() < 0) {
        return false;
      }
      queueNs = queue.roundAboveMinNs();
    }
    return queueNs <= queue.thresholdNs(packetNs());
  }
}
