package dev.ferry.testkit.process;

import dev.ferry.clock.NanoClock;

/**
 * Clocks for peers that lose nothing: a machine that is busy for half a second must not make them
 * repeat anything, which some peers of the lab do not survive.
 */
public final class SlowClock {
  private SlowClock() {}

  /** A clock on which every timeout lasts so many times as long. */
  public static NanoClock slowerBy(int factor) {
    return () -> NanoClock.SYSTEM.nanoTime() / factor;
  }
}
