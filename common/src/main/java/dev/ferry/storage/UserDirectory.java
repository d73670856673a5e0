package dev.ferry.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a user's programs: the cache for what makes the next run faster and may be
 * lost at any time, and the state for what must stay. What security depends on belongs in the
 * state.
 */
public final class UserDirectory {
  private static final String OWN_NAME = "ferry";
  private static final String TEMPORARY_SUFFIX = ".new";

  private UserDirectory() {}

  /** The cache directory of this process's user; empty if the system does not tell any. */
  public static Optional<Path> cache() {
    return cache(
        System.getenv(), System.getProperty("os.name", ""), System.getProperty("user.home", ""));
  }

  /**
   * The cache directory: {@code $XDG_CACHE_HOME/ferry}, by default {@code ~/.cache/ferry} (XDG Base
   * Directory Specification); {@code ~/Library/Caches/ferry} on macOS, {@code %LOCALAPPDATA%\ferry}
   * on Windows. A variable with a relative path counts as unset.
   *
   * @param home the user's home directory
   */
  static Optional<Path> cache(Map<String, String> environment, String system, String home) {
    Names names = new Names("XDG_CACHE_HOME", OWN_NAME, "Library/Caches/ferry", ".cache/ferry");
    return names.find(environment, system, home);
  }

  /** The state directory of this process's user; empty if the system does not tell any. */
  public static Optional<Path> state() {
    return state(
        System.getenv(), System.getProperty("os.name", ""), System.getProperty("user.home", ""));
  }

  /**
   * The state directory: {@code $XDG_STATE_HOME/ferry}, by default {@code ~/.local/state/ferry};
   * {@code ~/Library/Application Support/ferry} on macOS, {@code %LOCALAPPDATA%\ferry-state} on
   * Windows.
   *
   * @param home the user's home directory
   */
  static Optional<Path> state(Map<String, String> environment, String system, String home) {
    Names names =
        new Names(
            "XDG_STATE_HOME",
            "ferry-state",
            "Library/Application Support/ferry",
            ".local/state/ferry");
    return names.find(environment, system, home);
  }

  /** Makes a directory for its owner only, as those above it, unless it is there. */
  static void create(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    FileAttribute<?>[] attributes =
        FileModes.isPosix(directory.getFileSystem())
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    Files.createDirectories(directory, attributes);
  }

  /**
   * Creates an empty file for its owner only, in a directory that is made if it is not there. It is
   * to be moved to its place once it is written, so that its content appears as a whole.
   */
  public static Path newFile(Path directory) throws IOException {
    create(directory);
    return Files.createTempFile(
        directory, "", TEMPORARY_SUFFIX, FileModes.ownerOnly(directory.getFileSystem()));
  }

  /**
   * Where a kind of directory lies.
   *
   * @param variable of the environment, except on Windows
   * @param windows below {@code %LOCALAPPDATA%}
   * @param mac below the home directory, as {@code others}
   */
  private record Names(String variable, String windows, String mac, String others) {
    Optional<Path> find(Map<String, String> environment, String system, String home) {
      String name = system.toLowerCase(Locale.ROOT);
      if (name.startsWith("windows")) {
        return absolute(environment.get("LOCALAPPDATA"), windows);
      }
      Optional<Path> chosen = absolute(environment.get(variable), OWN_NAME);
      return chosen.isPresent() ? chosen : absolute(home, name.startsWith("mac") ? mac : others);
    }
  }

  private static Optional<Path> absolute(@Nullable String base, String below) {
    if (base == null || base.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(base, below);
      return path.isAbsolute() ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
