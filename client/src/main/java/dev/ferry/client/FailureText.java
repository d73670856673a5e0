package dev.ferry.client;

import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.Printable;
import dev.ferry.engine.SourceChangedException;
import dev.ferry.engine.TransferFailure;
import dev.ferry.wire.RefusalReason;
import java.util.Locale;

/**
 * What the user is told about a failure: what happened, whose fault it is, what to do.
 *
 * @param message one line
 */
record FailureText(ExitCode exitCode, String message) {
  /**
   * Puts a failure into words.
   *
   * @param file the file that was sent
   * @param hint what else is known, such as the last error when sending; may be empty
   */
  static FailureText of(TransferFailure failure, HostPort server, String file, String hint) {
    if (failure instanceof TransferFailure.Refused refused) {
      return refused(refused.reason(), server);
    } else if (failure instanceof TransferFailure.SourceFailed source) {
      boolean changed = source.cause() instanceof SourceChangedException;
      return new FailureText(
          changed ? ExitCode.DATA_ERROR : ExitCode.IO_ERROR,
          String.format(
              Locale.ROOT,
              "'%s' %s; nothing was stored",
              Printable.escape(file),
              changed
                  ? source.cause().getMessage()
                  : "cannot be read: " + source.cause().getMessage()));
    } else if (failure instanceof TransferFailure.BufferTooSmall small) {
      return new FailureText(
          ExitCode.PROTOCOL,
          String.format(
              Locale.ROOT,
              "%s takes datagrams of %d bytes only, which leaves no room for content",
              server,
              small.bufferBytes()));
    } else if (failure instanceof TransferFailure.Unstorable unstorable) {
      return new FailureText(
          refused(unstorable.cause().reason(), server).exitCode(),
          Printable.escape(String.valueOf(unstorable.cause().getMessage())));
    } else if (failure instanceof TransferFailure.Violation violation) {
      return new FailureText(
          ExitCode.PROTOCOL, server + " broke the protocol: " + violation.detail());
    } else if (failure instanceof TransferFailure.EndedByPeer ended) {
      return temporary(
          String.format(
              Locale.ROOT,
              "%s ended the transfer%s",
              server,
              ended.text().isEmpty() ? "" : ": " + Printable.escape(ended.text())));
    } else if (failure instanceof TransferFailure.NothingListens nothing) {
      return temporary(nothingListens(nothing, server));
    } else if (failure instanceof TransferFailure.OutcomeUnknown) {
      return temporary(
          String.format(
              Locale.ROOT,
              "everything was sent to %s, but the last chunk was not acknowledged: the file may or may not be there; look there, or send it again",
              server));
    } else if (failure instanceof TransferFailure.LostContact) {
      return temporary(
          String.format(
              Locale.ROOT,
              "lost contact with %s%s; nothing was stored, send it again",
              server,
              hint));
    }
    return temporary(
        String.format(
            Locale.ROOT,
            "no answer from %s%s; is a server running there, and does UDP get through?",
            server,
            hint));
  }

  private static String nothingListens(TransferFailure.NothingListens failure, HostPort server) {
    if (!failure.answeredBefore()) {
      return String.format(
          Locale.ROOT,
          "nothing listens at %s; is the server running, and is the port right?",
          server);
    }
    return failure.lastChunkSent()
        ? String.format(
            Locale.ROOT,
            "everything was sent, but nothing listens at %s any more and the last chunk was not acknowledged: the file may or may not be there; send it again",
            server)
        : String.format(
            Locale.ROOT,
            "nothing listens at %s any more; nothing was stored, send it again",
            server);
  }

  private static FailureText temporary(String message) {
    return new FailureText(ExitCode.TEMPORARY, message);
  }

  private static FailureText refused(RefusalReason reason, HostPort server) {
    String who = server.toString();
    return switch (reason) {
      case BUSY ->
          new FailureText(
              ExitCode.REFUSED, who + " has too many transfers at the moment; try again later");
      case TOO_LARGE ->
          new FailureText(ExitCode.REFUSED, "the file is larger than " + who + " takes");
      case NAME_NOT_ALLOWED ->
          new FailureText(
              ExitCode.NOT_PERMITTED,
              who + " does not take that name; use a relative one without special characters");
      case NOT_PERMITTED ->
          new FailureText(ExitCode.NOT_PERMITTED, who + " is not permitted to write there");
      case EXISTS ->
          new FailureText(
              ExitCode.CANNOT_CREATE, who + " has a file of that name and does not overwrite it");
      case CANNOT_CREATE ->
          new FailureText(
              ExitCode.CANNOT_CREATE,
              who + " cannot create that name: it, or a part of it, is taken by something else");
      case NO_SPACE -> new FailureText(ExitCode.IO_ERROR, "the disk of " + who + " is full");
      case IO_ERROR ->
          new FailureText(
              ExitCode.IO_ERROR, who + " had an I/O error when storing the file; see its log");
      case PROTOCOL_VIOLATION ->
          new FailureText(ExitCode.PROTOCOL, who + " says that this client broke the protocol");
      case DIGEST_DIFFERS ->
          new FailureText(
              ExitCode.DATA_ERROR,
              "what arrived at "
                  + who
                  + " is not what was sent; nothing was stored, send it again");
      case NO_SUCH_FILE -> new FailureText(ExitCode.NO_INPUT, who + " has no such file");
    };
  }
}
