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

  /** No more than this share of the longest queue of late: it may not hold more. */
  private static final double LONGEST_SHARE = 0.5;

  private static final double REFERENCE_BYTES_PER_SECOND = 12_500_000;
  private static final double LEAST_BYTES_PER_SECOND = 12_500;

  /** In a crowd: what congestion leaves of the rate, and the least. */
  private static final double CROWD_BETA = 0.85;

  private static final double CROWD_MIN_FACTOR = 0.6;

  /** A crowd is over after so many cycles of probing without congestion. */
  private static final int CALM_CYCLES = 2;

  private final PathModel model;
  private double factor = 1;
  private boolean crowded;
  private int calmCycles;

  CruiseTrim(PathModel model) {
    this.model = model;
  }

  /** Probing begins again. */
  void reset() {
    calmCycles++;
    if (calmCycles >= CALM_CYCLES) {
      crowded = false;
    }
    if (!crowded) {
      factor = 1;
    }
  }

  /**
   * Many flows overrun a short queue together. The largest rate that a probe has seen is what it
   * took from the others; were each to come back to it again and again, all would send a quarter
   * too much for ever. So the flow sends less, and probes from there.
   */
  void onCrowd() {
    crowded = true;
    calmCycles = 0;
    factor = Math.max(CROWD_MIN_FACTOR, CROWD_BETA * Math.min(factor, 1));
  }

  /** The share of the bandwidth that all states of ProbeBW start from, above 0 … 1. */
  double crowdGain() {
    return crowded ? Math.min(factor, 1) : 1;
  }

  /** A round trip of cruising is over. */
  void endRound() {
    double step = INTEGRAL * relativeError();
    factor *= 1 + Math.max(-MAX_STEP, Math.min(step, MAX_STEP));
    factor = Math.max(minFactor(), Math.min(factor, MAX_FACTOR));
    crowded &= factor < 1;
  }

  private double minFactor() {
    return crowded ? CROWD_MIN_FACTOR : MIN_FACTOR;
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
    double wantedNs = boundedShare * model.minRtt.ns();
    double fittingNs = LONGEST_SHARE * model.queue.longestNs();
    return Math.max(Math.min(wantedNs, fittingNs), TARGET_PACKETS * model.packetNs())
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
    double least = minFactor() - deviation / 2;
    return Math.max(least, Math.min(gain, MAX_GAIN + deviation));
  }
}
