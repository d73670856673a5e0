package dev.ferry.storage;

import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Times of files; those of modification as nanoseconds since 1970 UTC. */
final class FileTimes {
  private FileTimes() {}

  /**
   * When a file, or what is known of it, was changed last (ctime). No program can set that time, so
   * it tells more than the time of modification. Null on systems without it.
   *
   * @param links whether the last component of the path may be a link
   */
  static @Nullable FileTime changed(Path path, LinkOption... links) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? (FileTime) Files.getAttribute(path, "unix:ctime", links)
        : null;
  }

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
