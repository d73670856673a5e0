package dev.ferry.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The users of a POSIX system by their numbers, where it tells them. */
final class UserIds {
  /** The user who may do everything. */
  static final int ROOT = 0;

  private static final Path PROCESS = Path.of("/proc/self");

  private UserIds() {}

  /** The user of this process; null where the system does not tell. */
  static @Nullable Integer ofProcess() throws IOException {
    return Files.isDirectory(PROCESS) ? of(PROCESS) : null;
  }

  /** The owner of a file; null where there is none. */
  static @Nullable Integer of(Path path) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? (Integer) Files.getAttribute(path, "unix:uid")
        : null;
  }
}
