package dev.ferry.protocol.recovery.congestion;

/** Numbers that look random and follow from the time, so that a run can be repeated. Stateless. */
final class Dither {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final long MIX = 0xd6e8feb86659fd93L;

  private Dither() {}

  /** A number in [0, 1). */
  static double unit(long nowNs) {
    long z = nowNs * GOLDEN;
    z = (z ^ (z >>> 32)) * MIX;
    z = (z ^ (z >>> 32)) * MIX;
    return ((z ^ (z >>> 32)) >>> 11) * 0x1p-53;
  }
}
