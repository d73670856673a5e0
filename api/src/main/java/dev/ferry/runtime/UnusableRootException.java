package dev.ferry.runtime;

import java.io.IOException;

/** The root of a server does not exist, is not a directory, or is not writable. */
public final class UnusableRootException extends IOException {
  private static final long serialVersionUID = 1;

  /** Wraps the error of the operating system. */
  UnusableRootException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
