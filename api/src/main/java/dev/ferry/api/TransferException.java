package dev.ferry.api;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failed transfer. The file is not at the receiver, unless the reason says otherwise. The message
 * may contain text from the peer without escapes.
 */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1;

  /** The kind of failure. Later versions may add constants. */
  public enum Reason {
    /** The server does not answer. A server with another secret does not answer, either. */
    NO_ANSWER,
    /** The host name does not resolve. */
    UNKNOWN_HOST,
    /** The server's host reports that nothing listens at the port. */
    NOTHING_LISTENS,
    /** The TCP connection is closed before the handshake: too many of them, or another program. */
    TURNED_AWAY,
    /** The server answers without the same secret, or packets are changed on the way. */
    NOT_AUTHENTIC,
    /**
     * The server has spoken Ferry mode with this user before, and now answers as a lab server does:
     * it may be another one, or somebody is in between. {@link Mode#LAB} sends nevertheless.
     */
    DOWNGRADED,
    /** The server speaks other versions of Ferry mode. */
    NO_COMMON_VERSION,
    /** The peer refused the transfer, see {@link TransferException#refusal}. */
    REFUSED,
    /** The peer accepts only datagrams without room for content. */
    DATAGRAM_TOO_SMALL,
    /** The peer fell silent. */
    LOST_CONTACT,
    /** The TCP connection broke. */
    DISCONNECTED,
    /** Everything was sent without a last answer: the file may or may not be there. */
    OUTCOME_UNKNOWN,
    /** The peer ended the transfer. */
    ENDED_BY_PEER,
    /** The peer broke the protocol. */
    PROTOCOL_VIOLATION,
    /** The transfer goes on over another connection. */
    SUPERSEDED,
    /** This end was closed. */
    STOPPED,
    /** The file does not exist, cannot be read, or changed during the transfer. */
    SOURCE_FAILED,
    /** This end refused the file, see {@link TransferException#refusal}. */
    UNSTORABLE,
    /** Lab mode cannot express the name or the options; {@link Mode#FERRY} can. */
    NOT_EXPRESSIBLE,
    /** The operating system refuses a socket. */
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

  /** The kind of failure. */
  public Reason reason() {
    return reason;
  }

  /**
   * Why the file was refused; present for {@link Reason#REFUSED} and {@link Reason#UNSTORABLE},
   * empty otherwise.
   */
  public Optional<Refusal> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** Whether the same call would resume the transfer. */
  public boolean isResumable() {
    return resumable;
  }
}
