package dev.ferry.server;

import dev.ferry.protocol.util.Nanos;

/** How many lines of a kind may be printed: so many at once, then at a rate. Not thread-safe. */
final class LineLimit {
  private final int burst;
  private final long intervalNs;
  private long left;
  private long sinceNs = Nanos.NEVER;

  /**
   * Creates one that has printed nothing yet.
   *
   * @param burst how many at once, at least 1
   * @param perSecond how many a second from then on, 1 … 10^9
   */
  LineLimit(int burst, int perSecond) {
    this.burst = burst;
    this.intervalNs = Nanos.SECOND / perSecond;
    this.left = burst;
  }

  /** Whether a line may be printed now; if so, it counts. */
  boolean take(long nowNs) {
    if (sinceNs == Nanos.NEVER) {
      sinceNs = nowNs;
    }
    long added = (nowNs - sinceNs) / intervalNs;
    sinceNs += added * intervalNs;
    left = Math.min(burst, left + added);
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
