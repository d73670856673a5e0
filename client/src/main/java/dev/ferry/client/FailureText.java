package dev.ferry.client;

import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import java.util.Locale;

/**
 * What the user is told about a failure: what happened, whose fault it is, what to do.
 *
 * @param message one line
 */
record FailureText(ExitCode exitCode, String message) {
  /**
   * What was being done.
   *
   * @param file the file on this machine
   * @param hint what else is known, such as the last error when sending; may be empty
   * @param resumable whether the same command would go on where this one stopped
   * @param fetching whether the file was to come from the server
   * @param overTcp whether nothing but TCP was tried
   */
  record Circumstances(
      HostPort server,
      String file,
      String hint,
      boolean resumable,
      boolean fetching,
      boolean overTcp) {}

  /**
   * Puts a failure into words.
   *
   * @param what what was being done
   */
  static FailureText of(TransferFailure failure, Circumstances what) {
    HostPort server = what.server();
    String file = what.file();
    String hint = what.hint();
    String advice =
        what.resumable()
            ? "what has arrived is kept: run the same command again to go on"
            : "nothing was stored, send it again";
    if (failure instanceof TransferFailure.Refused refused) {
      return new FailureText(exitCode(refused.reason()), refusal(refused.reason(), what));
    } else if (failure instanceof TransferFailure.SourceFailed source) {
      boolean changed = source.cause() instanceof SourceChangedException;
      return new FailureText(
          changed ? ExitCode.DATA_ERROR : ExitCode.IO_ERROR,
          String.format(
              Locale.ROOT,
              "'%s' %s; nothing was stored",
              Escaper.escape(file),
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
      StorageException cause = unstorable.cause();
      return new FailureText(exitCode(cause.reason()), local(cause, file));
    } else if (failure instanceof TransferFailure.NoCommonVersion versions) {
      return new FailureText(
          ExitCode.PROTOCOL,
          String.format(
              Locale.ROOT,
              "%s speaks other versions of Ferry mode (%s); update the older one of the two",
              server,
              versions.versions()));
    } else if (failure instanceof TransferFailure.NotAuthentic) {
      return new FailureText(
          ExitCode.NOT_PERMITTED,
          server
              + " answers, but does not have the same key, or somebody changes what is sent;"
              + " compare the key files");
    } else if (failure instanceof TransferFailure.Stopped) {
      return new FailureText(ExitCode.INTERRUPTED, "interrupted; " + advice);
    } else if (failure instanceof TransferFailure.Violation violation) {
      return new FailureText(
          ExitCode.PROTOCOL, server + " broke the protocol: " + violation.detail());
    } else if (failure instanceof TransferFailure.EndedByPeer ended) {
      return temporary(
          String.format(
              Locale.ROOT,
              "%s ended the transfer%s; %s",
              server,
              ended.text().isEmpty() ? "" : ": " + Escaper.escape(ended.text()),
              advice));
    } else if (failure instanceof TransferFailure.NothingListens nothing) {
      return temporary(nothingListens(nothing, server, advice));
    } else if (failure instanceof TransferFailure.OutcomeUnknown) {
      return temporary(
          String.format(
              Locale.ROOT,
              "everything was sent to %s, but the last chunk was not acknowledged: the file may or may not be there; look there, or send it again",
              server));
    } else if (failure instanceof TransferFailure.Disconnected) {
      return temporary(
          String.format(Locale.ROOT, "the TCP connection to %s broke; %s", server, advice));
    } else if (failure instanceof TransferFailure.LostContact) {
      return temporary(
          String.format(Locale.ROOT, "lost contact with %s%s; %s", server, hint, advice));
    }
    return temporary(
        String.format(
            Locale.ROOT,
            what.overTcp()
                ? "no answer from %s over TCP%s; is a server running there, and does it take TCP?"
                : "no answer from %s%s; is a server running there, and does UDP get through?",
            server,
            hint));
  }

  private static String nothingListens(
      TransferFailure.NothingListens failure, HostPort server, String advice) {
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
        : String.format(Locale.ROOT, "nothing listens at %s any more; %s", server, advice);
  }

  private static FailureText temporary(String message) {
    return new FailureText(ExitCode.TEMPORARY, message);
  }

  /** A failure to store a file on this machine. */
  static String local(StorageException cause, String file) {
    return String.format(
        Locale.ROOT,
        "'%s' cannot be stored: %s",
        Escaper.escape(file),
        Escaper.escape(String.valueOf(cause.getMessage())));
  }

  /** How a client ends whose transfer is turned down for a reason. */
  static ExitCode exitCode(RefusalReason reason) {
    return switch (reason) {
      case BUSY, TOO_LARGE -> ExitCode.REFUSED;
      case NAME_NOT_ALLOWED, NOT_PERMITTED -> ExitCode.NOT_PERMITTED;
      case EXISTS, CANNOT_CREATE -> ExitCode.CANNOT_CREATE;
      case NO_SPACE, IO_ERROR -> ExitCode.IO_ERROR;
      case PROTOCOL_VIOLATION -> ExitCode.PROTOCOL;
      case DIGEST_DIFFERS -> ExitCode.DATA_ERROR;
      case NO_SUCH_FILE -> ExitCode.NO_INPUT;
    };
  }

  private static String refusal(RefusalReason reason, Circumstances what) {
    String who = what.server().toString();
    return switch (reason) {
      case BUSY -> who + " has too many transfers at the moment; try again later";
      case TOO_LARGE -> "the file is larger than " + who + " takes";
      case NAME_NOT_ALLOWED ->
          who + " does not take that name; use a relative one without special characters";
      case NOT_PERMITTED ->
          what.fetching()
              ? who + " does not hand that file out"
              : who + " is not permitted to write there";
      case EXISTS -> who + " has a file of that name and does not overwrite it";
      case CANNOT_CREATE ->
          who + " cannot create that name: it, or a part of it, is taken by something else";
      case NO_SPACE -> "the disk of " + who + " is full";
      case IO_ERROR -> who + " had an I/O error when storing the file; see its log";
      case PROTOCOL_VIOLATION -> who + " says that this client broke the protocol";
      case DIGEST_DIFFERS ->
          "what arrived at " + who + " is not what was sent; nothing was stored, send it again";
      case NO_SUCH_FILE -> who + " has no such file";
    };
  }
}
