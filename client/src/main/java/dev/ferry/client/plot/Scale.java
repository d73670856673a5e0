package dev.ferry.client.plot;

import java.util.Locale;

/**
 * A unit that makes numbers short.
 *
 * @param unit its name
 * @param perUnit how much of the base unit one is
 */
record Scale(String unit, double perUnit) {
  /** For rates, from bytes per second. */
  static Scale ofRate(double maxBytesPerSecond) {
    double bits = 8 * maxBytesPerSecond;
    if (bits >= 2e9) {
      return new Scale("Gbit/s", 1e9 / 8);
    }
    return bits >= 1e6 ? new Scale("Mbit/s", 1e6 / 8) : new Scale("kbit/s", 1e3 / 8);
  }

  /** For sizes, from bytes. */
  static Scale ofSize(double maxBytes) {
    return maxBytes >= 2e6 ? new Scale("MB", 1e6) : new Scale("kB", 1e3);
  }

  /** A size for people. */
  static String bytes(double bytes) {
    if (bytes < 1e3) {
      return String.format(Locale.ROOT, "%.0f bytes", bytes);
    }
    if (bytes < 1e6) {
      return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
    }
    return bytes < 1e9
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}
