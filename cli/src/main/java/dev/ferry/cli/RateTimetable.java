package dev.ferry.cli;

import dev.ferry.protocol.RateCap;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast may be sent at which time of the day, as text: {@code 50mbit}, or {@code 08:00-18:00
 * 2mbit, 22:00-06:00 off, 20mbit}. Entries are separated by commas or lines; the first one that
 * holds counts, and outside of all periods there is no cap. A {@code #} begins a comment.
 * Immutable.
 */
final class RateTimetable {
  private static final String OFF = "off";
  private static final long MIN_BITS_PER_SECOND = Byte.SIZE * RateCap.MIN_BYTES_PER_SECOND;
  private static final int DAY_SECONDS = 24 * 3600;

  /** From a second of the day until another, perhaps over midnight. */
  private record Entry(int fromSecond, int toSecond, long bytesPerSecond) {
    boolean holdsAt(int second) {
      return fromSecond < toSecond
          ? second >= fromSecond && second < toSecond
          : second >= fromSecond || second < toSecond;
    }
  }

  private final List<Entry> entries;

  private RateTimetable(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * Reads a timetable.
   *
   * @throws IllegalArgumentException if the text is none; the message says why
   */
  static RateTimetable parse(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String line : text.split("\\R", -1)) {
      for (String entry : line.replaceFirst("#.*", "").split(",", -1)) {
        if (!entry.isBlank()) {
          entries.add(entry(entry.trim()));
        }
      }
    }
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("there is no rate in it");
    }
    return new RateTimetable(List.copyOf(entries));
  }

  private static Entry entry(String text) {
    String[] words = text.split("\\s+", -1);
    if (words.length == 1) {
      return new Entry(0, DAY_SECONDS, rate(words[0]));
    }
    String[] times = words[0].split("-", -1);
    if (words.length != 2 || times.length != 2) {
      throw new IllegalArgumentException(
          "'" + text + "' is not of the form 50mbit or 08:00-18:00 2mbit");
    }
    int from = secondOfDay(times[0]);
    int to = secondOfDay(times[1]);
    if (from == to || from == DAY_SECONDS) {
      throw new IllegalArgumentException("'" + words[0] + "' is no period");
    }
    return new Entry(from, to, rate(words[1]));
  }

  private static int secondOfDay(String text) {
    if (!text.matches("([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00")) {
      throw new IllegalArgumentException("'" + text + "' is not a time of the day, as 08:00");
    }
    int colon = text.indexOf(':');
    int hours = Integer.parseInt(text.substring(0, colon));
    return 60 * (60 * hours + Integer.parseInt(text.substring(colon + 1)));
  }

  private static long rate(String text) {
    if (text.equals(OFF)) {
      return RateCap.UNLIMITED;
    }
    long bits;
    try {
      bits = Units.parseBitsPerSecond(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a rate, as 50mbit, or " + OFF + ": " + e.getMessage(), e);
    }
    if (bits < MIN_BITS_PER_SECOND) {
      throw new IllegalArgumentException("'" + text + "' is less than 8kbit");
    }
    return bits / Byte.SIZE;
  }

  /**
   * The cap at a time.
   *
   * @param secondOfDay 0 … 86399
   * @return bytes per second, or {@link RateCap#UNLIMITED}
   */
  long bytesPerSecond(int secondOfDay) {
    for (Entry entry : entries) {
      if (entry.holdsAt(secondOfDay)) {
        return entry.bytesPerSecond;
      }
    }
    return RateCap.UNLIMITED;
  }
}
