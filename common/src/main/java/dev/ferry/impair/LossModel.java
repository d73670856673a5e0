package dev.ferry.impair;

import java.util.Set;

/** Which datagrams get lost. */
public sealed interface LossModel {
  /** None. */
  LossModel NONE = new Independent(0);

  /**
   * Each on its own.
   *
   * @param probability 0 … 1
   */
  record Independent(double probability) implements LossModel {
    public Independent {
      Checks.probability("loss", probability);
    }
  }

  /**
   * In bursts: a two-state Markov chain that loses everything in its bad state (Gilbert, "Capacity
   * of a burst-noise channel", 1960; the special case of Elliott's model that is given by two
   * figures which can be measured).
   *
   * @param probability the mean share of lost datagrams, 0 … 1, below 1
   * @param meanBurst how many are lost in a row on average, at least 1 and at least probability /
   *     (1 − probability)
   */
  record GilbertElliott(double probability, double meanBurst) implements LossModel {
    public GilbertElliott {
      Checks.probability("loss", probability);
      if (!(meanBurst >= 1) || probability >= 1 || probability / (1 - probability) > meanBurst) {
        throw new IllegalArgumentException(
            "a mean burst of " + meanBurst + " cannot give a loss of " + probability);
      }
    }

    /** The probability that a burst ends after a loss. */
    double recovery() {
      return 1 / meanBurst;
    }

    /** The probability that a burst begins after a delivery. */
    double failure() {
      return probability / (meanBurst * (1 - probability));
    }
  }

  /**
   * Every n-th.
   *
   * @param n at least 1
   */
  record EveryNth(long n) implements LossModel {
    public EveryNth {
      if (n < 1) {
        throw new IllegalArgumentException("every n-th: n must be at least 1");
      }
    }
  }

  /**
   * Exactly these.
   *
   * @param numbers of the datagrams of the direction, from 1
   */
  record DropList(Set<Long> numbers) implements LossModel {
    public DropList {
      numbers = Set.copyOf(numbers);
    }
  }
}
