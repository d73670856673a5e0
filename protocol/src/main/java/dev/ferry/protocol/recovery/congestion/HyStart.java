package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * HyStart++ (RFC 9406) for a paced sender: ends slow start when the round-trip time begins to rise,
 * before the queue of the bottleneck overflows, and grows cautiously for some rounds to be sure.
 *
 * <pre>
 *                        SLOW_START       CAUTIOUS         OVER
 * RTT rose in a round    → CAUTIOUS       —                —
 * RTT fell below what
 *  it was on entry       —                → SLOW_START     —
 * fifth round ended      —                → OVER           —
 * something was lost     → OVER           → OVER           —
 * it was a mistake       begins anew      begins anew      → SLOW_START
 * </pre>
 */
final class HyStart {
  /** RFC 9406, section 4.3, in its order. */
  static final long MIN_THRESHOLD_NS = 4 * Nanos.MILLISECOND;

  static final long MAX_THRESHOLD_NS = 16 * Nanos.MILLISECOND;
  static final int THRESHOLD_DIVISOR = 8;
  static final int SAMPLES = 8;
  static final int CAUTIOUS_DIVISOR = 4;
  static final int CAUTIOUS_ROUNDS = 5;

  /** No round-trip time yet. */
  private static final long INFINITE = Long.MAX_VALUE;

  private enum State {
    SLOW_START,
    CAUTIOUS,
    OVER
  }

  private State state = State.SLOW_START;

  /** The round is over when this packet has been acknowledged. */
  private long lastOfRound = -1;

  private long lastRoundMinNs = INFINITE;
  private long roundMinNs = INFINITE;
  private int samples;
  private long baselineNs = INFINITE;
  private int cautiousRounds;

  /** Whether slow start has ended for good. */
  boolean isOver() {
    return state == State.OVER;
  }

  /** Something was lost. */
  void end() {
    state = State.OVER;
  }

  /** Slow start begins again. */
  void restart(long largestSent) {
    state = State.SLOW_START;
    roundMinNs = INFINITE;
    beginRound(largestSent);
  }

  private void beginRound(long largestSent) {
    lastOfRound = largestSent;
    lastRoundMinNs = roundMinNs;
    roundMinNs = INFINITE;
    samples = 0;
  }

  /**
   * An acknowledgement came in.
   *
   * @param rttNs the round-trip time that it measured, or −1
   * @param ackedBytes what it acknowledged
   * @return by how much the window grows, in bytes
   */
  long onAck(long largestAcked, long largestSent, long rttNs, long ackedBytes) {
    long growth = state == State.CAUTIOUS ? ackedBytes / CAUTIOUS_DIVISOR : ackedBytes;
    if (rttNs >= 0) {
      roundMinNs = Math.min(roundMinNs, rttNs);
      samples++;
      judge();
    }
    if (largestAcked >= lastOfRound) {
      if (state == State.CAUTIOUS && ++cautiousRounds >= CAUTIOUS_ROUNDS) {
        state = State.OVER;
      }
      beginRound(largestSent);
    }
    return growth;
  }

  private void judge() {
    if (samples < SAMPLES) {
      return;
    }
    if (state == State.SLOW_START) {
      if (lastRoundMinNs != INFINITE && roundMinNs >= lastRoundMinNs + thresholdNs()) {
        baselineNs = roundMinNs;
        cautiousRounds = 0;
        state = State.CAUTIOUS;
      }
    } else if (state == State.CAUTIOUS && roundMinNs < baselineNs) {
      baselineNs = INFINITE;
      state = State.SLOW_START;
    }
  }

  private long thresholdNs() {
    return Math.max(
        MIN_THRESHOLD_NS, Math.min(lastRoundMinNs / THRESHOLD_DIVISOR, MAX_THRESHOLD_NS));
  }
}
