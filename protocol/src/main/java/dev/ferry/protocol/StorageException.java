package dev.ferry.protocol;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Signals that a file could not be stored or opened. The reason goes to the peer, with some words
 * that explain it; the message goes to this end's log, and may have paths of this machine in it.
 */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1;

  private final RefusalReason reason;
  private final String told;
  private final long retryAfterSeconds;

  /**
   * Creates an exception with a cause.
   *
   * @param message what happened, for the log of this end
   * @param told what happened, for people at the peer; empty if the reason says it all
   */
  public StorageException(
      RefusalReason reason, String message, String told, @Nullable Throwable cause) {
    this(reason, message, told, 0, cause);
  }

  private StorageException(
      RefusalReason reason,
      String message,
      String told,
      long retryAfterSeconds,
      @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.told = told;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /**
   * Creates an exception for what is possible again before long.
   *
   * @param message why it is not now, for the log of this end and for people at the peer
   * @param retryAfterSeconds after how long another attempt is worth while, 0 or more; 0 if that is
   *     not known
   */
  public static StorageException busy(String message, long retryAfterSeconds) {
    return new StorageException(RefusalReason.BUSY, message, message, retryAfterSeconds, null);
  }

  /**
   * Creates an exception of which the peer is told the reason only.
   *
   * @param message what happened, for the log of this end
   */
  public StorageException(RefusalReason reason, String message, @Nullable Throwable cause) {
    this(reason, message, "", cause);
  }

  /**
   * Creates an exception without a cause.
   *
   * @param message what happened, for the log of this end and for people at the peer
   */
  public StorageException(RefusalReason reason, String message) {
    this(reason, message, message, null);
  }

  /** The reason for the peer. */
  public RefusalReason reason() {
    return reason;
  }

  /** After how many seconds another attempt is worth while; 0 if that is not known. */
  public long retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** What happened, for people at the peer; may be empty. */
  public String told() {
    return told;
  }
}
