package dev.ferry.client;

import dev.ferry.cli.Units;
import dev.ferry.protocol.util.Nanos;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.IntSupplier;

/** One line on a terminal that is redrawn: share, bar, bytes, rate, time left. Thread-safe. */
final class ProgressBar {
  private static final long REDRAW_NS = 100 * Nanos.MILLISECOND;

  /** The period, up to now, over which the rate is measured. */
  private static final long RATE_WINDOW_NS = 3 * Nanos.SECOND;

  private static final int MIN_BAR = 10;

  /** More of a name is not shown; the bar takes the rest of the line. */
  private static final int MAX_NAME = 24;

  /** Nothing has moved for so long: that is worth more than a rate. */
  private static final long STALL_NS = 3 * Nanos.SECOND;

  /** Room for the {@code ^C} that a terminal shows, so that it does not wrap the line. */
  private static final int INTERRUPT_COLUMNS = 2;

  private final PrintStream err;
  private String name;
  private long totalBytes;
  private final IntSupplier columns;
  private long drawnNs = Nanos.NEVER;
  private long windowStartNs = Nanos.NEVER;
  private long windowStartBytes;
  private double bytesPerNano;
  private long movedBytes;
  private long movedNs = Nanos.NEVER;

  /** When it is tried again; {@link Nanos#NEVER} if that is not waited for. */
  private long retryNs = Nanos.NEVER;

  /** How long to wait from the next look at the clock; 0 for none. */
  private long pauseNs;

  private int drawnColumns;
  private boolean ended;

  /**
   * A bar that is not drawn yet; without a share and a bar as long as the total is below 0.
   *
   * @param name of the file, fit for a terminal; shown where there is room for it
   * @param columns the width of the terminal, which may change; 0 as long as it is not known
   */
  ProgressBar(PrintStream err, String name, long totalBytes, IntSupplier columns) {
    this.err = err;
    this.name = fitting(name);
    this.totalBytes = totalBytes;
    this.columns = columns;
  }

  private static String fitting(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME - 3) + "...";
  }

  /** Says what else to name, fit for a terminal. */
  synchronized void setName(String newName) {
    name = fitting(newName);
  }

  /** Sets the size of the whole transfer. */
  synchronized void setTotal(long newTotalBytes) {
    totalBytes = newTotalBytes;
  }

  /**
   * Contact is lost, and it is tried again after a pause.
   *
   * @param newPauseNs from the next {@link #update} on
   */
  synchronized void retryAfter(long newPauseNs) {
    pauseNs = newPauseNs;
  }

  /** Redraws the line, but not too often. */
  synchronized void update(long doneBytes, long nowNs) {
    if (pauseNs > 0) {
      retryNs = Nanos.after(nowNs, pauseNs);
      pauseNs = 0;
    }
    if (ended || (drawnNs != Nanos.NEVER && nowNs - drawnNs < REDRAW_NS)) {
      return;
    }
    int width = columns.getAsInt();
    if (width == 0) {
      return;
    }
    measure(doneBytes, nowNs);
    drawnNs = nowNs;
    draw(line(doneBytes, nowNs, width), width);
  }

  /** Overwrites what was drawn before, and fills no line: a terminal would begin the next one. */
  private void draw(String line, int width) {
    String fitting = line.substring(0, Math.min(line.length(), Math.max(0, width - 1)));
    int blanks = Math.min(drawnColumns, Math.max(0, width - 1)) - fitting.length();
    err.print("\r" + fitting + " ".repeat(Math.max(0, blanks)));
    err.flush();
    drawnColumns = fitting.length();
  }

  private void measure(long doneBytes, long nowNs) {
    if (movedNs == Nanos.NEVER || doneBytes != movedBytes) {
      movedBytes = doneBytes;
      movedNs = nowNs;
    }
    if (windowStartNs == Nanos.NEVER) {
      windowStartNs = nowNs;
      windowStartBytes = doneBytes;
      return;
    }
    long elapsedNs = nowNs - windowStartNs;
    bytesPerNano = (doneBytes - windowStartBytes) / (double) Math.max(1, elapsedNs);
    if (elapsedNs > RATE_WINDOW_NS) {
      windowStartNs = nowNs;
      windowStartBytes = doneBytes;
    }
  }

  private String line(long doneBytes, long nowNs, int width) {
    if (totalBytes < 0) {
      return String.format(
          Locale.ROOT, "%s %9s%s", name, Units.formatBytes(doneBytes), pace(doneBytes, nowNs));
    }
    double share = totalBytes == 0 ? 1 : doneBytes / (double) totalBytes;
    String left = String.format(Locale.ROOT, "%3d %% ", (int) (100 * share));
    String done = String.format(Locale.ROOT, " %9s", Units.formatBytes(doneBytes));
    String right = done + pace(doneBytes, nowNs);
    int room = width - 1 - INTERRUPT_COLUMNS - left.length() - right.length() - 2;
    if (room < MIN_BAR) {
      return left.length() + right.length() < width ? left + right : left + done;
    }
    if (room - name.length() - 1 >= MIN_BAR) {
      left = name + " " + left;
      room -= name.length() + 1;
    }
    int filled = (int) (room * share);
    return left + "[" + "#".repeat(filled) + "-".repeat(room - filled) + "]" + right;
  }

  /** The rate and the time left; or for how long there is none, and when it is tried again. */
  private String pace(long doneBytes, long nowNs) {
    long stalledNs = nowNs - movedNs;
    if (retryNs != Nanos.NEVER && !Nanos.isDue(retryNs, nowNs)) {
      return String.format(
          Locale.ROOT,
          " no contact for %d s; trying again in %d s",
          stalledNs / Nanos.SECOND,
          (retryNs - nowNs + Nanos.SECOND - 1) / Nanos.SECOND);
    }
    return stalledNs > STALL_NS && doneBytes < totalBytes
        ? String.format(Locale.ROOT, " %20s", "no answer for " + stalledNs / Nanos.SECOND + " s")
        : String.format(
            Locale.ROOT,
            " %11s %s",
            Units.formatBytes((long) (bytesPerNano * Nanos.SECOND)) + "/s",
            eta(doneBytes));
  }

  private String eta(long doneBytes) {
    if (totalBytes < 0) {
      return "";
    }
    if (bytesPerNano <= 0) {
      return "   --:--";
    }
    long seconds = (long) ((totalBytes - doneBytes) / bytesPerNano / Nanos.SECOND);
    return seconds >= 3600
        ? String.format(
            Locale.ROOT, "%2d:%02d:%02d", seconds / 3600, seconds % 3600 / 60, seconds % 60)
        : String.format(Locale.ROOT, "   %02d:%02d", seconds / 60, seconds % 60);
  }

  /** Clears the line, and leaves the cursor at its start, until it is drawn again. */
  synchronized void hide() {
    if (!ended && drawnNs != Nanos.NEVER) {
      err.print("\r" + " ".repeat(Math.max(0, columns.getAsInt() - 1)) + "\r");
      err.flush();
      drawnColumns = 0;
    }
  }

  /** Clears the line for good. */
  synchronized void end() {
    hide();
    ended = true;
  }
}
