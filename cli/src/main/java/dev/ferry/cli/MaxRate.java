package dev.ferry.cli;

import com.google.common.io.MoreFiles;
import dev.ferry.clock.WallClock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The cap that {@code --max-rate} asks for: a {@link RateTimetable}, or {@code @FILE}, which has
 * one and is read again whenever the cap is asked for. As long as the file cannot be read, or is
 * damaged, what it said before holds, and one line says so. Used by one thread at a time.
 */
public final class MaxRate implements LongSupplier {
  private static final long MAX_FILE_BYTES = 64 << 10;

  private final @Nullable Path file;
  private final PrintStream err;
  private final IntSupplier secondOfDay;
  private RateTimetable timetable;

  /** What the file had in it, or was wrong with it, when it was looked at last. */
  private String seen = "";

  private MaxRate(
      @Nullable Path file, RateTimetable timetable, PrintStream err, IntSupplier secondOfDay) {
    this.file = file;
    this.timetable = timetable;
    this.err = err;
    this.secondOfDay = secondOfDay;
  }

  /**
   * Reads the value of the option, and the file that it may name.
   *
   * @param err is told when the file is damaged later
   * @throws CommandException if the value or the file has no timetable in it
   */
  public static MaxRate parse(String text, PrintStream err) throws CommandException {
    return parse(text, err, WallClock::secondOfDay);
  }

  static MaxRate parse(String text, PrintStream err, IntSupplier secondOfDay)
      throws CommandException {
    try {
      if (!text.startsWith("@")) {
        return new MaxRate(null, RateTimetable.parse(text), err, secondOfDay);
      }
      Path file = Path.of(text.substring(1));
      String content = read(file);
      MaxRate rate = new MaxRate(file, RateTimetable.parse(content), err, secondOfDay);
      rate.seen = content;
      return rate;
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--max-rate: " + reason(e));
    }
  }

  private static String read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException("'" + file + "' cannot be read: it is no file of 64 KiB at most");
    }
    return MoreFiles.asCharSource(file, StandardCharsets.UTF_8).read();
  }

  private static String reason(Exception e) {
    return Escaper.escape(
        e instanceof InvalidPathException || e.getMessage() == null
            ? "the file has no valid name"
            : e.getMessage());
  }

  /** The cap at this time, in bytes per second; {@link Long#MAX_VALUE} for none. */
  @Override
  public long getAsLong() {
    if (file != null) {
      readAgain(file);
    }
    return timetable.bytesPerSecond(secondOfDay.getAsInt());
  }

  private void readAgain(Path again) {
    try {
      String content = read(again);
      if (!content.equals(seen)) {
        seen = content;
        timetable = RateTimetable.parse(content);
      }
    } catch (IOException e) {
      if (!reason(e).equals(seen)) {
        seen = reason(e);
        complain(e);
      }
    } catch (IllegalArgumentException e) {
      complain(e);
    }
  }

  private void complain(Exception e) {
    err.println("--max-rate stays as it was: " + reason(e));
  }
}
