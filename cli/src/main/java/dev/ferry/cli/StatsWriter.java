package dev.ferry.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A file of statistics (docs/statistics.md), whichever end writes it. A thread of its own writes,
 * so that a transfer waits for no disk: of what this one cannot take in time whole lines are left
 * out and counted. If the disk fails later on, or the file has become too large, that is said once,
 * and nothing more is written. Not thread-safe.
 */
public final class StatsWriter implements AutoCloseable {
  /** A file of any size. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** How many lines wait for the disk at most. */
  static final int MAX_WAITING = 512;

  /** How long a disk may take for them at the end. */
  private static final long LAST_LINES_SECONDS = 5;

  /** Comes behind the last line. */
  private static final String END = "";

  private final String program;
  private final Path file;
  private final Writer out;
  private final PrintStream err;
  private final long maxBytes;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread thread = new Thread(this::writeAll, "ferry-stats");

  /** How many lines were left out since the last one that was not. */
  private long leftOut;

  /**
   * Begins to write.
   *
   * @param out may block as long as it likes; becomes the writer's
   */
  StatsWriter(String program, Path file, Writer out, long maxBytes, PrintStream err) {
    this.program = program;
    this.file = file;
    this.out = out;
    this.maxBytes = maxBytes;
    this.err = err;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Creates a file, in place of one that is there.
   *
   * @param program its name, for messages
   * @param maxBytes how large it may become; {@link #UNLIMITED} for any size
   * @param err where a failure of the disk is told
   * @throws CommandException if that is not possible
   */
  public static StatsWriter create(String program, Path file, long maxBytes, PrintStream err)
      throws CommandException {
    try {
      return new StatsWriter(program, file, Files.newBufferedWriter(file, US_ASCII), maxBytes, err);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          "cannot write '" + Escaper.escape(file.toString()) + "': " + FileErrors.reason(e));
    }
  }

  /** Adds a line, which is in the file soon. */
  public void write(JsonLine line) {
    if (leftOut > 0 && waiting.offer(StatsLine.of("left-out").put("lines", leftOut) + "\n")) {
      leftOut = 0;
    }
    if (leftOut > 0 || !waiting.offer(line + "\n")) {
      leftOut++;
    }
  }

  /** Writes until the end; what comes after a failure is thrown away. */
  private void writeAll() {
    boolean failed = false;
    long bytes = 0;
    try (out) {
      for (String line = waiting.take(); !line.equals(END); line = waiting.take()) {
        bytes += line.length();
        if (!failed && bytes > maxBytes) {
          failed = true;
          out.flush();
          complain("it must not become larger than " + maxBytes + " bytes");
        }
        if (!failed) {
          failed = !write(line);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      if (!failed) {
        complain(FileErrors.reason(e));
      }
    }
  }

  /** Writes a line, and brings it into the file if no other one follows at once. */
  private boolean write(String line) {
    try {
      out.write(line);
      if (waiting.isEmpty()) {
        out.flush();
      }
      return true;
    } catch (IOException e) {
      complain(FileErrors.reason(e));
      return false;
    }
  }

  private void complain(String reason) {
    err.println(
        program + ": no more statistics in '" + Escaper.escape(file.toString()) + "': " + reason);
  }

  /** Waits for the last lines, unless the disk is stuck. */
  @Override
  public void close() {
    try {
      if (waiting.offer(END, LAST_LINES_SECONDS, TimeUnit.SECONDS)) {
        thread.join(TimeUnit.SECONDS.toMillis(LAST_LINES_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
