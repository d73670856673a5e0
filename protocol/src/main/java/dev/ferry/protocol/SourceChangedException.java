package dev.ferry.protocol;

import java.io.IOException;

/** The file changed while it was being sent. */
public final class SourceChangedException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Creates an exception.
   *
   * @param message says to the user what changed
   */
  public SourceChangedException(String message) {
    super(message);
  }
}
