package dev.ferry.api;

import dev.ferry.api.TransferException.Reason;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferFailure.BufferTooSmall;
import dev.ferry.protocol.TransferFailure.EndedByPeer;
import dev.ferry.protocol.TransferFailure.NoCommonVersion;
import dev.ferry.protocol.TransferFailure.Refused;
import dev.ferry.protocol.TransferFailure.SourceFailed;
import dev.ferry.protocol.TransferFailure.Unstorable;
import dev.ferry.protocol.TransferFailure.Violation;
import dev.ferry.runtime.UnsendableException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Translates the failures of the protocol into exceptions. */
final class Failures {
  private Failures() {}

  /** Translates the kind of a failure. */
  static Reason reason(TransferFailure failure) {
    return switch (failure.kind()) {
      case NO_ANSWER -> Reason.NO_ANSWER;
      case LOST_CONTACT -> Reason.LOST_CONTACT;
      case DISCONNECTED -> Reason.DISCONNECTED;
      case OUTCOME_UNKNOWN -> Reason.OUTCOME_UNKNOWN;
      case NOTHING_LISTENS -> Reason.NOTHING_LISTENS;
      case TURNED_AWAY -> Reason.TURNED_AWAY;
      case REFUSED -> Reason.REFUSED;
      case BUFFER_TOO_SMALL -> Reason.DATAGRAM_TOO_SMALL;
      case SOURCE_FAILED -> Reason.SOURCE_FAILED;
      case UNSTORABLE -> Reason.UNSTORABLE;
      case ENDED_BY_PEER -> reason((EndedByPeer) failure);
      case VIOLATION -> Reason.PROTOCOL_VIOLATION;
      case NO_COMMON_VERSION -> Reason.NO_COMMON_VERSION;
      case NOT_AUTHENTIC -> Reason.NOT_AUTHENTIC;
      case DOWNGRADED -> Reason.DOWNGRADED;
      case SUPERSEDED -> Reason.SUPERSEDED;
      case STOPPED -> Reason.STOPPED;
    };
  }

  private static Reason reason(EndedByPeer failure) {
    if (failure.isSuperseded()) {
      return Reason.SUPERSEDED;
    }
    return failure.isSourceChange() ? Reason.SOURCE_FAILED : Reason.ENDED_BY_PEER;
  }

  /** Whether the receiver keeps its part file after such a failure in Ferry mode. */
  private static boolean leavesPart(Reason reason) {
    return switch (reason) {
      case LOST_CONTACT, DISCONNECTED, OUTCOME_UNKNOWN, NOTHING_LISTENS, ENDED_BY_PEER, STOPPED ->
          true;
      case NO_ANSWER,
          TURNED_AWAY,
          UNKNOWN_HOST,
          NOT_AUTHENTIC,
          DOWNGRADED,
          NO_COMMON_VERSION,
          REFUSED,
          DATAGRAM_TOO_SMALL,
          PROTOCOL_VIOLATION,
          SUPERSEDED,
          SOURCE_FAILED,
          UNSTORABLE,
          NOT_EXPRESSIBLE,
          NO_SOCKET ->
          false;
    };
  }

  /**
   * The exception for a failed transfer.
   *
   * @param server as the user named it
   * @param reachedFerryMode whether content has flowed in Ferry mode
   * @param lastError the last error of the operating system
   */
  static TransferException of(
      TransferFailure failure,
      String server,
      boolean reachedFerryMode,
      Optional<IOException> lastError) {
    Reason reason = reason(failure);
    return new TransferException(
        reason,
        refusal(failure),
        reachedFerryMode && leavesPart(reason),
        message(failure, server),
        cause(failure).orElse(lastError.orElse(null)));
  }

  private static @Nullable Refusal refusal(TransferFailure failure) {
    if (failure instanceof Refused refused) {
      return Refusal.of(refused.reason());
    }
    return failure instanceof Unstorable unstorable
        ? Refusal.of(unstorable.cause().reason())
        : null;
  }

  private static Optional<IOException> cause(TransferFailure failure) {
    if (failure instanceof SourceFailed source) {
      return Optional.of(source.cause());
    }
    return failure instanceof Unstorable unstorable
        ? Optional.of(unstorable.cause())
        : Optional.empty();
  }

