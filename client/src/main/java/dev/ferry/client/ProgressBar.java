package dev.ferry.client;

import dev.ferry.cli.Units;
import dev.ferry.protocol.util.Nanos;
import java.io.PrintStream;
import java.util.Locale;

/** One line on a terminal that is redrawn: share, bar, bytes, rate, time left. Thread-safe. */
final class ProgressBar {
  private static final long REDRAW_NS = 100 * Nanos.MILLISECOND;

  /** The period, up to now, over which the rate is measured. */
  private static final long RATE_WINDOW_NS = 3 * Nanos.SECOND;

  private static final int MIN_BAR = 10;

  /** Room for the {@code ^C} that a terminal shows, so that it does not wrap the line. */
  private static final int INTERRUPT_COLUMNS = 2;

  private final PrintStream err;
  private long totalBytes;
  private final int columns;
  private long drawnNs = Nanos.NEVER;
  private long windowStartNs = Nanos.NEVER;
  private long windowStartBytes;
  private double bytesPerNano;
  private boolean ended;

  ProgressBar(PrintStream err, long totalBytes, int columns) {
    this.err = err;
    this.totalBytes = totalBytes;
    this.columns = columns;
  }

  /** Sets the size of the whole transfer. */
  synchronized void setTotal(long newTotalBytes) {
    totalBytes = newTotalBytes;
  }

  /** Redraws the line, but not too often. */
  synchronized void update(long doneBytes, long nowNs) {
    if (ended || (drawnNs != Nanos.NEVER && nowNs - drawnNs < REDRAW_NS)) {
      return;
    }
    measure(doneBytes, nowNs);
    drawnNs = nowNs;
    err.print("\r" + line(doneBytes));
    err.flush();
  }

  private void measure(long doneBytes, long nowNs) {
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

  private String line(long doneBytes) {
    double share = totalBytes == 0 ? 1 : doneBytes / (double) totalBytes;
    String left = String.format(Locale.ROOT, "%3d %% ", (int) (100 * share));
    String right =
        String.format(
            Locale.ROOT,
            " %9s %11s %s",
            Units.formatBytes(doneBytes),
            Units.formatBytes((long) (bytesPerNano * Nanos.SECOND)) + "/s",
            eta(doneBytes));
    int room = columns - 1 - INTERRUPT_COLUMNS - left.length() - right.length() - 2;
    if (room < MIN_BAR) {
      return left + right;
    }
    int filled = (int) (room * share);
    return left + "[" + "#".repeat(filled) + "-".repeat(room - filled) + "]" + right;
  }

  private String eta(long doneBytes) {
    if (bytesPerNano <= 0) {
      return "   --:--";
    }
    long seconds = (long) ((totalBytes - doneBytes) / bytesPerNano / Nanos.SECOND);
    return seconds >= 3600
        ? String.format(
            Locale.ROOT, "%2d:%02d:%02d", seconds / 3600, seconds % 3600 / 60, seconds % 60)
        : String.format(Locale.ROOT, "   %02d:%02d", seconds / 60, seconds % 60);
  }

  /** Clears the line, and leaves the cursor at its start. */
  synchronized void end() {
    if (!ended && drawnNs != Nanos.NEVER) {
      err.print("\r" + " ".repeat(Math.max(0, columns - 1)) + "\r");
      err.flush();
    }
    ended = true;
  }
}
