package dev.ferry.examples.support;

import dev.ferry.clock.NanoClock;
import java.util.concurrent.locks.LockSupport;

/** The time between two messages of a sender. */
@FunctionalInterface
public interface Pause {
  /** The shortest time that is slept through: to be woken up takes about as long. */
  long SHORTEST_SLEEP_NS = 100_000;

  /** Waits for as long as the clock says. */
  Pause REAL = Pause::pass;

  /**
   * Waits.
   *
   * @param nanos how long
   */
  void await(long nanos);

  private static void pass(long nanos) {
    long start = NanoClock.SYSTEM.nanoTime();
    long left = nanos;
    while (left > 0) {
      if (left > SHORTEST_SLEEP_NS) {
        LockSupport.parkNanos(left);
      } else {
        Thread.onSpinWait();
      }
      left = nanos - (NanoClock.SYSTEM.nanoTime() - start);
    }
  }
}
