package dev.ferry.storage;

import java.io.IOException;

/**
 * A key file cannot be created or read. The message contains the path without escapes, and nothing
 * of the file's content.
 */
public final class SecretFileException extends IOException {
  private static final long serialVersionUID = 1;

  /** The kind of failure. */
  public enum Reason {
    /** The path exists already, or its directory does not. */
    CANNOT_CREATE,
    /** The file does not exist, is not a key file, or others than its owner have permissions. */
    UNUSABLE,
    /** The operating system denies access. */
    NOT_PERMITTED,
    /** The operating system reports an error. */
    IO_ERROR
  }

  private final Reason reason;

  SecretFileException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The kind of failure. */
  public Reason reason() {
    return reason;
  }
}
