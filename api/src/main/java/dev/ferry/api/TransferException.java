package dev.ferry.api;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transfer that failed: nothing was published, unless the reason says otherwise. The message is
 * for a log or a person; it may contain names as the other end gave them, so check it before you
 * print it to a terminal.
 */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1;

  /** What went wrong. More constants may be added. */
  public enum Reason {
    /** Nobody answered. */
    NO_ANSWER,
    /** The server's name has no address. */
    UNKNOWN_HOST,
    /** The server's machine says that nothing listens at the port. */
    NOTHING_LISTENS,
    /** Somebody answers, but not with the same secret, or somebody changes what is sent. */
    NOT_AUTHENTIC,
    /** The server speaks other versions of Ferry mode. */
    NO_COMMON_VERSION,
    /** The other end turned the transfer down: {@link TransferException#refusal} says why. */
    REFUSED,
    /** The other end takes datagrams only that have no room for content. */
    DATAGRAM_TOO_SMALL,
    /** The other end fell silent. */
    LOST_CONTACT,
    /** The TCP connection broke. */
    DISCONNECTED,
    /** Everything was sent, and the last answer is missing: the file may or may not be there. */
    OUTCOME_UNKNOWN,
    /** The other end ended the transfer. */
    ENDED_BY_PEER,
    /** The other end broke the protocol. */
    PROTOCOL_VIOLATION,
    /** Another connection goes on with the same transfer. */
    SUPERSEDED,
    /** This end was closed. */
    STOPPED,
    /** The file to be sent is not there, cannot be read, or changed while it was being sent. */
    SOURCE_FAILED,
    /** This end does not store or hand out the file: {@link TransferException#refusal} says why. */
    UNSTORABLE,
    /** The lab's protocol cannot say what is wanted; {@link Mode#FERRY} can. */
    NOT_EXPRESSIBLE,
    /** This machine has no socket to offer. */
    NO_SOCKET
  }

  private final Reason reason;
  private final @Nullable Refusal refusal;
  private final boolean resumable;

  TransferException(
      Reason reason,
      @Nullable Refusal refusal,
      boolean resumable,
      String message,
      @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.refusal = refusal;
    this.resumable = resumable;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }

  /**
   * Why the file was not taken or handed out; there for {@link Reason#REFUSED} and {@link
   * Reason#UNSTORABLE}, and empty otherwise.
   */
  public Optional<Refusal> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** Whether the same call, made again, goes on where this one stopped. */
  public boolean isResumable() {
    return resumable;
  }
}
