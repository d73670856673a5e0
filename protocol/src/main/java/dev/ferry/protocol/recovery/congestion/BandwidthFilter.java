package dev.ferry.protocol.recovery.congestion;

/**
 * The path's bandwidth: the largest rate of delivery in this cycle of probing and the last one
 * (BBR.max_bw), the bound that recent congestion sets (BBR.bw_shortterm), and the best of the
 * current loss round (BBR.bw_latest). In bytes per second. Not thread-safe.
 */
final class BandwidthFilter {
  /** What a round with congestion leaves of the short-term bound (BBRBeta). */
  static final double BETA = 0.7;

  /** The short-term bound never falls below this share of the maximum. */
  private static final double SHORT_TERM_FLOOR = 0.5;

  private static final double NO_BOUND = Double.POSITIVE_INFINITY;

  /** So many rounds in a row must have been so much slower to show that the path is. */
  private static final int SLOW_ROUNDS = 2;

  private static final double SLOW_SHARE = 0.5;

  private double lastCycle;
  private double thisCycle;
  private double latest;
  private double roundRate;
  private double slowRate;
  private int slowRounds;
  private double shortTerm = NO_BOUND;
  private double undoShortTerm = NO_BOUND;

  /**
   * A rate was sampled.
   *
   * @param rate −1 if it means nothing
   */
  void onSample(double rate, boolean appLimited) {
    latest = Math.max(latest, rate);
    if (!appLimited) {
      roundRate = Math.max(roundRate, rate);
    }
    if (rate > 0 && (rate >= max() || !appLimited)) {
      thisCycle = Math.max(thisCycle, rate);
    }
  }

  /**
   * A round trip is over. What arrives while there is a queue is what the path carries: if that is
   * far less than it was, there is no need to wait until the maximum is too old.
   *
   * @param isQueueLong whether there was a long queue all the time
   */
  void endRound(boolean isQueueLong) {
    if (isQueueLong && roundRate > 0 && roundRate < SLOW_SHARE * max()) {
      slowRounds++;
      slowRate = Math.max(slowRate, roundRate);
    } else {
      slowRounds = 0;
      slowRate = 0;
    }
    if (slowRounds == SLOW_ROUNDS) {
      lastCycle = slowRate;
      thisCycle = slowRate;
      slowRounds = 0;
      slowRate = 0;
    }
    roundRate = 0;
  }

  /** A cycle of probing is over. */
  void advanceCycle() {
    lastCycle = thisCycle;
    thisCycle = 0;
  }

  /** A loss round is over; the next begins with what was sampled now. */
  void restartLatest(double rate) {
    latest = rate;
  }

  /** Congestion in a round in which the flow did not accelerate. */
  void reduceShortTerm() {
    undoShortTerm = shortTerm;
    double before = shortTerm == NO_BOUND ? max() : shortTerm;
    shortTerm = Math.max(Math.max(latest, BETA * before), SHORT_TERM_FLOOR * max());
  }

  /** The loss that reduced the bound was none. */
  void undoReduction() {
    shortTerm = Math.max(shortTerm, undoShortTerm);
  }

  /** The flow is about to probe: what was congestion may be over. */
  void resetShortTerm() {
    shortTerm = NO_BOUND;
    undoShortTerm = NO_BOUND;
  }

  /** The largest rate of this cycle and the last, 0 if there was none. */
  double max() {
    return Math.max(lastCycle, thisCycle);
  }

  /** The bound that congestion has set, or infinity. */
  double shortTerm() {
    return shortTerm;
  }
}
