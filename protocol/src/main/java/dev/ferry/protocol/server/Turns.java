package dev.ferry.protocol.server;

import dev.ferry.protocol.util.Nanos;

/**
 * When peers are to come again that found everything taken: one after the other, as fast as places
 * become free. So they neither come all at once, nor ask more often than is of use. Nobody has a
 * right to a place: whoever comes first takes it. Not thread-safe.
 */
final class Turns {
  /** Nobody is told to wait for longer. */
  static final long MAX_NS = 20 * Nanos.SECOND;

  /** How long a place is taken, as long as nothing has been measured. */
  private static final long USUAL_NS = Nanos.SECOND;

  private static final long LEAST_NS = 10 * Nanos.MILLISECOND;

  /** How long is counted until the interval is taken anew. */
  private static final long SAMPLE_NS = Nanos.SECOND;

  private final boolean measures;
  private long intervalNs;
  private long freed;
  private long sinceNs = Nanos.NEVER;
  private long lastNs = Nanos.NEVER;

  private Turns(long intervalNs, boolean measures) {
    this.intervalNs = intervalNs;
    this.measures = measures;
  }

  /** Turns at the pace at which places become free. */
  static Turns measured() {
    return new Turns(USUAL_NS, true);
  }

  /** Turns at a steady pace. */
  static Turns every(long intervalNs) {
    return new Turns(intervalNs, false);
  }

  /** A place has become free. */
  void freed() {
    freed++;
  }

  /** Everything is taken: after how many seconds to come again, 1 or more. */
  long next(long nowNs) {
    if (measures) {
      measure(nowNs);
    }
    if (lastNs == Nanos.NEVER || Nanos.isDue(lastNs, nowNs)) {
      lastNs = nowNs;
    }
    long waitNs = Math.min(lastNs - nowNs + intervalNs, MAX_NS);
    lastNs = Nanos.after(nowNs, waitNs);
    return Math.max(1, (waitNs + Nanos.SECOND - 1) / Nanos.SECOND);
  }

  private void measure(long nowNs) {
    if (sinceNs != Nanos.NEVER && nowNs - sinceNs < SAMPLE_NS) {
      return;
    }
    if (sinceNs == Nanos.NEVER || nowNs - sinceNs > MAX_NS) {
      intervalNs = USUAL_NS; // Nobody has been turned away for long: it says nothing of now.
    } else {
      intervalNs = Math.max(LEAST_NS, (nowNs - sinceNs) / Math.max(1, freed));
    }
    freed = 0;
    sinceNs = Nanos.after(nowNs, 0);
  }
}
