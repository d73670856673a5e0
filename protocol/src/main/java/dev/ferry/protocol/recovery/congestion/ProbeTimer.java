package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * When ProbeBW probes next, and how slow its ProbeBW_DOWN is. A probe comes after one second to one
 * and a half, later after congestion; and on a path that holds few packets after as many round
 * trips, as often as Reno would add one (draft-ietf-ccwg-bbr, section 5.3.3.5.1). Not thread-safe.
 */
final class ProbeTimer {
  private static final double WAIT_SECONDS = 1;
  private static final double WAIT_AFTER_CONGESTION_SECONDS = 2;
  private static final double WAIT_SPREAD = 0.5;
  private static final long CONGESTION_MEMORY_NS = 5 * Nanos.SECOND;
  private static final double MAX_WAIT_ROUNDS = 63;

  /** Every so many cycles ProbeBW_DOWN is slow enough to test the background loss. */
  private static final int STRONG_DOWN_INTERVAL = 4;

  private long cycleStampNs;
  private double waitNs;
  private long rounds;
  private long cycles;
  private boolean strongDown;
  private boolean congested;
  private long congestedNs;

  /** There was congestion. */
  void onCongestion(long nowNs) {
    congested = true;
    congestedNs = nowNs;
  }

  /** A round trip is over. */
  void onRoundStart() {
    rounds++;
  }

  /**
   * A cycle begins. Flows that share a path must not probe at the same time: the wait varies.
   *
   * @param needsTest whether the background loss is to be tested
   */
  void startCycle(boolean needsTest, long nowNs) {
    cycles++;
    strongDown = needsTest || cycles % STRONG_DOWN_INTERVAL == 0;
    rounds = Dither.unit(nowNs) < WAIT_SPREAD ? 0 : 1;
    boolean recent = congested && nowNs - congestedNs < CONGESTION_MEMORY_NS;
    double seconds = recent ? WAIT_AFTER_CONGESTION_SECONDS : WAIT_SECONDS;
    waitNs = seconds * (1 + WAIT_SPREAD * Dither.unit(nowNs + 1)) * Nanos.SECOND;
    cycleStampNs = nowNs;
  }

  /** Whether it is time to probe; what the path holds in packets. */
  boolean isDue(double bdpPackets, long nowNs) {
    return nowNs - cycleStampNs > waitNs || rounds >= Math.min(bdpPackets, MAX_WAIT_ROUNDS);
  }

  /** How many round trips ProbeBW_DOWN and ProbeBW_CRUISE have lasted. */
  long rounds() {
    return rounds;
  }

  /** Whether ProbeBW_DOWN is a test. */
  boolean isStrongDown() {
    return strongDown;
  }
}
