package dev.ferry.storage;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return absolute(environment.get("LOCALAPPDATA"), OWN_NAME);
    }
    Optional<Path> chosen = absolute(environment.get("XDG_CACHE_HOME"), OWN_NAME);
    if (chosen.isPresent()) {
      return chosen;
    }
    return name.startsWith("mac")
        ? absolute(home, "Library", "Caches", OWN_NAME)
        : absolute(home, ".cache", OWN_NAME);
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
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return absolute(environment.get("LOCALAPPDATA"), OWN_NAME + "-state");
    }
    Optional<Path> chosen = absolute(environment.get("XDG_STATE_HOME"), OWN_NAME);
    if (chosen.isPresent()) {
      return chosen;
    }
    return name.startsWith("mac")
        ? absolute(home, "Library", "Application Support", OWN_NAME)
        : absolute(home, ".local", "state", OWN_NAME);
  }

  private static Optional<Path> absolute(@Nullable String base, String... names) {
    if (base == null || base.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(base, names);
      return path.isAbsolute() ? Optional.of(path) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
