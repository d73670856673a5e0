package dev.ferry.transport;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.util.Nanos;

/**
 * A clock that stands still while the process does not run: stopped by a signal, frozen with its
 * container, or asleep with its machine. After that the peer has been silent for no longer than
 * before, and is asked before it is given up. Not thread-safe.
 */
final class RunningTime implements NanoClock {
  /** Whoever comes back so much too late from a wait was not merely busy. */
  private static final long STOPPED_NS = 5 * Nanos.SECOND;

  private final NanoClock clock;
  private long skippedNs;

  RunningTime(NanoClock clock) {
    this.clock = clock;
  }

  @Override
  public long nanoTime() {
    return clock.nanoTime() - skippedNs;
  }

  /**
   * Tells how long something should have taken at the most.
   *
   * @param sinceNs when it began, on this clock
   */
  void shouldHaveTaken(long atMostNs, long sinceNs) {
    long lateNs = nanoTime() - sinceNs - atMostNs;
    if (lateNs > STOPPED_NS) {
      skippedNs += lateNs;
    }
  }
}
