package dev.ferry.protocol;

import java.io.IOException;

/** The file changed while it was being sent. */
public final class SourceChangedException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Says what changed.
   *
   * @param message for the user
   */
  public SourceChangedException(String message) {
    super(message);
  }
}
