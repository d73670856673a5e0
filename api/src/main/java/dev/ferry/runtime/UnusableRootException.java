package dev.ferry.runtime;

import java.io.IOException;

/** The directory of a server is not there, is no directory, or cannot be written to. */
public final class UnusableRootException extends IOException {
  private static final long serialVersionUID = 1;

  /** The root cannot be used for what the operating system says. */
  UnusableRootException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
