package dev.ferry.server;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferFailure.EndedByPeer;
import dev.ferry.protocol.TransferFailure.Refused;
import dev.ferry.protocol.TransferFailure.SourceFailed;
import dev.ferry.protocol.TransferFailure.Unstorable;
import dev.ferry.protocol.TransferFailure.Violation;
import dev.ferry.protocol.wire.frame.Frame.Close;

/** The texts for failures of Ferry mode in the server's log. */
final class FailureLog {
  private FailureLog() {}

  /** The kind of failure, for machines. */
  static String kind(TransferFailure failure) {
    return switch (failure.kind()) {
      case UNSTORABLE -> "REFUSED";
      case REFUSED -> "REFUSED_BY_CLIENT";
      case LOST_CONTACT, OUTCOME_UNKNOWN -> "SILENT";
      case DISCONNECTED -> "DISCONNECTED";
      case SUPERSEDED -> "SUPERSEDED";
      case VIOLATION -> "PROTOCOL_VIOLATION";
      case STOPPED -> "STOPPED";
      case SOURCE_FAILED -> "SOURCE_FAILED";
      case ENDED_BY_PEER -> "ENDED_BY_CLIENT";
      // These happen to clients only.
      case NO_ANSWER,
          NOTHING_LISTENS,
          TURNED_AWAY,
          BUFFER_TOO_SMALL,
          NO_COMMON_VERSION,
          NOT_AUTHENTIC,
          DOWNGRADED ->
          failure.kind().name();
    };
  }

  /** The failure, for people; escape it before printing. */
  static String detail(TransferFailure failure) {
    return switch (failure.kind()) {
      case UNSTORABLE -> String.valueOf(((Unstorable) failure).cause().getMessage());
      case REFUSED -> "the client turned it down: " + ((Refused) failure).reason();
      case LOST_CONTACT -> "nothing arrived any more";
      case DISCONNECTED -> "the TCP connection broke";
      case OUTCOME_UNKNOWN -> "everything was sent, but the client fell silent";
      case SUPERSEDED -> "the client came again and goes on";
      case VIOLATION -> "the client broke the protocol: " + ((Violation) failure).detail();
      case STOPPED -> "the server was stopped";
      case SOURCE_FAILED ->
          "the file cannot be read: " + ((SourceFailed) failure).cause().getMessage();
      case ENDED_BY_PEER -> endedBy((EndedByPeer) failure);
      case NO_ANSWER,
          NOTHING_LISTENS,
          TURNED_AWAY,
          BUFFER_TOO_SMALL,
          NO_COMMON_VERSION,
          NOT_AUTHENTIC,
          DOWNGRADED ->
          failure.toString();
    };
  }

  private static String endedBy(EndedByPeer ended) {
    String who =
        switch (ended.code()) {
          case Close.STOPPED -> "the client was interrupted";
          case Close.PROTOCOL_VIOLATION -> "the client says that this server broke the protocol";
          case Close.SOURCE_CHANGED -> "the file changed at the client while it was read";
          case Close.NO_PROGRESS -> "the client made no progress";
          default -> "the client ended it with code " + ended.code();
        };
    return ended.text().isEmpty() ? who : who + ": " + ended.text();
  }
}
