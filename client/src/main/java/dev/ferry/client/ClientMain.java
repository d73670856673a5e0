package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.KeyFile;
import dev.ferry.cli.Program;
import dev.ferry.client.ClientArguments.Transport;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.lab.Udp;
import dev.ferry.transport.ImpairedEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts the client. */
public final class ClientMain {
  private static final int MIN_DATAGRAM_BYTES = 64;

  /** How long a client that is done waits for its disk. */
  private static final long DISK_PATIENCE_MS = 2000;

  private ClientMain() {}

  /** The program. */
  public static void main(String[] args) {
    Program<ClientArguments> program =
        new Program<>(
            "ferry client",
            "[put] HOST:PORT FILE [DEST] [OPTION]..."
                + "\n       ferry client get HOST:PORT NAME [LOCAL] [OPTION]..."
                + "\n       ferry client keygen FILE",
            new ClientArguments(),
            System.out,
            System.err);
    System.exit(
        program.run(args, arguments -> run(arguments, args, System.out, System.err)).code());
  }

  private static ExitCode run(
      ClientArguments arguments, String[] args, PrintStream out, PrintStream err)
      throws CommandException {
    if (arguments.ping) {
      return ping(arguments, out);
    }
    List<String> operands = arguments.operands;
    String verb = operands.isEmpty() ? "" : operands.get(0);
    List<String> rest = operands.isEmpty() ? operands : operands.subList(1, operands.size());
    return switch (verb) {
      case "keygen" -> keygen(rest, arguments, out);
      case "get" -> get(arguments, rest, args, out, err);
      case "put" -> put(arguments, rest, args, out, err);
      default -> put(arguments, operands, args, out, err);
    };
  }

  private static ExitCode keygen(List<String> operands, ClientArguments arguments, PrintStream out)
      throws CommandException {
    Program.checkOperands(operands, 1, 1, "FILE after keygen");
    Path file = path(operands.get(0));
    KeyFile.create(file);
    if (!arguments.quiet) {
      out.println(
          "made "
              + Escaper.escape(file.toString())
              + "; give both ends a copy, and let nobody else read it");
    }
    return ExitCode.OK;
  }

  private static ExitCode ping(ClientArguments arguments, PrintStream out) throws CommandException {
    Program.checkOperands(arguments.operands, 1, 1, "HOST:PORT alone after --ping");
    if (arguments.isImpaired()) {
      throw new CommandException(ExitCode.USAGE, "--ping takes no impairment");
    }
    if (arguments.transport == Transport.TCP) {
      throw new CommandException(
          ExitCode.USAGE, "--ping asks over UDP and takes no --transport tcp");
    }
    HostPort server = HostPort.parse(arguments.operands.get(0));
    Security security = Security.of(arguments, false);
    Ping ping =
        security.isFerryOnly()
            ? new Ping(server.port(), security.handshake())
            : new Ping(server.port(), arguments.dialect);
    Optional<TransferFailure> failure = ping.anyOf(resolve(server));
    if (failure.isPresent()) {
      String hint = ping.lastError().map(e -> " (" + e.getMessage() + ")").orElse("");
      FailureText text = FailureText.of(failure.get(), FailureContext.ofQuestion(server, hint));
      throw new CommandException(text.exitCode(), text.message());
    }
    ClientReport.answered(out, arguments.quiet, arguments.json, server);
    return ExitCode.OK;
  }

  private static ExitCode put(
      ClientArguments arguments,
      List<String> operands,
      String[] args,
      PrintStream out,
      PrintStream err)
      throws CommandException {
    Program.checkOperands(operands, 2, 3, "HOST:PORT FILE [DEST]");
    HostPort server = HostPort.parse(operands.get(0));
    Path file = path(operands.get(1));
    String name = destination(operands, file);
    ExecutorService diskWorkers = diskWorkers();
    try (Put put = new Put(arguments, Security.of(arguments, false), file, name, diskWorkers)) {
      ClientReport report = report(arguments, "sent", name, put.sizeBytes(), out, err);
      return run(put, server, file, arguments, args, report, err);
    } finally {
      finish(diskWorkers);
    }
  }

  private static ExitCode get(
      ClientArguments arguments,
      List<String> operands,
      String[] args,
      PrintStream out,
      PrintStream err)
      throws CommandException {
    Program.checkOperands(operands, 2, 3, "HOST:PORT NAME [LOCAL] after get");
    HostPort server = HostPort.parse(operands.get(0));
    String name = operands.get(1);
    Path local = localDestination(operands, name);
    ExecutorService diskWorkers = diskWorkers();
    try (Get get = new Get(arguments, Security.of(arguments, true), name, local, diskWorkers)) {
      ClientReport report = report(arguments, "fetched", name, 0, out, err);
      return run(get, server, local, arguments, args, report, err);
    } finally {
      finish(diskWorkers);
    }
  }

  /** Daemons, so that whatever the disk is at does not keep a failed client from ending. */
  private static ExecutorService diskWorkers() {
    return Executors.newFixedThreadPool(
        2,
        task -> {
          Thread thread = new Thread(task, "disk");
          thread.setDaemon(true);
          return thread;
        });
  }

