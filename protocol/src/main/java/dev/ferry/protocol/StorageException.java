package dev.ferry.protocol;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file could not be stored. The reason goes to the peer, the message to this end's log. */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1;

  private final RefusalReason reason;

  /**
   * A failure with a cause.
   *
   * @param message what happened, for the log of this end
   */
  public StorageException(RefusalReason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /**
   * A failure without one.
   *
   * @param message what happened, for the log of this end
   */
  public StorageException(RefusalReason reason, String message) {
    this(reason, message, null);
  }

  /** What the peer is told. */
  public RefusalReason reason() {
    return reason;
  }
}
