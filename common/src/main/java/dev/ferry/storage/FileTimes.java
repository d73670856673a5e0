package dev.ferry.storage;

import dev.ferry.protocol.util.Nanos;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/** Times of modification as nanoseconds since 1970 UTC. */
final class FileTimes {
  private FileTimes() {}

  /** Any number; what a {@code long} cannot hold becomes its smallest or largest. */
  static long toNanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  /** The time; before 1970 the second that it is in, because Java cannot store parts of those. */
  static FileTime ofNanos(long epochNs) {
    return epochNs < 0
        ? FileTime.from(Math.floorDiv(epochNs, Nanos.SECOND), TimeUnit.SECONDS)
        : FileTime.from(epochNs, TimeUnit.NANOSECONDS);
  }
}
