package dev.ferry.client;

import com.google.common.base.Joiner;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.FileErrors;
import dev.ferry.cli.HostPort;
import dev.ferry.copy.ListException;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferFailure.BufferTooSmall;
import dev.ferry.protocol.TransferFailure.EndedByPeer;
import dev.ferry.protocol.TransferFailure.NoCommonVersion;
import dev.ferry.protocol.TransferFailure.NothingListens;
import dev.ferry.protocol.TransferFailure.Refused;
import dev.ferry.protocol.TransferFailure.SourceFailed;
import dev.ferry.protocol.TransferFailure.Unstorable;
import dev.ferry.protocol.TransferFailure.Violation;
import dev.ferry.runtime.ServerNames;
import dev.ferry.runtime.UnsendableException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/**
 * The message to the user about a failure: what happened, whose fault it is, what to do.
 *
 * @param message one line
 */
record FailureText(ExitCode exitCode, String message) {
  /**
   * Puts a failure into words.
   *
   * @param context the circumstances
   */
  static FailureText of(TransferFailure failure, FailureContext context) {
    HostPort server = context.server();
    return switch (failure.kind()) {
      case REFUSED -> refused((Refused) failure, context);
      case SOURCE_FAILED -> sourceFailed((SourceFailed) failure, context.file());
      case UNSTORABLE -> unstorable(((Unstorable) failure).cause(), context.file());
      case BUFFER_TOO_SMALL -> bufferTooSmall((BufferTooSmall) failure, server);
      case NO_COMMON_VERSION -> noCommonVersion((NoCommonVersion) failure, server);
      case NOT_AUTHENTIC ->
          new FailureText(
              ExitCode.NOT_PERMITTED,
              server
                  + " answers, but does not have the same key, or somebody changes what is sent;"
                  + " compare the key files");
      case DOWNGRADED ->
          new FailureText(
              ExitCode.NOT_PERMITTED,
              server
                  + " has spoken Ferry mode before, and now answers as a lab server, maybe because"
                  + " of somebody in between; nothing was sent unencrypted"
                  + context.hint());
      case STOPPED -> new FailureText(ExitCode.INTERRUPTED, "interrupted; " + context.advice());
      case VIOLATION ->
          new FailureText(
              ExitCode.PROTOCOL, server + " broke the protocol: " + ((Violation) failure).detail());
      case ENDED_BY_PEER -> endedByPeer((EndedByPeer) failure, context);
      case NOTHING_LISTENS -> nothingListens((NothingListens) failure, context);
      case OUTCOME_UNKNOWN ->
          temporary(
              "everything was sent to %s, but the last chunk was not acknowledged: the file may or"
                  + " may not be there; look there, or send it again",
              server);
      case DISCONNECTED ->
          temporary("the TCP connection to %s broke; %s", server, context.advice());
      case TURNED_AWAY ->
          temporary(
              "%s closes each TCP connection before the handshake; it is busy, or something else"
                  + " listens there",
              server);
      case LOST_CONTACT ->
          temporary("lost contact with %s%s; %s", server, context.hint(), context.advice());
      case SUPERSEDED -> temporary("another connection to %s goes on with the transfer", server);
      case NO_ANSWER ->
          temporary(
              context.overTcp()
                  ? "no answer from %s over TCP%s; is a server running there, and does it take TCP?"
                  : "no answer from %s%s; is a server running there, and does UDP get through?",
              server,
              context.hint());
    };
  }

  /** The exception that ends the program with this message. */
  CommandException toException() {
    return new CommandException(exitCode, message);
  }

  private static FailureText refused(Refused failure, FailureContext context) {
    return new FailureText(exitCode(failure.reason()), refusal(failure, context));
  }

  private static FailureText sourceFailed(SourceFailed failure, String file) {
    boolean changed = failure.cause() instanceof SourceChangedException;
    return new FailureText(
        changed ? ExitCode.DATA_ERROR : ExitCode.IO_ERROR,
        String.format(
            Locale.ROOT,
            "'%s' %s; nothing was stored",
            Escaper.escape(file),
            changed
                ? failure.cause().getMessage()
                : "cannot be read: " + failure.cause().getMessage()));
  }

  /** The message if a file cannot be stored on this machine. */
  static FailureText unstorable(StorageException cause, String file) {
    return new FailureText(
        exitCode(cause.reason()),
        String.format(
            Locale.ROOT,
            "'%s' cannot be stored: %s",
            Escaper.escape(file),
            Escaper.escape(String.valueOf(cause.getMessage()))));
  }

  /**
   * What is wrong with something on this machine that cannot be read, or a list that has come from
   * a server; the path is not in it.
   */
  static FailureText unreadable(IOException cause) {
    if (cause instanceof ListException) {
      return new FailureText(ExitCode.PROTOCOL, String.valueOf(cause.getMessage()));
    }
    ExitCode exitCode =
        cause instanceof AccessDeniedException
            ? ExitCode.NOT_PERMITTED
            : cause instanceof NoSuchFileException ? ExitCode.NO_INPUT : ExitCode.IO_ERROR;
    return new FailureText(exitCode, Escaper.escape(FileErrors.reason(cause)));
  }

