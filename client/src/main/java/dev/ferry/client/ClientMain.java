package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.Printable;
import dev.ferry.cli.Program;
import dev.ferry.engine.TransferFailure;
import dev.ferry.engine.stopwait.RetransmissionPolicy;
import dev.ferry.engine.stopwait.SenderEvent;
import dev.ferry.impair.ImpairmentSpec;
import dev.ferry.link.ImpairedEngine;
import dev.ferry.storage.FileSource;
import dev.ferry.storage.NotRegularFileException;
import dev.ferry.wire.LabCodec;
import dev.ferry.wire.LabMessage.Start;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Starts the client. */
public final class ClientMain {
  private static final int MIN_DATAGRAM_BYTES = 64;

  private ClientMain() {}

  /** The program. */
  public static void main(String[] args) {
    Program<ClientArguments> program =
        new Program<>(
            "ferry client",
            "HOST:PORT FILE [DEST] [OPTION]...",
            new ClientArguments(),
            System.out,
            System.err);
    System.exit(program.run(args, arguments -> run(arguments, System.out, System.err)).code());
  }

  private static ExitCode run(ClientArguments arguments, PrintStream out, PrintStream err)
      throws CommandException {
    return arguments.ping ? ping(arguments, out) : send(arguments, out, err);
  }

  private static ExitCode ping(ClientArguments arguments, PrintStream out) throws CommandException {
    Program.checkOperands(arguments.operands, 1, 1, "HOST:PORT alone after --ping");
    if (arguments.isImpaired()) {
      throw new CommandException(ExitCode.USAGE, "--ping takes no impairment");
    }
    HostPort server = HostPort.parse(arguments.operands.get(0));
    Ping ping = new Ping(server.port(), arguments.dialect);
    Optional<TransferFailure> failure = ping.anyOf(resolve(server));
    if (failure.isPresent()) {
      String hint = ping.lastError().map(e -> " (" + e.getMessage() + ")").orElse("");
      FailureText text = FailureText.of(failure.get(), server, "", hint);
      throw new CommandException(text.exitCode(), text.message());
    }
    ClientReport.answered(out, arguments.quiet, arguments.json, server);
    return ExitCode.OK;
  }

  private static ExitCode send(ClientArguments arguments, PrintStream out, PrintStream err)
      throws CommandException {
    Program.checkOperands(arguments.operands, 2, 3, "HOST:PORT FILE [DEST]");
    HostPort server = HostPort.parse(arguments.operands.get(0));
    Path file = path(arguments.operands.get(1));
    String name = destination(arguments, file);
    int datagramBytes = datagramBytes(arguments);
    ImpairmentSpec in = arguments.in();
    ImpairmentSpec outward = arguments.out();
    long seed = arguments.seed(err);
    try (FileSource source = open(file)) {
      Start start = start(arguments, name, source.sizeBytes());
      boolean drawn = !arguments.quiet && !arguments.json && Terminal.isStderr();
      ProgressBar bar = drawn ? new ProgressBar(err, source.sizeBytes(), Terminal.columns()) : null;
      ClientReport report =
          new ClientReport(out, arguments.quiet, arguments.json, name, source.sizeBytes(), bar);
      // Ctrl-C ends the process at once, with 130; only the terminal is to be tidied up.
      Runtime.getRuntime().addShutdownHook(new Thread(report::clear, "clear-progress"));
      Upload upload =
          new Upload(
              server,
              start,
              source,
              datagramBytes,
              engine -> ImpairedEngine.of(engine, in, outward, seed),
              report);
      return end(upload, run(upload, resolve(server)), server, file, report);
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot send: " + e.getMessage());
    }
  }

