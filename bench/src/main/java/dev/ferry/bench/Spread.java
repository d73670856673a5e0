package dev.ferry.bench;

import java.util.Arrays;
import java.util.Locale;

/** How a figure spreads over the rounds of a benchmark. */
final class Spread {
  private Spread() {}

  /** Prints the median, the minimum and the maximum, and sorts the values. */
  static void print(String title, double[] values) {
    Arrays.sort(values);
    System.out.printf(
        Locale.ROOT,
        "%-35s median %.3f, minimum %.3f, maximum %.3f%n",
        title,
        values[values.length / 2],
        values[0],
        values[values.length - 1]);
  }
}
