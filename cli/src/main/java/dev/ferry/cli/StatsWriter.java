package dev.ferry.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of statistics (docs/statistics.md), whichever end writes it. If the disk fails later on,
 * that is said once, and nothing more is written. Not thread-safe.
 */
public final class StatsWriter implements AutoCloseable {
  private final String program;
  private final Path file;
  private final BufferedWriter out;
  private final PrintStream err;
  private boolean failed;

  private StatsWriter(String program, Path file, BufferedWriter out, PrintStream err) {
    this.program = program;
    this.file = file;
    this.out = out;
    this.err = err;
  }

  /**
   * Creates a file, in place of one that is there.
   *
   * @param program its name, for messages
   * @param err where a failure of the disk is told
   * @throws CommandException if that is not possible
   */
  public static StatsWriter create(String program, Path file, PrintStream err)
      throws CommandException {
    try {
      return new StatsWriter(program, file, Files.newBufferedWriter(file, US_ASCII), err);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          "cannot write '" + Escaper.escape(file.toString()) + "': " + FileErrors.reason(e));
    }
  }

  /** Adds a line, which is in the file after the next {@link #flush}. */
  public void write(JsonLine line) {
    if (failed) {
      return;
    }
    try {
      out.write(line + "\n");
    } catch (IOException e) {
      fail(e);
    }
  }

  /** Brings what was written into the file. */
  public void flush() {
    if (failed) {
      return;
    }
    try {
      out.flush();
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException cause) {
    failed = true;
    err.println(
        program
            + ": no more statistics in '"
            + Escaper.escape(file.toString())
            + "': "
            + FileErrors.reason(cause));
  }

  @Override
  public void close() {
    flush();
    try {
      out.close();
    } catch (IOException e) {
      failed = true; // Every line was flushed, or its failure told.
    }
  }
}
