package dev.ferry.protocol;

import java.io.IOException;
import java.util.List;

/** The reason why a transfer failed, as far as this end knows. */
public sealed interface TransferFailure {
  /** A constant for each type of failure, for switches. */
  enum Kind {
    NO_ANSWER,
    LOST_CONTACT,
    DISCONNECTED,
    OUTCOME_UNKNOWN,
    NOTHING_LISTENS,
    TURNED_AWAY,
    REFUSED,
    BUFFER_TOO_SMALL,
    SOURCE_FAILED,
    UNSTORABLE,
    ENDED_BY_PEER,
    VIOLATION,
    NO_COMMON_VERSION,
    NOT_AUTHENTIC,
    DOWNGRADED,
    SUPERSEDED,
    STOPPED
  }

  /** The constant of this failure's type. */
  Kind kind();

  /** What it means where an earlier connection may have had the file stored: it may be that one. */
  default TransferFailure inDoubt() {
    boolean exists = this instanceof Refused refused && refused.reason() == RefusalReason.EXISTS;
    return exists ? new OutcomeUnknown() : this;
  }

  /** The start was never answered: nothing was stored. */
  record NoAnswer() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.NO_ANSWER;
    }
  }

  /** No answer came from the server any more: nothing was published. */
  record LostContact() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.LOST_CONTACT;
    }
  }

  /** The stream that carried the datagrams broke: nothing was published. */
  record Disconnected() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.DISCONNECTED;
    }
  }

  /**
   * Everything was sent, and only the acknowledgement of the last chunk is missing: the file may or
   * may not be published.
   *
   * @param lostContact whether that is so because contact was lost with a Ferry server, so that
   *     another attempt would tell
   */
  record OutcomeUnknown(boolean lostContact) implements TransferFailure {
    /** An outcome about which another attempt tells nothing. */
    public OutcomeUnknown() {
      this(false);
    }

    @Override
    public Kind kind() {
      return Kind.OUTCOME_UNKNOWN;
    }
  }

  /**
   * The server's host reports that nothing listens at the port.
   *
   * @param answeredBefore whether the server had answered before that
   * @param lastChunkSent whether the whole file had been sent, so that it may be published
   */
  record NothingListens(boolean answeredBefore, boolean lastChunkSent) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.NOTHING_LISTENS;
    }
  }

  /**
   * Whoever listens there closed the stream before the handshake was complete: a server with too
   * many connections, or something else. Nothing was stored.
   */
  record TurnedAway() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.TURNED_AWAY;
    }
  }

  /**
   * The server refused the transfer.
   *
   * @param text why, in the peer's words; may be empty. Escape it before printing
   * @param retryAfterSeconds after how long another attempt is worth while, 0 or more; 0 if the
   *     server does not say
   */
  record Refused(RefusalReason reason, String text, long retryAfterSeconds)
      implements TransferFailure {
    /** What a server is not asked for because it does not say that it answers it. */
    public static final Refused UNANSWERED =
        new Refused(RefusalReason.NOT_PERMITTED, "it does not answer that, or is an older one");

    /** A refusal without a time. */
    public Refused(RefusalReason reason, String text) {
      this(reason, text, 0);
    }

    /** A refusal without words. */
    public Refused(RefusalReason reason) {
      this(reason, "");
    }

    @Override
    public Kind kind() {
      return Kind.REFUSED;
    }
  }

  /**
   * The server accepts datagrams of {@code bufferBytes} only, which are too short to carry content.
   */
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

  /** This end could not store the file. */
  record Unstorable(StorageException cause) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.UNSTORABLE;
    }
  }

  /**
   * The peer ended the connection.
   *
   * @param code the code of protocol.md, section 11.4
   * @param text the peer's text; escape it before printing
   */
  record EndedByPeer(int code, String text) implements TransferFailure {
    /** The code of an end that was stopped, such as a server that is started anew. */
    public static final int STOPPED = 1;

    /** The code of an end that has seen no progress for too long. */
    public static final int NO_PROGRESS = 4;

    /** The code of a sender whose file has changed. */
    public static final int SOURCE_CHANGED = 3;

    /** The code of a server at which another attempt at the same transfer has begun. */
    public static final int SUPERSEDED = 6;

    /** Whether the file changed at the sender while it was read. */
    public boolean isSourceChange() {
      return code == SOURCE_CHANGED;
    }

    /** Whether the same transfer may go on later. */
    public boolean mayPass() {
      return code == STOPPED || code == NO_PROGRESS;
    }

    /** Whether another attempt at the same transfer goes on. */
    public boolean isSuperseded() {
      return code == SUPERSEDED;
    }

    @Override
    public Kind kind() {
      return Kind.ENDED_BY_PEER;
    }
  }

  /**
   * The peer broke the protocol.
   *
   * @param detail the violation, for a log
   */
  record Violation(String detail) implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.VIOLATION;
    }
  }

  /**
   * The handshake failed because client and server have no common version.
   *
   * @param own the version that the client speaks
   * @param versions the versions that the server speaks, at least one
   */
  record NoCommonVersion(int own, List<Integer> versions) implements TransferFailure {
    public NoCommonVersion {
      versions = List.copyOf(versions);
    }

    /** Whether the server speaks a later version than the client, which is the one to update. */
    public boolean isClientOlder() {
      return versions.stream().anyMatch(version -> version > own);
    }

    @Override
    public Kind kind() {
      return Kind.NO_COMMON_VERSION;
    }
  }

  /** The handshake was answered only by ends with another secret or that saw other messages. */
  record NotAuthentic() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.NOT_AUTHENTIC;
    }
  }

  /**
   * A server that must speak Ferry mode has answered as the lab's do: it is another one, or
   * somebody in between has taken the offer out of the start. No content was sent.
   */
  record Downgraded() implements TransferFailure {
    @Override
    public Kind kind() {
      return Kind.DOWNGRADED;
    }
  }

  /** The client has resumed the transfer over another connection. */
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
