package dev.ferry.protocol.util;

/**
 * Arithmetic on monotonic time. All times are {@code long} nanoseconds of one {@link
 * dev.ferry.clock.NanoClock}; only their differences have a meaning, so they are compared by
 * subtraction, which is correct across an overflow of the clock.
 */
public final class Nanos {
  /** One microsecond. */
  public static final long MICROSECOND = 1_000;

  /** One millisecond. */
  public static final long MILLISECOND = 1_000_000;

  /** One second. */
  public static final long SECOND = 1_000_000_000;

  /** A deadline that never comes. No clock reads this value. */
  public static final long NEVER = Long.MAX_VALUE;

  private Nanos() {}

  /** Whether {@code deadlineNs} has been reached at {@code nowNs}. */
  public static boolean isDue(long deadlineNs, long nowNs) {
    return deadlineNs != NEVER && deadlineNs - nowNs <= 0;
  }

  /** Orders two times as {@link Long#compare} does, across an overflow of the clock. */
  public static int compare(long aNs, long bNs) {
    return Long.signum(aNs - bNs);
  }

  /** The earlier of two deadlines, each of which may be {@link #NEVER}. */
  public static long earlier(long aNs, long bNs) {
    if (aNs == NEVER) {
      return bNs;
    }
    return bNs == NEVER || aNs - bNs <= 0 ? aNs : bNs;
  }

  /** The later of two times, neither of which is {@link #NEVER}. */
  public static long later(long aNs, long bNs) {
    return aNs - bNs >= 0 ? aNs : bNs;
  }

  /** The time {@code delayNs} after {@code nowNs}; skips the value of {@link #NEVER}. */
  public static long after(long nowNs, long delayNs) {
    long deadlineNs = nowNs + delayNs;
    return deadlineNs == NEVER ? deadlineNs + 1 : deadlineNs;
  }
}
