package dev.ferry.clock;

import dev.ferry.protocol.util.Nanos;
import java.time.Instant;

/**
 * The date, for records that people lay beside others, and for what is left of transfers that were
 * broken off days ago. Nothing else is decided by it: it may jump.
 */
@TheOneClock
public final class WallClock {
  private WallClock() {}

  /** Nanoseconds since 1970-01-01 UTC. */
  public static long epochNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * Nanos.SECOND + now.getNano();
  }
}
