package dev.ferry.examples.support;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.TimeSpan;
import dev.ferry.cli.Units;
import java.util.ArrayList;
import java.util.List;

/** Operands of the command line other than ports and hosts. */
public final class Operands {
  private static final int DEFAULT_BUFFER_BYTES = 1024;
  private static final int MAX_BUFFER_BYTES = 1 << 20;

  private Operands() {}

  /**
   * The size of a read buffer, in bytes.
   *
   * @param operands the second is the size; the default if there is none
   */
  public static int bufferBytes(List<String> operands) throws CommandException {
    if (operands.size() < 2) {
      return DEFAULT_BUFFER_BYTES;
    }
    long bytes = size(operands.get(1));
    if (bytes < 1 || bytes > MAX_BUFFER_BYTES) {
      throw new CommandException(ExitCode.USAGE, "a buffer has 1 byte to 1MiB");
    }
    return (int) bytes;
  }

  /** A size in bytes, such as {@code 10} or {@code 64KiB}. */
  public static long size(String text) throws CommandException {
    try {
      return Units.parseBytes(text);
    } catch (NumberFormatException e) {
      throw new CommandException(
          ExitCode.USAGE, "'" + Escaper.escape(text) + "' is not a size: " + e.getMessage());
    }
  }

  /** Times, such as {@code 1s}, {@code 1us} or {@code 0s}. */
  public static List<TimeSpan> intervals(List<String> texts) throws CommandException {
    List<TimeSpan> intervals = new ArrayList<>();
    for (String text : texts) {
      try {
        intervals.add(new TimeSpan(Units.parseNanos(text)));
      } catch (NumberFormatException e) {
        throw new CommandException(
            ExitCode.USAGE, "'" + Escaper.escape(text) + "' is not a time: " + e.getMessage());
      }
    }
    return intervals;
  }
}
