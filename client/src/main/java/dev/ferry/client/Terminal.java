package dev.ferry.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** The terminal that stderr may be connected to. */
final class Terminal {
  private static final int DEFAULT_COLUMNS = 80;
  private static final int ASK_EVERY_S = 1;
  private static final File TTY = new File("/dev/tty");
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

  /**
   * The width of the terminal, in columns, as it changes; 0 until it is known. Java cannot ask: the
   * environment tells it ({@code COLUMNS}), or else the command {@code stty} does, again and again,
   * on a thread that ends with the process.
   */
  static IntSupplier columns() {
    String columns = System.getenv("COLUMNS");
    if (columns != null && columns.matches("[1-9][0-9]{0,3}")) {
      int fixed = Integer.parseInt(columns);
      return () -> fixed;
    }
    AtomicInteger width = new AtomicInteger();
    Thread asking = new Thread(() -> keepAsking(width), "terminal-width");
    asking.setDaemon(true);
    asking.start();
    return width::get;
  }

  private static void keepAsking(AtomicInteger width) {
    try {
      while (true) {
        int now = ask();
        width.set(now == 0 ? DEFAULT_COLUMNS : now);
        if (now == 0) {
          return;
        }
        TimeUnit.SECONDS.sleep(ASK_EVERY_S);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The width now; 0 if the terminal does not know it, or there is no such command. */
  private static int ask() throws InterruptedException {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(TTY)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), US_ASCII).trim();
      stty.waitFor();
      return answer.matches("[0-9]+ [0-9]{1,4}")
          ? Integer.parseInt(answer.substring(answer.indexOf(' ') + 1))
          : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
