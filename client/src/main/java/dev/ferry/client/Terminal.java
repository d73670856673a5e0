package dev.ferry.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal that stderr may be connected to. */
final class Terminal {
  private static final int DEFAULT_COLUMNS = 80;
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /**
   * Whether stderr is a terminal. Java only knows it of stdin and stdout together. On Linux the
   * kernel knows it; elsewhere the launcher script sets the property {@code ferry.stderr.terminal}.
   */
  static boolean isStderr() {
    try {
      String target = Files.readSymbolicLink(STDERR).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return Boolean.getBoolean("ferry.stderr.terminal");
    }
  }

  /** The width of the terminal, in columns. */
  static int columns() {
    String columns = System.getenv("COLUMNS");
    try {
      return columns == null ? DEFAULT_COLUMNS : Integer.parseInt(columns);
    } catch (NumberFormatException e) {
      return DEFAULT_COLUMNS;
    }
  }
}
