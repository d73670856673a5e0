package dev.ferry.runtime;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file cannot be sent, or not under its new name, whatever the server says. The message contains
 * the path or the name without escapes.
 */
public final class UnsendableException extends IOException {
  private static final long serialVersionUID = 1;

  /** The kind of failure. */
  public enum Reason {
    /** The file does not exist. */
    MISSING,
    /** The path leads to a directory, a device or a pipe, or to a file without a true size. */
    NOT_REGULAR,
    /** The user has no permission to read the file. */
    NOT_PERMITTED,
    /** The operating system reports an error. */
    UNREADABLE,
    /** The protocol cannot express the name, or lab mode cannot. */
    NAME_NOT_EXPRESSIBLE,
    /** No server takes the name: it is empty, too long, or no text. */
    NAME_NOT_ALLOWED
  }

  private final Reason reason;

  UnsendableException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  UnsendableException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** The kind of failure. */
  public Reason reason() {
    return reason;
  }
}
