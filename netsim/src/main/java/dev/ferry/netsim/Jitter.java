package dev.ferry.netsim;

import java.util.Arrays;
import java.util.List;

/**
 * How the delay of a datagram varies around the constant one.
 *
 * @param distribution the shape
 * @param spreadNs half the width of a uniform distribution, the standard deviation of the others,
 *     in nanoseconds
 * @param correlation of one datagram's delay with the next one's, 0 … below 1: of normal variables
 *     that are then bent into shape (a Gaussian copula), so that the distribution stays what was
 *     asked for
 */
public record Jitter(Distribution distribution, long spreadNs, double correlation) {
  /** None. */
  public static final Jitter NONE = new Jitter(Shape.UNIFORM, 0, 0);

  private static final double LOMAX_SHAPE = 3;

  /** Variance = scale² · shape / ((shape − 1)² (shape − 2)) = 1. */
  private static final double LOMAX_SCALE = 2 / StrictMath.sqrt(LOMAX_SHAPE);

  /** Checks the ranges. */
  public Jitter {
    Checks.notNegative("jitter", spreadNs);
    if (!(correlation >= 0 && correlation < 1)) {
      throw new IllegalArgumentException(
          "the jitter's correlation must be between 0 and below 100 %");
    }
  }

  /** The shape of a distribution with a spread of 1. */
  public sealed interface Distribution {
    /**
     * The value below which a share of all values lies.
     *
     * @param share in (0, 1)
     * @param normal the standard normal value of the same share
     */
    double quantile(double share, double normal);
  }

  /** The shapes that need no table. */
  public enum Shape implements Distribution {
    /** From −1 to 1. */
    UNIFORM {
      @Override
      public double quantile(double share, double normal) {
        return 2 * share - 1;
      }
    },
    /** Mean 0, standard deviation 1. */
    NORMAL {
      @Override
      public double quantile(double share, double normal) {
        return normal;
      }
    },
    /** Lomax with shape 3: never below 0, a long tail, standard deviation 1. */
    PARETO {
      @Override
      public double quantile(double share, double normal) {
        return LOMAX_SCALE * (StrictMath.pow(1 - share, -1 / LOMAX_SHAPE) - 1);
      }
    };
  }

  /**
   * A measured distribution, by its quantiles, interpolated linearly.
   *
   * @param name where it comes from, for people
   * @param quantiles at equal steps of the share from 0 to 1, ascending, at least two
   */
  public record Table(String name, List<Double> quantiles) implements Distribution {
    /** Checks the order. */
    public Table {
      quantiles = List.copyOf(quantiles);
      double[] values = quantiles.stream().mapToDouble(Double::doubleValue).toArray();
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      if (values.length < 2 || !Arrays.equals(values, sorted)) {
        throw new IllegalArgumentException("a table needs at least two values in ascending order");
      }
    }

    @Override
    public double quantile(double share, double normal) {
      double position = share * (quantiles.size() - 1);
      int below = Math.min((int) position, quantiles.size() - 2);
      double fraction = position - below;
      return quantiles.get(below) * (1 - fraction) + quantiles.get(below + 1) * fraction;
    }
  }
}
