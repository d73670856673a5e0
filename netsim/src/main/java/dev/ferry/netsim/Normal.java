package dev.ferry.netsim;

/** The standard normal distribution. */
final class Normal {
  private static final double[] COEFFICIENTS = {
    -1.26551223,
    1.00002368,
    0.37409196,
    0.09678418,
    -0.18628806,
    0.27886807,
    -1.13520398,
    1.48851587,
    -0.82215223,
    0.17087277
  };

  private static final double SMALLEST_SHARE = 1e-12;

  private Normal() {}

  /**
   * The share of values below {@code z}, kept off 0 and 1 by 10<sup>−12</sup>. By the Chebyshev fit
   * of the complementary error function in "Numerical Recipes" (Press et al.), section 6.2; the
   * relative error is below 1.2·10<sup>−7</sup>.
   */
  static double cdf(double z) {
    double x = StrictMath.abs(z) / StrictMath.sqrt(2);
    double t = 1 / (1 + x / 2);
    double exponent = 0;
    for (int i = COEFFICIENTS.length - 1; i >= 0; i--) {
      exponent = COEFFICIENTS[i] + t * exponent;
    }
    double tail = t * StrictMath.exp(exponent - x * x) / 2;
    double share = z < 0 ? tail : 1 - tail;
    return Math.min(Math.max(share, SMALLEST_SHARE), 1 - SMALLEST_SHARE);
  }
}
