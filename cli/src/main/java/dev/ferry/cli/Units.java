package dev.ferry.cli;

import dev.ferry.protocol.util.Nanos;
import java.util.Locale;

/** Reads and writes sizes and times as text. */
public final class Units {
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final long KIBI = 1024;

  private Units() {}

  /**
   * Reads a size such as {@code 65507}, {@code 64KiB}, {@code 1MiB} or {@code 10MB}.
   *
   * @return the size in bytes
   * @throws NumberFormatException if the text is not a size, or does not fit
   */
  public static long parseBytes(String text) {
    int split = unitStart(text);
    return scale(text, split, bytesPer(text.substring(split).trim()));
  }

  private static long bytesPer(String unit) {
    return switch (unit.toLowerCase(Locale.ROOT)) {
      case "", "b" -> 1;
      case "kib", "k" -> KIBI;
      case "mib", "m" -> KIBI * KIBI;
      case "gib", "g" -> KIBI * KIBI * KIBI;
      case "tib", "t" -> KIBI * KIBI * KIBI * KIBI;
      case "pib", "p" -> KIBI * KIBI * KIBI * KIBI * KIBI;
      case "eib", "e" -> KIBI * KIBI * KIBI * KIBI * KIBI * KIBI;
      case "kb" -> 1_000;
      case "mb" -> 1_000_000;
      case "gb" -> 1_000_000_000;
      case "tb" -> 1_000_000_000_000L;
      default ->
          throw new NumberFormatException("unknown unit '" + unit + "'; use KiB, MiB, GiB, TiB");
    };
  }

  /**
   * Reads a time such as {@code 50ms}, {@code 3s} or {@code 2min}.
   *
   * @return the time in nanoseconds
   * @throws NumberFormatException if the text is not a time, lacks a unit, or does not fit
   */
  public static long parseNanos(String text) {
    int split = unitStart(text);
    long unit =
        switch (text.substring(split).trim()) {
          case "ns" -> 1;
          case "us" -> Nanos.MICROSECOND;
          case "ms" -> Nanos.MILLISECOND;
          case "s" -> Nanos.SECOND;
          case "min" -> 60 * Nanos.SECOND;
          case "h" -> 3600 * Nanos.SECOND;
          case "d", "day", "days" ->
              throw new NumberFormatException("the largest unit is the hour: a day is 24h");
          default -> throw new NumberFormatException("a time needs a unit: ms, s, min or h");
        };
    return scale(text, split, unit);
  }

  /**
   * Reads a rate such as {@code 50mbit}, {@code 2.5gbit/s} or {@code 800kbit}.
   *
   * @return the rate in bits per second
   * @throws IllegalArgumentException if the text is not a rate
   */
  static long parseBitsPerSecond(String text) {
    String lower = text.toLowerCase(Locale.ROOT).replaceFirst("(/s|ps)$", "");
    if (!lower.endsWith("bit")) {
      throw new IllegalArgumentException("a rate is in bit, kbit, mbit or gbit a second");
    }
    String digits = lower.replaceFirst("[kmg]?bit$", "");
    double unit =
        switch (lower.charAt(digits.length())) {
          case 'k' -> 1e3;
          case 'm' -> 1e6;
          case 'g' -> 1e9;
          default -> 1;
        };
    return Math.round(SelectionText.number(digits) * unit);
  }

  private static int unitStart(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end == 0) {
      throw new NumberFormatException("not a number");
    }
    if (end < text.length() && (text.charAt(end) == '.' || text.charAt(end) == ',')) {
      throw new NumberFormatException("whole numbers only; use a smaller unit");
    }
    return end;
  }

  private static long scale(String text, int split, long unit) {
    try {
      return Math.multiplyExact(Long.parseLong(text.substring(0, split)), unit);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new NumberFormatException("too large");
    }
  }

  /**
   * Writes a size so that {@link #parseBytes} reads it back, in the largest unit that divides it.
   */
  static String exactBytes(long bytes) {
    long value = bytes;
    int unit = 0;
    while (value != 0 && value % KIBI == 0 && unit < SIZES.length - 1) {
      value /= KIBI;
      unit++;
    }
    return value + (unit == 0 ? "" : SIZES[unit]);
  }

  /**
   * Writes a time so that {@link #parseNanos} reads it back, in whole seconds, milliseconds or
   * nanoseconds.
   */
  static String exactNanos(long nanos) {
    if (nanos % Nanos.SECOND == 0) {
      return nanos / Nanos.SECOND + "s";
    }
    return nanos % Nanos.MILLISECOND == 0 ? nanos / Nanos.MILLISECOND + "ms" : nanos + "ns";
  }

  /** Writes a size for people, such as {@code 4.2 MiB}. */
  public static String formatBytes(long bytes) {
    if (bytes < KIBI) {
      return bytes + " " + SIZES[0];
    }
    double value = bytes / (double) KIBI;
    int unit = 1;
    while (value >= KIBI - 0.05 && unit < SIZES.length - 1) { // No "1024.0" by rounding.
      value /= KIBI;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, SIZES[unit]);
  }

  /**
   * Writes a time for people, such as {@code 0.340 ms}, {@code 12.3 ms}, {@code 4.56 s}, {@code 3
   * min 7 s}.
   */
  public static String formatNanos(long nanos) {
    if (nanos < Nanos.MILLISECOND) {
      // Not in microseconds: their sign is not ASCII, and so garbled where LANG is C.
      return String.format(Locale.ROOT, "0.%03d ms", nanos / Nanos.MICROSECOND);
    }
    if (nanos < Nanos.SECOND - 50 * Nanos.MICROSECOND) { // No "1000.0" by rounding.
      return String.format(Locale.ROOT, "%.1f ms", nanos / (double) Nanos.MILLISECOND);
    }
    if (nanos < 60 * Nanos.SECOND - 5 * Nanos.MILLISECOND) {
      return String.format(Locale.ROOT, "%.2f s", nanos / (double) Nanos.SECOND);
    }
    long seconds = nanos / Nanos.SECOND + (nanos % Nanos.SECOND >= Nanos.SECOND / 2 ? 1 : 0);
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%d min %d s", seconds / 60, seconds % 60);
    }
    return String.format(Locale.ROOT, "%d h %d min", seconds / 3600, seconds % 3600 / 60);
  }

  /** Writes a rate for people, such as {@code 4.2 MiB/s}. */
  public static String formatRate(long bytes, long durationNs) {
    return formatBytes((long) (bytes * (double) Nanos.SECOND / Math.max(1, durationNs))) + "/s";
  }
}
