package dev.ferry.server;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.wire.frame.Frame.Close;

/** Failures of Ferry mode in the words of the server's log. */
final class FailureLog {
  private FailureLog() {}

  /** The kind of failure, for machines. */
  static String kind(TransferFailure failure) {
    if (failure instanceof TransferFailure.Unstorable) {
      return "REFUSED";
    } else if (failure instanceof TransferFailure.Refused) {
      return "REFUSED_BY_CLIENT";
    } else if (failure instanceof TransferFailure.LostContact
        || failure instanceof TransferFailure.OutcomeUnknown) {
      return "SILENT";
    } else if (failure instanceof TransferFailure.Disconnected) {
      return "DISCONNECTED";
    } else if (failure instanceof TransferFailure.Superseded) {
      return "SUPERSEDED";
    } else if (failure instanceof TransferFailure.Violation) {
      return "PROTOCOL_VIOLATION";
    } else if (failure instanceof TransferFailure.Stopped) {
      return "STOPPED";
    } else if (failure instanceof TransferFailure.SourceFailed) {
      return "SOURCE_FAILED";
    }
    return "ENDED_BY_CLIENT";
  }

  /** What happened, for people; not fit to be printed as it is. */
  static String detail(TransferFailure failure) {
    if (failure instanceof TransferFailure.Unstorable unstorable) {
      return String.valueOf(unstorable.cause().getMessage());
    } else if (failure instanceof TransferFailure.Refused refused) {
      return "the client turned it down: " + refused.reason();
    } else if (failure instanceof TransferFailure.LostContact) {
      return "nothing arrived any more";
    } else if (failure instanceof TransferFailure.Disconnected) {
      return "the TCP connection broke";
    } else if (failure instanceof TransferFailure.OutcomeUnknown) {
      return "everything was sent, but the client fell silent";
    } else if (failure instanceof TransferFailure.Superseded) {
      return "the client came again and goes on";
    } else if (failure instanceof TransferFailure.Violation violation) {
      return "the client broke the protocol: " + violation.detail();
    } else if (failure instanceof TransferFailure.Stopped) {
      return "the server was stopped";
    } else if (failure instanceof TransferFailure.SourceFailed source) {
      return "the file cannot be read: " + source.cause().getMessage();
    } else if (failure instanceof TransferFailure.EndedByPeer ended) {
      return endedBy(ended.code()) + (ended.text().isEmpty() ? "" : ": " + ended.text());
    }
    return failure.toString();
  }

  private static String endedBy(int code) {
    return switch (code) {
      case Close.STOPPED -> "the client was interrupted";
      case Close.PROTOCOL_VIOLATION -> "the client says that this server broke the protocol";
      case Close.SOURCE_CHANGED -> "the file changed at the client while it was read";
      case Close.NO_PROGRESS -> "the client made no progress";
      default -> "the client ended it with code " + code;
    };
  }
}