  private static Path path(String name) throws CommandException {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new CommandException(
          ExitCode.NO_INPUT,
          String.format(
              Locale.ROOT,
              "'%s' is no file name in this system's character set; see LC_ALL and LANG",
              Printable.escape(name)));
    }
  }

  /** Tries the server's addresses in turn, until one answers. */
  private static SenderEvent run(Upload upload, InetAddress[] addresses) throws IOException {
    SenderEvent end = null;
    for (int i = 0; i < addresses.length; i++) {
      boolean last = i == addresses.length - 1;
      end = upload.run(addresses[i], last ? RetransmissionPolicy.START : RetransmissionPolicy.LAB);
      if (!Upload.neverAnswered(end)) {
        return end;
      }
    }
    if (end == null) {
      throw new IllegalStateException("a name resolves to one address at least");
    }
    return end;
  }

  private static ExitCode end(
      Upload upload, SenderEvent end, HostPort server, Path file, ClientReport report)
      throws CommandException {
    if (end instanceof SenderEvent.Completed completed) {
      report.completed(completed.stats());
      return ExitCode.OK;
    }
    SenderEvent.Failed failed = (SenderEvent.Failed) end;
    String hint = upload.lastError().map(e -> " (" + e.getMessage() + ")").orElse("");
    FailureText text = FailureText.of(failed.failure(), server, file.toString(), hint);
    report.failed(text.message(), text.exitCode().code(), failed.stats());
    throw new CommandException(text.exitCode(), text.message());
  }

  private static String destination(ClientArguments arguments, Path file) throws CommandException {
    @Nullable Path fileName = file.getFileName();
    String ownName = fileName == null ? "" : fileName.toString();
    if (arguments.operands.size() < 3) {
      return ownName;
    }
    String dest = arguments.operands.get(2);
    return dest.isEmpty() || dest.endsWith("/") ? dest + ownName : dest;
  }

  private static Start start(ClientArguments arguments, String name, long sizeBytes)
      throws CommandException {
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new CommandException(ExitCode.USAGE, "the destination's name has a control character");
    }
    try {
      Start start = new Start(arguments.dialect, 0, name, sizeBytes, true);
      if (LabCodec.encodedBytes(start) <= LabCodec.MAX_DATAGRAM_BYTES) {
        return start;
      }
      throw new CommandException(
          ExitCode.USAGE, "the destination's name does not fit into a datagram");
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.USAGE,
          String.format(
              Locale.ROOT,
              "the destination's name '%s' is empty or contains '%s', which the protocol cannot express",
              Printable.escape(name),
              arguments.dialect.delimiter()));
    }
  }

  private static int datagramBytes(ClientArguments arguments) throws CommandException {
    long bytes = arguments.datagram.bytes();
    if (bytes < MIN_DATAGRAM_BYTES || bytes > LabCodec.MAX_DATAGRAM_BYTES) {
      throw new CommandException(
          ExitCode.USAGE,
          String.format(
              Locale.ROOT,
              "--datagram must be between %d and %d bytes",
              MIN_DATAGRAM_BYTES,
              LabCodec.MAX_DATAGRAM_BYTES));
    }
    return (int) bytes;
  }

  private static FileSource open(Path file) throws CommandException {
    String shown = "'" + Printable.escape(file.toString()) + "'";
    try {
      return FileSource.open(file);
    } catch (NoSuchFileException e) {
      throw new CommandException(ExitCode.NO_INPUT, "there is no file " + shown);
    } catch (NotRegularFileException e) {
      throw new CommandException(ExitCode.NO_INPUT, shown + " is not a regular file");
    } catch (AccessDeniedException e) {
      throw new CommandException(ExitCode.NOT_PERMITTED, shown + " may not be read by this user");
    } catch (IOException e) {
      throw new CommandException(ExitCode.NO_INPUT, shown + " cannot be read: " + e.getMessage());
    }
  }

  private static InetAddress[] resolve(HostPort server) throws CommandException {
    try {
      return InetAddress.getAllByName(server.host());
    } catch (UnknownHostException e) {
      throw new CommandException(
          ExitCode.NO_HOST,
          "unknown host '"
              + Printable.escape(server.host())
              + "'; check the name, or use an address");
    }
  }
}
