package dev.ferry.protocol.util;

/**
 * Keeps repetitions out of step: a path that is down in a rhythm which divides the wait between
 * them would swallow every one. Stateless and deterministic, so that a run can be repeated.
 */
public final class Jitter {
  /** 2^32 divided by the golden ratio: its multiples are the most evenly spread. */
  private static final int GOLDEN = 0x9e3779b9;

  /** One repetition waits for up to a quarter longer than another. */
  private static final double A_QUARTER = 0x1p-34;

  private Jitter() {}

  /**
   * How long to wait after a repetition.
   *
   * @param waitNs how long it would be without, in nanoseconds, 0 or more
   * @param repetition its number; after the first transmission, 0, the wait is as given
   * @return {@code waitNs} or up to a quarter more
   */
  public static long lengthen(long waitNs, int repetition) {
    double fraction = Integer.toUnsignedLong(repetition * GOLDEN) * A_QUARTER;
    return waitNs + (long) (waitNs * fraction);
  }
}
