package dev.ferry.protocol.util;

/**
 * Keeps repetitions out of step with outages: a path with outages at regular intervals could
 * otherwise lose every repetition. Stateless and deterministic, so that a run can be repeated.
 */
public final class Jitter {
  /** 2^32 divided by the golden ratio, whose multiples are spread most evenly. */
  private static final int GOLDEN = 0x9e3779b9;

  /** The factor from 32 bits to a share of a quarter: a wait becomes up to a quarter longer. */
  private static final double A_QUARTER = 0x1p-34;

  private Jitter() {}

  /**
   * Lengthens the wait after a repetition.
   *
   * @param waitNs the wait without jitter, in nanoseconds, 0 or more
   * @param repetition its number; 0, the first transmission, leaves the wait as it is
   * @return {@code waitNs} or up to a quarter more
   */
  public static long lengthen(long waitNs, int repetition) {
    double fraction = Integer.toUnsignedLong(repetition * GOLDEN) * A_QUARTER;
    return waitNs + (long) (waitNs * fraction);
  }
}
