package dev.ferry.proxy.trace;

/** A line is not one of a trace. */
public final class TraceFormatException extends Exception {
  private static final long serialVersionUID = 1;

  private final long line;

  TraceFormatException(long line, String message) {
    super(message);
    this.line = line;
  }

  /** Its number, from 1. */
  public long line() {
    return line;
  }
}
