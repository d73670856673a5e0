package dev.ferry.clock;

import dev.ferry.protocol.util.Nanos;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * The date, for records that people lay beside others, and for what is left of transfers that were
 * broken off days ago; the time of day, for timetables; and how long ago the kernel received what
 * it has stamped. Nothing else is decided by it: it may jump.
 */
@TheOneClock
public final class WallClock {
  private WallClock() {}

  /** Nanoseconds since 1970-01-01 UTC. */
  public static long epochNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * Nanos.SECOND + now.getNano();
  }

  /** Seconds since midnight in the time zone of this machine, 0 … 86399. */
  public static int secondOfDay() {
    return LocalTime.now(ZoneId.systemDefault()).toSecondOfDay();
  }
}
