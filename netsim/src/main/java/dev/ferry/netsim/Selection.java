package dev.ferry.netsim;

import java.util.Set;

/** Which datagrams something happens to. */
public sealed interface Selection {
  /** None. */
  Selection NONE = new Independent(0);

  /** A share of all, each on its own; 0 … 1. */
  static Selection share(double probability) {
    return new Independent(probability);
  }

  /**
   * Each on its own.
   *
   * @param probability 0 … 1
   */
  record Independent(double probability) implements Selection {
    public Independent {
      Checks.probability("the share", probability);
    }
  }

  /**
   * Each on its own, but never more than so many in a row, as in the cases of the QUIC interop
   * runner.
   *
   * @param probability 0 … 1, of each that may be selected
   * @param longestRun at least 1
   */
  record Limited(double probability, int longestRun) implements Selection {
    public Limited {
      Checks.probability("the share", probability);
      if (longestRun < 1) {
        throw new IllegalArgumentException("the longest run must be at least 1");
      }
    }
  }

  /**
   * In bursts: a two-state Markov chain that selects everything in its bad state (Gilbert,
   * "Capacity of a burst-noise channel", 1960; the special case of Elliott's model that is given by
   * two figures which can be measured).
   *
   * @param probability the mean share, 0 … 1, below 1
   * @param meanBurst how many are selected in a row on average, at least 1 and at least probability
   *     / (1 − probability)
   */
  record GilbertElliott(double probability, double meanBurst) implements Selection {
    public GilbertElliott {
      Checks.probability("the share", probability);
      if (!(meanBurst >= 1) || probability >= 1 || probability / (1 - probability) > meanBurst) {
        throw new IllegalArgumentException(
            "a mean burst of " + meanBurst + " cannot give a share of " + probability);
      }
    }

    /** The probability that a burst ends after a selected one. */
    double recovery() {
      return 1 / meanBurst;
    }

    /** The probability that a burst begins after another one. */
    double failure() {
      return probability / (meanBurst * (1 - probability));
    }
  }

  /**
   * Every n-th.
   *
   * @param n at least 1
   */
  record EveryNth(long n) implements Selection {
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
  record Listed(Set<Long> numbers) implements Selection {
    public Listed {
      numbers = Set.copyOf(numbers);
    }
  }
}
