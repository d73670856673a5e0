package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A program on a terminal of its own, made by the command {@code script}. */
final class PseudoTerminal implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 180;

  private final Process process;
  private final Thread reader;
  private final StringBuilder output = new StringBuilder();
  private boolean ended;

  private PseudoTerminal(Process process) {
    this.process = process;
    this.reader = new Thread(this::collect, "terminal-reader");
    reader.setDaemon(true);
  }

  /** Skips the test where there is no such command. */
  static void assumeAvailable() throws InterruptedException {
    String probe = "script --version | grep -q util-linux && env --default-signal=INT true";
    boolean available;
    try {
      Process process = new ProcessBuilder("sh", "-c", probe).start();
      available = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      available = false;
    }
    Assumptions.assumeTrue(available, "there is no script of util-linux, or no env of coreutils");
  }

  /**
   * Starts a command, and prints something at its end if it has not left the terminal's settings as
   * they were.
   *
   * @param before a shell command that runs in front of it
   */
  static PseudoTerminal start(String before, List<String> command) throws IOException {
    String quoted =
        command.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    // A build that runs in the background may ignore SIGINT, which is inherited.
    String line =
        String.join(
            "\n",
            before,
            "trap : INT",
            "settings=$(stty -g)",
            "env --default-signal=INT " + quoted,
            "code=$?",
            "test \"$settings\" = \"$(stty -g)\" || echo 'the settings have changed'",
            "exit $code");
    Process process =
        new ProcessBuilder("script", "--quiet", "--return", "--command", line, "/dev/null")
            .redirectErrorStream(true)
            .start();
    PseudoTerminal terminal = new PseudoTerminal(process);
    terminal.reader.start();
    return terminal;
  }

  private void collect() {
    try (InputStream in = process.getInputStream()) {
      byte[] bytes = new byte[4096];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        add(new String(bytes, 0, count, UTF_8));
      }
    } catch (IOException e) {
      add("(broke off: " + e + ")");
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  private synchronized void add(String text) {
    output.append(text);
    notifyAll();
  }

  /** Waits until the regular expression is found in the output. */
  synchronized Matcher await(String regex) throws InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    Matcher matcher = pattern.matcher(output.toString());
    while (!matcher.find()) {
      if (ended) {
        throw new IllegalStateException("no '" + regex + "' in:\n" + output);
      }
      wait(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      matcher = pattern.matcher(output.toString());
    }
    return matcher;
  }

  /** Presses keys. */
  void type(String keys) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write(keys.getBytes(UTF_8));
    in.flush();
  }

  /** Waits until the program has ended, and returns its exit code. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the program does not end:\n" + this);
    }
    reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    return process.exitValue();
  }

  /** Everything that was printed, control characters included. */
  synchronized String output() {
    return output.toString();
  }

  /** What is to be seen in the end: a carriage return makes the next characters overwrite. */
  List<String> screen() {
    return Stream.of(output().replace("\r\n", "\n").split("\n", -1)) // lines() splits at \r too.
        .map(PseudoTerminal::overwritten)
        .filter(line -> !line.isBlank())
        .toList();
  }

  private static String overwritten(String line) {
    StringBuilder visible = new StringBuilder();
    for (String part : line.split("\r", -1)) {
      visible.replace(0, Math.min(part.length(), visible.length()), part);
    }
    return visible.toString().stripTrailing();
  }

  @Override
  public String toString() {
    return output();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
