package dev.ferry.protocol.util;

/**
 * How often something may be done: so often at once, and then at a steady rate. Full until it is
 * first asked. Not thread-safe.
 */
public final class TokenBucket {
  private final long burst;
  private final long intervalNs;
  private long left;
  private long sinceNs = Nanos.NEVER;

  /**
   * Creates a full one.
   *
   * @param burst how often at once, at least 1
   * @param intervalNs after how long it may be done once more, at least 1
   */
  public TokenBucket(long burst, long intervalNs) {
    this.burst = burst;
    this.intervalNs = intervalNs;
    this.left = burst;
  }

  /** Whether it may be done so many times now. */
  boolean holds(long times, long nowNs) {
    if (sinceNs == Nanos.NEVER) {
      sinceNs = nowNs;
    }
    long added = (nowNs - sinceNs) / intervalNs;
    if (added > 0) {
      left = Math.min(burst, left + added);
      sinceNs += added * intervalNs;
    }
    return left >= times;
  }

  /** It is done so many times, which it may be. */
  void take(long times) {
    left -= times;
  }

  /** It may be done once more than before: what was done turned out not to count. */
  void giveBack() {
    left = Math.min(burst, left + 1);
  }

  /** Whether it may be done now; if so, this counts. */
  public boolean tryTake(long nowNs) {
    boolean may = holds(1, nowNs);
    if (may) {
      take(1);
    }
    return may;
  }
}
