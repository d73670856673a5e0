package dev.ferry.protocol.recovery.congestion;

/**
 * Steers the rate of ProbeBW_CRUISE so that a short queue stays: long enough to keep the path busy,
 * short enough to hurt nobody. A slow flow aims at a longer queue than a fast one, which is what
 * makes flows that share a path converge. Not thread-safe.
 */
final class CruiseTrim {
  private static final double INTEGRAL = 0.3;
  private static final double MAX_STEP = 0.03;
  private static final double MIN_FACTOR = 0.75;
  private static final double MAX_FACTOR = 1.05;
  private static final double PROPORTIONAL = 0.3;
  private static final double MAX_GAIN = 1.06;

  /** What is aimed at: a share of the minimum round-trip time, by the rate. */
  private static final double TARGET_AT_REFERENCE = 0.04;

  private static final double TARGET_PER_HALVING = 0.06;
  private static final double MIN_TARGET = 0.02;
  private static final double MAX_TARGET = 0.25;
  private static final double TARGET_PACKETS = 2;
  private static final double REFERENCE_BYTES_PER_SECOND = 12_500_000;
  private static final double LEAST_BYTES_PER_SECOND = 12_500;

  private final PathModel model;
  private double factor = 1;

  CruiseTrim(PathModel model) {
    this.model = model;
  }

  /** Probing begins again. */
  void reset() {
    factor = 1;
  }

  /** A round trip of cruising is over. */
  void endRound() {
    double step = INTEGRAL * relativeError();
    factor *= 1 + Math.max(-MAX_STEP, Math.min(step, MAX_STEP));
    factor = Math.max(MIN_FACTOR, Math.min(factor, MAX_FACTOR));
  }

  /** By how much the queue is too short, as a share of the minimum round-trip time. */
  private double relativeError() {
    return (targetNs() - model.queue.steadyQueueNs()) / model.minRtt.ns();
  }

  /** The queue that is aimed at, in nanoseconds. */
  double targetNs() {
    double rate = Math.max(model.bandwidth.max() * factor, LEAST_BYTES_PER_SECOND);
    double halvings = StrictMath.log(REFERENCE_BYTES_PER_SECOND / rate) / StrictMath.log(2);
    double share = TARGET_AT_REFERENCE + TARGET_PER_HALVING * halvings;
    double boundedShare = Math.max(MIN_TARGET, Math.min(share, MAX_TARGET));
    return Math.max(boundedShare * model.minRtt.ns(), TARGET_PACKETS * model.packetNs())
        + ownQueueNs();
  }

  /**
   * What the flow's own runs of packets wait for each other: the last one, which is acknowledged,
   * for all before it, and for as many again if the sender's timer was late.
   */
  private double ownQueueNs() {
    return 2 * Math.max(0, CongestionController.RUN_NS - TARGET_PACKETS * model.packetNs());
  }

  /** The pacing gain of cruising. */
  double gain() {
    if (!model.minRtt.isKnown()) {
      return 1;
    }
    double gain = factor * (1 + PROPORTIONAL * relativeError());
    double deviation = model.rateDeviation();
    double least = MIN_FACTOR - deviation / 2;
    return Math.max(least, Math.min(gain, MAX_GAIN + deviation));
  }
}