  private static String message(TransferFailure failure, String server) {
    return switch (failure.kind()) {
      case NO_ANSWER -> "no answer from " + server;
      case LOST_CONTACT -> "lost contact with " + server;
      case DISCONNECTED -> "the TCP connection to " + server + " broke";
      case OUTCOME_UNKNOWN ->
          "everything was sent to " + server + ", but the last answer is missing";
      case NOTHING_LISTENS -> "nothing listens at " + server;
      case TURNED_AWAY -> server + " closes each TCP connection before the handshake";
      case REFUSED -> refused((Refused) failure, server);
      case BUFFER_TOO_SMALL ->
          server
              + " takes datagrams of "
              + ((BufferTooSmall) failure).bufferBytes()
              + " bytes only";
      case SOURCE_FAILED -> sourceFailed(((SourceFailed) failure).cause());
      case UNSTORABLE -> unstorable(((Unstorable) failure).cause());
      case ENDED_BY_PEER -> endedByPeer((EndedByPeer) failure, server);
      case VIOLATION -> server + " broke the protocol: " + ((Violation) failure).detail();
      case NO_COMMON_VERSION ->
          server
              + " speaks other versions of Ferry mode: "
              + ((NoCommonVersion) failure).versions()
              + " instead of "
              + ((NoCommonVersion) failure).own();
      case NOT_AUTHENTIC -> server + " does not have the same secret";
      case DOWNGRADED ->
          server + " has spoken Ferry mode before, and now answers as a lab server does";
      case SUPERSEDED -> "another connection to " + server + " goes on with the transfer";
      case STOPPED -> "the transfer was stopped";
    };
  }

  private static String refused(Refused failure, String server) {
    return server
        + " turned it down: "
        + failure.reason()
        + (failure.text().isEmpty() ? "" : ": " + failure.text());
  }

  private static String sourceFailed(IOException cause) {
    return cause instanceof SourceChangedException
        ? "the file " + cause.getMessage()
        : "the file cannot be read: " + cause.getMessage();
  }

  private static String endedByPeer(EndedByPeer failure, String server) {
    if (failure.isSuperseded()) {
      return "another attempt at the same transfer has begun at " + server;
    }
    if (failure.isSourceChange()) {
      return "the file changed at " + server + " while it was read";
    }
    return server + " ended the transfer" + (failure.text().isEmpty() ? "" : ": " + failure.text());
  }

  private static String unstorable(StorageException cause) {
    return "the file cannot be stored: " + cause.getMessage();
  }

  /**
   * The exception for a transfer that could not begin.
   *
   * @param server as the user named it
   */
  static TransferException ofBeginning(IOException failure, String server) {
    if (failure instanceof UnsendableException unsendable) {
      return unsendable(unsendable);
    }
    if (failure instanceof StorageException storage) {
      return new TransferException(
          Reason.UNSTORABLE, Refusal.of(storage.reason()), false, unstorable(storage), storage);
    }
    return failure instanceof UnknownHostException
        ? beginning(Reason.UNKNOWN_HOST, "no address is known for " + server, failure)
        : beginning(Reason.NO_SOCKET, "there is no socket: " + failure.getMessage(), failure);
  }

  /** The exception for a file of a copy that cannot be read, sent or stored here. */
  static TransferException ofFile(IOException failure) {
    return failure instanceof UnsendableException || failure instanceof StorageException
        ? ofBeginning(failure, "")
        : beginning(Reason.SOURCE_FAILED, sourceFailed(failure), failure);
  }

  private static TransferException unsendable(UnsendableException failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure.reason()) {
      case MISSING, NOT_REGULAR, NOT_PERMITTED, UNREADABLE ->
          beginning(Reason.SOURCE_FAILED, message, failure.getCause());
      case NAME_NOT_ALLOWED ->
          new TransferException(
              Reason.UNSTORABLE, Refusal.NAME_NOT_ALLOWED, false, message, failure.getCause());
      case NAME_NOT_EXPRESSIBLE -> beginning(Reason.NOT_EXPRESSIBLE, message, failure.getCause());
    };
  }

  private static TransferException beginning(
      Reason reason, String message, @Nullable Throwable cause) {
    return new TransferException(reason, null, false, message, cause);
  }
}
