package dev.ferry.protocol.recovery.congestion;

/**
 * The smallest of the values of the last one to two spans of time, kept in two buckets. Not
 * thread-safe.
 */
final class WindowedMin {
  private final long spanNs;
  private double older = Double.POSITIVE_INFINITY;
  private double newer = Double.POSITIVE_INFINITY;
  private boolean begun;
  private long beganNs;

  /**
   * Creates an empty window.
   *
   * @param spanNs after how long a bucket is closed, above 0
   */
  WindowedMin(long spanNs) {
    this.spanNs = spanNs;
  }

  /** Adds a value; times never go back. */
  void add(double value, long nowNs) {
    if (!begun) {
      begun = true;
      beganNs = nowNs;
    } else if (nowNs - beganNs > spanNs) {
      older = newer;
      newer = Double.POSITIVE_INFINITY;
      beganNs = nowNs;
    }
    newer = Math.min(newer, value);
  }

  /** Whether no value has been added. */
  boolean isEmpty() {
    return get() == Double.POSITIVE_INFINITY;
  }

  /** The smallest value, or infinity if there is none. */
  double get() {
    return Math.min(older, newer);
  }
}
