package dev.ferry.protocol;

import java.io.IOException;
import java.util.List;

/** Why a transfer failed, as far as the sending end can tell. */
public sealed interface TransferFailure {
  /** What tells one failure from another: a constant for each of the types, for a switch. */
  enum Kind {
    NO_ANSWER,
    LOST_CONTACT,
    DISCONNECTED,
    OUTCOME_UNKNOWN,
    NOTHING_LISTENS,
    REFUSED,
    BUFFER_TOO_SMALL,
    SOURCE_FAILED,
    UNSTORABLE,
    ENDED_BY_PEER,
    VIOLATION,
    NO_COMMON_VERSION,
    NOT_AUTHENTIC,
    SUPERSEDED,
    STOPPED
  }

  /** The constant of this type. */
  Kind kind();

  /** The start was never answered: nothing was stored. */
  record NoAnswer() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.NO_ANSWER;
    }
  }

  /** The server fell silent in the middle: nothing was published. */
  record LostContact() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.LOST_CONTACT;
    }
  }

  /** The stream that carried the datagrams broke in the middle: nothing was published. */
  record Disconnected() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.DISCONNECTED;
    }
  }

  /**
   * Everything was sent and only the last chunk's acknowledgement is missing: the file may or may
   * not be there.
   */
  record OutcomeUnknown() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.OUTCOME_UNKNOWN;
    }
  }

  /**
   * The server's host says that nothing listens at the port.
   *
   * @param answeredBefore whether the server had answered before that
   * @param lastChunkSent whether the whole file had been sent, so that it may be there
   */
  record NothingListens(boolean answeredBefore, boolean lastChunkSent) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.NOTHING_LISTENS;
    }
  }

  /** The server turned the upload down. */
  record Refused(RefusalReason reason) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.REFUSED;
    }
  }

  /** The server takes datagrams of {@code bufferBytes} only: too few to carry content. */
  record BufferTooSmall(long bufferBytes) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.BUFFER_TOO_SMALL;
    }
  }

  /** The file could not be read, or changed ({@link dev.ferry.protocol.SourceChangedException}). */
  record SourceFailed(IOException cause) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.SOURCE_FAILED;
    }
  }

  /** This end could not store what arrived. */
  record Unstorable(StorageException cause) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.UNSTORABLE;
    }
  }

  /**
   * The peer ended the connection.
   *
   * @param code protocol.md, section 11.4
   * @param text what it says; not fit to be printed as it is
   */
  record EndedByPeer(int code, String text) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.ENDED_BY_PEER;
    }
  }

  /**
   * The peer broke the protocol.
   *
   * @param detail how, for a log
   */
  record Violation(String detail) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.VIOLATION;
    }
  }

  /**
   * The handshake failed for want of a common version.
   *
   * @param versions what the server speaks
   */
  record NoCommonVersion(List<Integer> versions) implements TransferFailure {
    public NoCommonVersion {
      versions = List.copyOf(versions);
    }

    @Override
    public Kind kind() {
      return Kind.NO_COMMON_VERSION;
    }
  }

  /**
   * Somebody answered the handshake, but nobody who has the same secret and saw the same messages.
   */
  record NotAuthentic() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.NOT_AUTHENTIC;
    }
  }

  /** The client came again, over another connection, and goes on there. */
  record Superseded() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.SUPERSEDED;
    }
  }

  /** This end was stopped. */
  record Stopped() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.STOPPED;
    }
  }
}
