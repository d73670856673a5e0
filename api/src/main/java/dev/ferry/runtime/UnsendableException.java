package dev.ferry.runtime;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file that cannot be sent, or not under the name that it is to get, whatever the server says.
 * Its message names the file or the name as it is, and is not fit to be printed without a check.
 */
public final class UnsendableException extends IOException {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Reason {
    /** There is no file at the path. */
    MISSING,
    /** It is a directory, a device or a pipe. */
    NOT_REGULAR,
    /** This user may not read it. */
    NOT_PERMITTED,
    /** The operating system reports an error. */
    UNREADABLE,
    /** The lab's protocol cannot express the name. */
    NAME_NOT_EXPRESSIBLE,
    /** The lab's protocol stores an empty file at once, and cannot leave another one alone. */
    EMPTY_MAY_OVERWRITE
  }

  private final Reason reason;

  UnsendableException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  UnsendableException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