  /** What is being removed from the disk should be gone, unless that takes long. */
  private static void finish(ExecutorService diskWorkers) {
    diskWorkers.shutdown();
    try {
      diskWorkers.awaitTermination(DISK_PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ClientReport report(
      ClientArguments arguments,
      String verb,
      String name,
      long sizeBytes,
      PrintStream out,
      PrintStream err) {
    boolean drawn = !arguments.quiet && !arguments.json && Terminal.isStderr();
    ProgressBar bar = drawn ? new ProgressBar(err, sizeBytes, Terminal.columns()) : null;
    return new ClientReport(out, err, arguments.quiet, arguments.json, verb, name, sizeBytes, bar);
  }

  private static ExitCode run(
      Errand errand,
      HostPort server,
      Path file,
      ClientArguments arguments,
      String[] args,
      ClientReport report,
      PrintStream err)
      throws CommandException {
    Session session = new Session(server, errand, ways(arguments, err), report);
    // Ctrl-C ends the process with 130.
    Thread interruption = new Thread(() -> interrupted(session, report, args, err), "interrupted");
    Runtime.getRuntime().addShutdownHook(interruption);
    try {
      return end(session, errand, session.run(resolve(server)), server, file, arguments, report);
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "cannot send: " + e.getMessage());
    }
  }

  private static Session.Ways ways(ClientArguments arguments, PrintStream err)
      throws CommandException {
    Transport transport = transport(arguments);
    ImpairmentSpec in = arguments.in();
    ImpairmentSpec out = arguments.out();
    long seed = arguments.seed(err);
    return new Session.Ways(
        transport,
        datagramBytes(arguments),
        arguments.framing,
        engine -> ImpairedEngine.of(engine, in, out, seed));
  }

  /** The lab's protocol knows nothing of TCP, and what is to be impaired are datagrams. */
  private static Transport transport(ClientArguments arguments) throws CommandException {
    if (!arguments.isImpaired()) {
      return arguments.lab ? Transport.UDP : arguments.transport;
    }
    if (arguments.transport == Transport.TCP) {
      throw new CommandException(
          ExitCode.USAGE, "--transport tcp takes no impairment: it is datagrams that are impaired");
    }
    return Transport.UDP;
  }

  private static void interrupted(
      Session session, ClientReport report, String[] args, PrintStream err) {
    report.clear();
    boolean resumable = session.isResumable() && !session.isOver();
    session.interrupt();
    if (resumable) {
      err.println(
          "ferry client: interrupted; what has arrived is kept, and this goes on with it:\n"
              + "  ferry client "
              + ShellWords.join(args));
    }
  }

  private static ExitCode end(
      Session session,
      Errand errand,
      ClientEvent end,
      HostPort server,
      Path file,
      ClientArguments arguments,
      ClientReport report)
      throws CommandException {
    if (end instanceof ClientEvent.Completed completed) {
      report.completed(completed);
      return ExitCode.OK;
    }
    ClientEvent.Failed failed = (ClientEvent.Failed) end;
    String error = session.lastError().map(e -> " (" + e.getMessage() + ")").orElse("");
    boolean silent = failed.failure() instanceof TransferFailure.NoAnswer;
    String hint =
        arguments.keyFile != null && silent
            ? error + ", which is how a server with another key behaves"
            : error;
    FailureText text =
        FailureText.of(
            failed.failure(),
            new FailureContext(
                server,
                file.toString(),
                hint,
                session.isResumable(),
                errand instanceof Get,
                arguments.transport == Transport.TCP));
    report.failed(text.message(), text.exitCode().code(), failed.stats());
    if (failed.failure() instanceof TransferFailure.Stopped) {
      return text.exitCode(); // Who interrupted it is told what to do by the shutdown hook.
    }
    throw new CommandException(text.exitCode(), text.message());
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
              Escaper.escape(name)));
    }
  }

  private static String destination(List<String> operands, Path file) {
    @Nullable Path fileName = file.getFileName();
    String ownName = fileName == null ? "" : fileName.toString();
    if (operands.size() < 3) {
      return ownName;
    }
    String dest = operands.get(2);
    return dest.isEmpty() || dest.endsWith("/") ? dest + ownName : dest;
  }

  /** Under its own name, unless the user gives another, or a directory. */
  private static Path localDestination(List<String> operands, String name) throws CommandException {
    String ownName = name.substring(name.lastIndexOf('/') + 1);
    if (operands.size() < 3) {
      return path(ownName);
    }
    String given = operands.get(2);
    Path local = path(given);
    return given.endsWith("/") || Files.isDirectory(local) ? local.resolve(path(ownName)) : local;
  }

  private static int datagramBytes(ClientArguments arguments) throws CommandException {
    long bytes = arguments.datagram.bytes();
    if (bytes < MIN_DATAGRAM_BYTES || bytes > Udp.MAX_PAYLOAD_BYTES) {
      throw new CommandException(
          ExitCode.USAGE,
          String.format(
              Locale.ROOT,
              "--datagram must be between %d and %d bytes",
              MIN_DATAGRAM_BYTES,
              Udp.MAX_PAYLOAD_BYTES));
    }
    return (int) bytes;
  }

  private static InetAddress[] resolve(HostPort server) throws CommandException {
    try {
      return InetAddress.getAllByName(server.host());
    } catch (UnknownHostException e) {
      throw new CommandException(
          ExitCode.NO_HOST,
          "unknown host '"
              + Escaper.escape(server.host())
              + "'; check the name, or use an address");
    }
  }
}
