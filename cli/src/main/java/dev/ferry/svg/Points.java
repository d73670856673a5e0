package dev.ferry.svg;

import java.util.Arrays;

/** Values by time, which ascends. Grows as they are added. */
public final class Points {
  private static final int INITIAL = 256;

  private double[] times = new double[INITIAL];
  private double[] values = new double[INITIAL];
  private int size;

  /** Adds a value; not a number where there is none. */
  public void add(double time, double value) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    times[size] = time;
    values[size] = value;
    size++;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  double time(int index) {
    return times[index];
  }

  double value(int index) {
    return values[index];
  }

  /** Whether any of them is a number. */
  public boolean hasValues() {
    return Arrays.stream(values, 0, size).anyMatch(value -> !Double.isNaN(value));
  }

  double max() {
    return Arrays.stream(values, 0, size).filter(v -> !Double.isNaN(v)).max().orElse(0);
  }

  /** The value that a share of all values do not exceed. */
  double quantile(double share) {
    double[] sorted =
        Arrays.stream(values, 0, size).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))];
  }

  double min() {
    return Arrays.stream(values, 0, size).filter(v -> !Double.isNaN(v)).min().orElse(0);
  }

  /**
   * The same with fewer values, where there are more than can be seen: of each stretch of time the
   * smallest and the largest one.
   *
   * @param until the end of the time that is shown
   * @param stretches how many there are
   */
  Points thinned(double until, int stretches) {
    if (size <= 2 * stretches) {
      return this;
    }
    Points thin = new Points();
    int first = 0;
    while (first < size) {
      double end = (Math.floor(times[first] / until * stretches) + 1) * until / stretches;
      int low = first;
      int high = first;
      int after = first + 1;
      for (; after < size && times[after] < end; after++) {
        low = values[after] < values[low] || Double.isNaN(values[low]) ? after : low;
        high = values[after] > values[high] || Double.isNaN(values[high]) ? after : high;
      }
      thin.add(times[Math.min(low, high)], values[Math.min(low, high)]);
      if (low != high) {
        thin.add(times[Math.max(low, high)], values[Math.max(low, high)]);
      }
      first = after;
    }
    return thin;
  }
}
