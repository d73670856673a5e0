package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * How much more than expected is acknowledged at once, at most over the last ten round trips
 * (BBR.extra_acked; draft-ietf-ccwg-bbr, section 5.5.9): so much more has to be in flight to keep
 * the path busy. Not thread-safe.
 */
final class AckAggregation {
  private static final int ROUNDS = 10;

  private final double[] extra = new double[ROUNDS];
  private final long[] rounds = new long[ROUNDS];
  private boolean begun;
  private long intervalBeganNs;
  private double intervalBytes;

  /**
   * An acknowledgement came in.
   *
   * @param bandwidth what is expected, in bytes per second
   * @param windowBytes more than this is not believed
   */
  void onAck(long ackedBytes, double bandwidth, double windowBytes, long round, long nowNs) {
    if (!begun) {
      begun = true;
      intervalBeganNs = nowNs;
    }
    double expected = bandwidth * (nowNs - intervalBeganNs) / Nanos.SECOND;
    if (intervalBytes <= expected) {
      intervalBytes = 0;
      intervalBeganNs = nowNs;
      expected = 0;
    }
    intervalBytes += ackedBytes;
    int at = (int) (round % ROUNDS);
    if (rounds[at] != round) {
      rounds[at] = round;
      extra[at] = 0;
    }
    extra[at] = Math.max(extra[at], Math.min(intervalBytes - expected, windowBytes));
  }

  /**
   * The largest excess, in bytes.
   *
   * @param started whether Startup is over; before that only this round counts
   */
  double extraBytes(long round, boolean started) {
    int count = started ? ROUNDS : 1;
    double most = 0;
    for (int i = 0; i < ROUNDS; i++) {
      if (round - rounds[i] < count) {
        most = Math.max(most, extra[i]);
      }
    }
    return most;
  }
}