  /** A file that cannot be sent. */
  static FailureText unsendable(UnsendableException cause) {
    String message = Escaper.escape(String.valueOf(cause.getMessage()));
    return switch (cause.reason()) {
      case MISSING, NOT_REGULAR, UNREADABLE -> new FailureText(ExitCode.NO_INPUT, message);
      case NOT_PERMITTED -> new FailureText(ExitCode.NOT_PERMITTED, message);
      case NAME_NOT_EXPRESSIBLE ->
          new FailureText(
              ExitCode.NOT_PERMITTED, message + ": say --ferry if the server is one of Ferry's");
      case NAME_NOT_ALLOWED -> new FailureText(ExitCode.NOT_PERMITTED, message);
    };
  }

  private static FailureText bufferTooSmall(BufferTooSmall failure, HostPort server) {
    return new FailureText(
        ExitCode.PROTOCOL,
        String.format(
            Locale.ROOT,
            "%s takes datagrams of %d bytes only, which leaves no room for content",
            server,
            failure.bufferBytes()));
  }

  private static FailureText noCommonVersion(NoCommonVersion failure, HostPort server) {
    return new FailureText(
        ExitCode.PROTOCOL,
        String.format(
            Locale.ROOT,
            "%s speaks version %s of Ferry mode, and this client version %d; update the %s",
            server,
            Joiner.on(", ").join(failure.versions()),
            failure.own(),
            failure.isClientOlder() ? "client" : "server"));
  }

  private static FailureText endedByPeer(EndedByPeer failure, FailureContext context) {
    if (failure.isSuperseded()) {
      return temporary(
          "the same transfer to %s was begun once more, and goes on there; this one ends",
          context.server());
    }
    if (failure.isSourceChange()) {
      return new FailureText(
          ExitCode.DATA_ERROR,
          "the file changed at "
              + context.server()
              + " while it was being fetched; nothing was stored");
    }
    return temporary(
        "%s ended the transfer%s; %s",
        context.server(),
        failure.text().isEmpty() ? "" : ": " + Escaper.escape(failure.text()),
        context.advice());
  }

  private static FailureText nothingListens(NothingListens failure, FailureContext context) {
    HostPort server = context.server();
    if (!failure.answeredBefore()) {
      return temporary(
          "nothing listens at %s; is the server running, and is the port right?", server);
    }
    return failure.lastChunkSent()
        ? temporary(
            "everything was sent, but nothing listens at %s any more and the last chunk was not"
                + " acknowledged: the file may or may not be there; send it again",
            server)
        : temporary("nothing listens at %s any more; %s", server, context.advice());
  }

  private static FailureText temporary(String message, Object... arguments) {
    return new FailureText(ExitCode.TEMPORARY, String.format(Locale.ROOT, message, arguments));
  }

  /** The exit code of a client whose transfer is refused. */
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

  private static String refusal(Refused failure, FailureContext context) {
    String who = context.server().toString();
    return switch (failure.reason()) {
      case BUSY ->
          who
              + (failure.text().isEmpty()
                  ? " has too many transfers at the moment"
                  : " is busy" + said(failure))
              + "; try again later";
      case TOO_LARGE -> "the file is larger than " + who + " takes";
      case NAME_NOT_ALLOWED -> who + " does not take that name" + rule(failure, context);
      case NOT_PERMITTED ->
          who
              + (context.fetching()
                  ? " does not hand that file out"
                  : " is not permitted to write there")
              + said(failure);
      case EXISTS -> who + " has a file of that name and does not overwrite it";
      case CANNOT_CREATE -> who + " cannot create that name" + obstacle(failure);
      case NO_SPACE ->
          failure.text().isEmpty()
              ? "the disk of " + who + " is full"
              : who + " has no room" + said(failure);
      case IO_ERROR ->
          who
              + " had an I/O error when "
              + (context.fetching() ? "reading" : "storing")
              + " the file; see its log";
      case PROTOCOL_VIOLATION -> who + " says that this client broke the protocol";
      case DIGEST_DIFFERS ->
          "what arrived at " + who + " is not what was sent; nothing was stored, send it again";
      case NO_SUCH_FILE -> who + " has no such file" + said(failure);
    };
  }

  /** What the server says about it; in lab mode nothing. */
  private static String said(Refused failure) {
    return failure.text().isEmpty() ? "" : ": " + Escaper.escape(failure.text());
  }

  private static String rule(Refused failure, FailureContext context) {
    if (!failure.text().isEmpty()) {
      return said(failure);
    }
    return ServerNames.brokenRule(context.name())
        .map(rule -> ": " + rule)
        .orElse(
            "; use a relative one without special characters, and without a dot in front (which"
                + " --hidden at the server allows)");
  }

  private static String obstacle(Refused failure) {
    return failure.text().isEmpty()
        ? ": it, or a part of it, is taken by something else, or on another file system"
        : said(failure);
  }
}
