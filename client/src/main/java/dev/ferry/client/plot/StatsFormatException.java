package dev.ferry.client.plot;

/** A line is not one of a file of statistics. */
public final class StatsFormatException extends Exception {
  private static final long serialVersionUID = 1;

  StatsFormatException(String message) {
    super(message);
  }
}
