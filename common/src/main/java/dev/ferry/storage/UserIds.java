package dev.ferry.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The users of a POSIX system by their numbers, where it tells them. */
final class UserIds {
  /** The user who may do everything. */
  static final int ROOT = 0;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern UIDS = Pattern.compile("Uid:\\s+\\d+\\s+(?<effective>\\d+)");

  private UserIds() {}

  /** The user of this process, who owns what it creates; null where the system does not tell. */
  static @Nullable Integer ofProcess() throws IOException {
    // The owner of /proc/self is root where a process must not be dumped.
    return Files.isReadable(STATUS)
        ? inStatus(Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1))
        : null;
  }

  /**
   * The effective user in a process's status on Linux; null if it is not there.
   *
   * @param status the lines of {@code /proc/…/status}
   */
  static @Nullable Integer inStatus(List<String> status) {
    for (String line : status) {
      Matcher uids = UIDS.matcher(line);
      if (uids.lookingAt()) {
        return Integer.parseUnsignedInt(uids.group("effective"));
      }
    }
    return null;
  }

  /** The owner of a file; null where there is none. */
  static @Nullable Integer of(Path path) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? (Integer) Files.getAttribute(path, "unix:uid")
        : null;
  }
}
