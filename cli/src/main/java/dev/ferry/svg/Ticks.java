package dev.ferry.svg;

import java.util.Locale;

/**
 * Where an axis has its marks: at multiples of 1, 2 or 5 times a power of ten.
 *
 * @param from where the axis begins
 * @param to where it ends, above that
 * @param step from mark to mark
 */
public record Ticks(double from, double to, double step) {
  private static final double[] MANTISSAS = {1, 2, 5, 10};

  /** An axis that is mostly empty below its data begins above 0. */
  private static final double EMPTY_SHARE = 0.6;

  /**
   * An axis from 0 on, that ends with a mark.
   *
   * @param max the largest value, 0 or more
   * @param count about how many steps there are to be
   */
  public static Ticks fromZero(double max, int count) {
    double end = max > 0 ? max : 1;
    double step = step(end, count);
    return new Ticks(0, Math.ceil(end / step - 1e-9) * step, step);
  }

  /** The same, but where all values are far above 0 it begins there. */
  public static Ticks around(double min, double max, int count) {
    if (min < EMPTY_SHARE * max) {
      return fromZero(max, count);
    }
    double step = step(Math.max(max - min, Math.abs(max) / 100), count);
    double from = Math.floor(min / step) * step;
    return new Ticks(from, Math.max(Math.ceil(max / step - 1e-9) * step, from + step), step);
  }

  /** An axis that ends where its data do. */
  public static Ticks upTo(double max, int count) {
    double end = max > 0 ? max : 1;
    return new Ticks(0, end, step(end, count));
  }

  private static double step(double span, int count) {
    double rough = span / count;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double mantissa : MANTISSAS) {
      if (mantissa * power >= rough) {
        return mantissa * power;
      }
    }
    return 10 * power;
  }

  /** How many marks there are. */
  public int count() {
    return (int) Math.floor((to - from) / step + 1e-9) + 1;
  }

  /** The value of a mark, from 0 on. */
  public double at(int index) {
    return from + index * step;
  }

  /** The value of a mark as text, with as many digits as the steps need. */
  public String label(int index) {
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "f", at(index));
  }
}
