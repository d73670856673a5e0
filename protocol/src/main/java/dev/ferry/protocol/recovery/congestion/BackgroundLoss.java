package dev.ferry.protocol.recovery.congestion;

/**
 * How much the path loses without congestion, from two kinds of evidence. Rounds without a queue in
 * which the flow did not raise its rate may raise the estimate; all others can only lower it. And
 * it must be confirmed by a <i>down test</i>: packets of ProbeBW_DOWN, sent much slower than the
 * path, must get lost as often. Loss that the flow causes itself falls then; random loss does not.
 * Weights are bounded, so that a path that changes is noticed. Not thread-safe.
 */
final class BackgroundLoss {
  /** No more than this is compensated for. */
  static final double MAX_COMPENSATED = 0.3;

  /** No more than this before there can have been a down test: others may keep the queue full. */
  private static final double MAX_UNTESTED = 0.1;

  private static final double MAX_PROBABILITY = 0.5;
  private static final double MAX_PACKETS = 1500;

  /** As if so many packets without loss had been seen before. */
  private static final double PRIOR_PACKETS = 30;

  /** Rounds with a queue are judged in blocks of so many packets. */
  private static final double BLOCK_PACKETS = 200;

  private static final double DOWN_PACKETS = 40;
  private static final double MAX_DOWN_PACKETS = 400;
  private static final double DOWN_SIGMAS = 1.5;
  private static final double BLOCK_SIGMAS = 2;

  /** How many runs it takes to know their length, and what is assumed before. */
  private static final double MIN_RUNS = 4;

  private static final double ASSUMED_BURST = 1.5;

  /** How far above the confirmed estimate the raw one calls for another test. */
  private static final double DOUBT_FACTOR = 1.25;

  private static final double DOUBT_OFFSET = 0.01;

  private static final long NONE = -2;

  private final Counts round = new Counts();
  private final Counts quiet = new Counts();
  private final Counts block = new Counts();
  private double downPackets;
  private double downLost;
  private long lastLost = NONE;
  private double raw;
  private double estimate;
  private double confirmed;

  /** Packets, those of them that were lost, and in how many runs of consecutive numbers. */
  private static final class Counts {
    double packets;
    double lost;
    double runs;

    void add(Counts other) {
      packets += other.packets;
      lost = Math.max(0, lost + other.lost);
      runs = Math.max(0, runs + other.runs);
    }

    void scaleTo(double most) {
      if (packets > most) {
        double factor = most / packets;
        packets = most;
        lost *= factor;
        runs *= factor;
      }
    }

    void clear() {
      packets = 0;
      lost = 0;
      runs = 0;
    }
  }

  /** A packet has arrived. */
  void onAcked(boolean testing) {
    round.packets++;
    downPackets += testing ? 1 : 0;
  }

  /**
   * A packet is lost, in the order in which they were sent.
   *
   * @param testing whether it was sent in a strong ProbeBW_DOWN
   */
  void onLost(long number, boolean testing) {
    round.packets++;
    round.lost++;
    if (number != lastLost + 1) {
      round.runs++;
    }
    lastLost = number;
    if (testing) {
      downPackets++;
      downLost++;
    }
  }

  /** A packet that counted as lost has arrived after all. */
  void onSpurious(boolean testing) {
    round.lost--;
    if (testing) {
      downLost = Math.max(0, downLost - 1);
    }
  }

  /**
   * A round trip is over.
   *
   * @param isQuiet whether there was no queue, and the flow did not raise its rate
   * @param started whether Startup is over: from then on nothing counts without the down test
   */
  void endRound(boolean isQuiet, boolean started) {
    if (isQuiet) {
      quiet.add(round);
      quiet.scaleTo(MAX_PACKETS);
    } else {
      block.add(round);
      if (block.packets >= BLOCK_PACKETS) {
        addIfBetter();
        block.clear();
      }
    }
    round.clear();
    if (downPackets > MAX_DOWN_PACKETS) {
      downLost *= MAX_DOWN_PACKETS / downPackets;
      downPackets = MAX_DOWN_PACKETS;
    }
    estimate = Math.min(MAX_PROBABILITY, quiet.lost / (quiet.packets + PRIOR_PACKETS));
    raw = estimate;
    confirm(started);
  }

  private void addIfBetter() {
    double expected = block.packets * estimate;
    if (block.lost < expected - BLOCK_SIGMAS * deviation(block.packets, estimate)) {
      quiet.add(block);
      quiet.scaleTo(MAX_PACKETS);
    }
  }

  private void confirm(boolean started) {
    if (isTested()) {
      double margin = DOWN_SIGMAS * Math.sqrt((downLost + 1) * burstFactor());
      estimate = Math.min(estimate, (downLost + margin) / downPackets);
      confirmed = estimate;
    } else {
      confirmed = started ? 0 : Math.min(estimate, MAX_UNTESTED);
    }
  }

  /** How many packets have arrived or were lost in the round trip that is not over. */
  double roundPackets() {
    return round.packets;
  }

  /** How many of them were lost. */
  double roundLost() {
    return round.lost;
  }

  /** What is known may be the overflow of a queue that was not seen. */
  void forget() {
    quiet.clear();
    block.clear();
    downPackets = 0;
    downLost = 0;
    raw = 0;
    estimate = 0;
    confirmed = 0;
  }

  /** Whether enough packets were sent slowly to confirm the estimate. */
  boolean isTested() {
    return downPackets >= DOWN_PACKETS;
  }

  /** Whether the next ProbeBW_DOWN should be a strong one. */
  boolean needsTest() {
    return !isTested() || raw > DOUBT_FACTOR * confirmed + DOUBT_OFFSET;
  }

  /** Whether there is loss that has not been tested. */
  boolean isUntested(double worthTesting) {
    return !isTested() && raw > worthTesting;
  }

  /** What the last test has confirmed, 0 … 0.5; 0 before the first one. */
  double confirmed() {
    return isTested() ? confirmed : 0;
  }

  /** The probability that a packet is lost without congestion, 0 … 0.5. */
  double probability() {
    return estimate;
  }

  /** What rate and window may be compensated for, 0 … 0.3. */
  double compensated() {
    return Math.min(confirmed, MAX_COMPENSATED);
  }

  /** How many packets without a queue are known. */
  double quietPackets() {
    return quiet.packets;
  }

  /** How many packets get lost in a row, at least 1. */
  double burst() {
    return quiet.runs >= MIN_RUNS ? Math.max(1, quiet.lost / quiet.runs) : ASSUMED_BURST;
  }

  /** By how much bursts increase the variance of a count of lost packets. */
  double burstFactor() {
    return 2 * burst() - 1;
  }

  /** The standard deviation of the number of lost packets among some, at a probability. */
  double deviation(double packets, double probability) {
    return Math.sqrt(packets * probability * (1 - probability) * burstFactor());
  }
}
