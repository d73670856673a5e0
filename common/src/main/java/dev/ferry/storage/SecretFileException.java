package dev.ferry.storage;

import java.io.IOException;

/**
 * A key file cannot be made or read. The message has the path as it is, and is not fit to be
 * printed without a check; what the file holds is not in it.
 */
public final class SecretFileException extends IOException {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Reason {
    /** There is something at the path already, or no directory for it. */
    CANNOT_CREATE,
    /** There is no file, it is no key file, or others than its owner have permissions on it. */
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

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
