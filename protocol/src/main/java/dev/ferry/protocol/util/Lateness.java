package dev.ferry.protocol.util;

/**
 * How late this end's own timers are. On a busy machine everything takes longer, at this end and,
 * if it is on the same machine, at the other: so whoever waits for a peer waits the longer, the
 * later its own timers come. Not thread-safe.
 */
public final class Lateness {
  /** Any timer may be late by so much. */
  static final long PUNCTUAL_NS = 20 * Nanos.MILLISECOND;

  /** The peer has to be woken up, and to compute its answer: it is late once more for each. */
  static final int PEERS_SHARE = 3;

  /** How much longer anybody waits, at most. */
  static final long MAX_EXTRA_NS = 280 * Nanos.SECOND;

  private long extraNs;

  /**
   * Counts a timer that is looked at now, if it is due.
   *
   * @param dueNs when it was due; {@link Nanos#NEVER} if it does not run
   */
  public void add(long dueNs, long nowNs) {
    if (Nanos.isDue(dueNs, nowNs) && nowNs - dueNs > PUNCTUAL_NS) {
      long lateNs = Math.min(nowNs - dueNs, MAX_EXTRA_NS);
      extraNs = Math.min(extraNs + PEERS_SHARE * lateNs, MAX_EXTRA_NS);
    }
  }

  /** The peer was heard, and patience begins anew. */
  public void clear() {
    extraNs = 0;
  }

  /** By how much patience is longer than on a machine that has time, in nanoseconds. */
  public long extraNs() {
    return extraNs;
  }
}
