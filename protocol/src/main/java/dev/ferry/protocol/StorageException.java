package dev.ferry.protocol;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Signals that a file could not be stored or opened. The reason goes to the peer, the message to
 * this end's log.
 */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1;

  private final RefusalReason reason;

  /**
   * Creates an exception with a cause.
   *
   * @param message what happened, for the log of this end
   */
  public StorageException(RefusalReason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /**
   * Creates an exception without a cause.
   *
   * @param message what happened, for the log of this end
   */
  public StorageException(RefusalReason reason, String message) {
    this(reason, message, null);
  }

  /** The reason for the peer. */
  public RefusalReason reason() {
    return reason;
  }
}
