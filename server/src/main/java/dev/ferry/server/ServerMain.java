package dev.ferry.server;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.KeyFile;
import dev.ferry.cli.MaxRate;
import dev.ferry.cli.NativeArguments;
import dev.ferry.cli.Port;
import dev.ferry.cli.Program;
import dev.ferry.cli.ShutdownHook;
import dev.ferry.cli.StatsLine;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.server.ServerLimits;
import dev.ferry.protocol.util.AddressPrefix;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.runtime.Congestion;
import dev.ferry.runtime.IfExists;
import dev.ferry.runtime.ListenException;
import dev.ferry.runtime.ServerListener;
import dev.ferry.runtime.ServerOptions;
import dev.ferry.runtime.ServerOptions.Service;
import dev.ferry.runtime.ServerRunner;
import dev.ferry.runtime.UnusableRootException;
import dev.ferry.storage.HookOptions;
import dev.ferry.storage.NameRules;
import dev.ferry.storage.Quota;
import dev.ferry.storage.StoreOptions;
import dev.ferry.transport.ImpairedEngine;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts the server: reads the command line, opens sockets and files, and runs the loop until a
 * signal stops it.
 */
public final class ServerMain {
  private ServerMain() {}

  /** Runs the server. */
  public static void main(String[] args) {
    Program<ServerArguments> program =
        new Program<>(
            "ferry server", "PORT [OPTION]...", new ServerArguments(), System.out, System.err);
    ExitCode exitCode =
        program.run(
            NativeArguments.restore(args),
            arguments ->
                serve(
                    arguments,
                    new ServerReport(
                        System.out,
                        System.err,
                        arguments.quiet,
                        arguments.json,
                        arguments.verbose,
                        arguments.times ? () -> JsonEvent.time() + " " : () -> "")));
    System.exit(exitCode.code());
  }

  private static ExitCode serve(ServerArguments arguments, ServerReport report)
      throws CommandException {
    Program.checkOperands(arguments.operands, 1, 1, "PORT");
    ServerOptions options = options(arguments);
    // Not before the port is its own: the file may be that of a server that runs.
    try (ServerRunner server = open(options, arguments);
        ServerStatsFile stats = stats(arguments, options)) {
      ShutdownHook hook = ShutdownHook.installStop(signalled -> stop(server, signalled));
      try {
        report.listening(server.address(), server.root());
        if (server.servesStrangers()) {
          report.exposed(Exposure.line(arguments, server.root()));
        }
        server.run(
            new ServerListener() {
              @Override
              public void onEvent(ServerEvent event, long nowNs) {
                report.event(event, nowNs);
                if (stats != null) {
                  stats.event(event, nowNs);
                }
              }

              @Override
              public void offloadMissing(String reason) {
                report.offloadMissing(reason);
              }

              @Override
              public void hookEnded(String name, String outcome, String output) {
                report.hookEnded(name, outcome, output);
              }
            });
        report.stopped();
      } finally {
        hook.workIsOver();
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "the socket failed: " + e.getMessage());
    }
  }

  /**
   * Stops the server: complete files are still published, incomplete ones are kept so that clients
   * can resume.
   */
  private static boolean stop(ServerRunner server, ShutdownHook hook) throws InterruptedException {
    server.stop();
    return hook.awaitWork(ServerRunner.STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        && server.awaitDiskWork();
  }

  private static @Nullable ServerStatsFile stats(ServerArguments arguments, ServerOptions options)
      throws CommandException {
    if (arguments.stats == null) {
      return null;
    }
    long intervalNs = statsIntervalNs(arguments);
    ServerStatsFile stats =
        ServerStatsFile.create(
            arguments.stats, intervalNs, arguments.statsSize.bytes(), System.err);
    stats.limits(options.limits());
    options.sample(intervalNs, stats::sample, stats::load);
    return stats;
  }

  private static ServerRunner open(ServerOptions options, ServerArguments arguments)
      throws CommandException, IOException {
    try {
      return ServerRunner.open(options);
    } catch (ListenException e) {
      if (!Addresses.isOfThisMachine(options.address().getAddress())) {
        throw new CommandException(
            ExitCode.CONFIGURATION, "--bind: " + Addresses.whyNotBound(options.address(), e));
      }
      String advice =
          switch (e.reason()) {
            case UDP_PORT -> "; choose another, or 0 for any";
            case TCP_PORT -> "; choose another, or do without by --no-tcp";
            case SOCKET -> "";
          };
      throw new CommandException(ExitCode.CONFIGURATION, e.getMessage() + advice);
    } catch (UnusableRootException e) {
      String root = Escaper.escape(arguments.root.toString());
      throw e.getCause() instanceof AccessDeniedException
          ? new CommandException(
              ExitCode.NOT_PERMITTED, "--root " + root + " is not writable for this user")
          : new CommandException(
              ExitCode.CONFIGURATION, "--root " + root + " cannot be used: " + e.getMessage());
    }
  }

  private static ServerOptions options(ServerArguments arguments) throws CommandException {
    int port = Port.parse(arguments.operands.get(0));
    InetSocketAddress address = Addresses.toBind("--bind: ", arguments.bind, port);
    int bufferBytes = bufferBytes(arguments);
    checkLimits(arguments);
    statsIntervalNs(arguments);
    if (arguments.noLab && arguments.allowLab) {
      throw new CommandException(ExitCode.USAGE, "--no-lab and --allow-lab exclude each other");
    }
    SharedSecret secret = arguments.keyFile == null ? null : KeyFile.read(arguments.keyFile);
    checkRoot(arguments.root);
    ImpairmentSpec in = arguments.in();
    ImpairmentSpec out = arguments.out();
    long seed = arguments.seed(System.err);
    ServerOptions options =
        new ServerOptions(arguments.root, address)
            .secret(secret)
            .cipher(arguments.cipher.suite)
            .bufferBytes(bufferBytes)
            .digest(arguments.digest)
            .congestion(congestion(arguments))
            .maxRate(maxRate(arguments))
            .idleNs(arguments.labIdle.nanos(), arguments.ownIdle.nanos())
            .sessions(arguments.maxSessions, arguments.maxSessionsPerAddress)
            .trustedProxies(trustedProxies(arguments))
            .store(storeOptions(arguments))
            .hook(hook(arguments))
            .network(engine -> ImpairedEngine.of(engine, in, out, seed));
    checkMemory(options);
    if (arguments.keyFile != null) {
      options.ownFile(arguments.keyFile);
    }
    if (arguments.stats != null) {
      options.ownFile(arguments.stats);
    }
    if (arguments.noLab) {
      options.without(Service.LAB);
    }
    if (arguments.hidden) {
      options.with(Service.HIDDEN_NAMES);
    }
    if (arguments.names == NameRules.POSIX) {
      if (File.separatorChar == '\\') {
        throw new CommandException(
            ExitCode.USAGE, "--names posix is for systems whose names are POSIX'");
      }
      options.with(Service.POSIX_NAMES);
    }
    if (arguments.verbose) {
      options.watchIgnored();
    }
    if (arguments.noTcp) {
      options.without(Service.TCP);
    }
    if (arguments.noOffload) {
      options.withoutOffload();
    }
    if (arguments.allowList) {
      options.with(Service.LIST);
    }
    if (arguments.allowDelete) {
      options.with(Service.DELETE);
    }
    if (arguments.allowLinks) {
      options.with(Service.LINKS);
    }
    if (arguments.noGet && arguments.readOnly) {
      throw new CommandException(
          ExitCode.USAGE, "--read-only and --write-only together leave nothing to do");
    }
    if (arguments.noGet) {
      options.without(Service.GET);
    }
    if (arguments.readOnly) {
      options.without(Service.PUT);
    }
    return arguments.allowLab ? options.with(Service.LAB_DESPITE_SECRET) : options;
  }

  private static int bufferBytes(ServerArguments arguments) throws CommandException {
    long bufferBytes = arguments.buffer.bytes();
    if (bufferBytes < ServerOptions.MIN_BUFFER_BYTES || bufferBytes > Udp.MAX_PAYLOAD_BYTES) {
      throw new CommandException(
          ExitCode.USAGE,
          String.format(
              Locale.ROOT,
              "--buffer must be between %d and %d bytes",
              ServerOptions.MIN_BUFFER_BYTES,
              Udp.MAX_PAYLOAD_BYTES));
    }
    return (int) bufferBytes;
  }

  private static @Nullable LongSupplier maxRate(ServerArguments arguments) throws CommandException {
    return arguments.maxRate == null ? null : MaxRate.parse(arguments.maxRate, System.err);
  }

  private static void checkLimits(ServerArguments arguments) throws CommandException {
    if (arguments.labIdle.nanos() == 0 || arguments.ownIdle.nanos() == 0) {
      throw new CommandException(ExitCode.USAGE, "--idle and --idle-ferry must be above zero");
    }
    if (arguments.maxFiles != null && arguments.maxFiles < 0) {
      throw new CommandException(ExitCode.USAGE, "--max-files must not be negative");
    }
    if (isBelowOne(arguments.maxSessions) || isBelowOne(arguments.maxSessionsPerAddress)) {
      throw new CommandException(
          ExitCode.USAGE, "--max-sessions and --max-sessions-per-address must be at least 1");
    }
    int most =
        arguments.maxSessions == null ? ServerLimits.DEFAULT.sessions() : arguments.maxSessions;
    if (arguments.maxSessionsPerAddress != null && arguments.maxSessionsPerAddress > most) {
      throw new CommandException(
          ExitCode.USAGE,
          "--max-sessions-per-address must not be above --max-sessions, which is " + most);
    }
  }

  private static long statsIntervalNs(ServerArguments arguments) throws CommandException {
    return StatsLine.intervalNs(arguments.stats, arguments.statsInterval, Nanos.SECOND);
  }

  private static Congestion congestion(ServerArguments arguments) throws CommandException {
    Congestion chosen = arguments.congestion == null ? Congestion.MODEL : arguments.congestion;
    if (!arguments.background) {
      return chosen;
    }
    if (arguments.congestion != null && chosen != Congestion.BACKGROUND) {
      throw new CommandException(
          ExitCode.USAGE, "--background excludes any other --congestion than background");
    }
    return Congestion.BACKGROUND;
  }

  private static List<AddressPrefix> trustedProxies(ServerArguments arguments)
      throws CommandException {
    return arguments.trustedProxies == null
        ? List.of()
        : Addresses.prefixes("--trusted-proxies: ", arguments.trustedProxies);
  }

  private static boolean isBelowOne(@Nullable Integer limit) {
    return limit != null && limit < 1;
  }

  /** Refuses limits that, reached at the same time, would leave the server without memory. */
  private static void checkMemory(ServerOptions options) throws CommandException {
    String misfit = options.misfit();
    if (misfit != null) {
      throw new CommandException(
          ExitCode.USAGE, "--max-sessions: " + misfit + "; give fewer, or java -Xmx more");
    }
  }

  /** Makes the last level of the root; that more is missing is rather a mistake in its name. */
  private static void checkRoot(Path root) throws CommandException {
    try {
      if (!Files.exists(root)) {
        Files.createDirectory(root);
      }
    } catch (IOException e) {
      // The message below, or a later one, says it.
    }
    if (!Files.isDirectory(root)) {
      throw new CommandException(
          ExitCode.CONFIGURATION,
          "--root " + Escaper.escape(root.toString()) + " is not a directory; create it first");
    }
  }

  private static @Nullable HookOptions hook(ServerArguments arguments) throws CommandException {
    int jobs =
        arguments.hookJobs == null
            ? Runtime.getRuntime().availableProcessors()
            : arguments.hookJobs;
    if (jobs < 1 || arguments.hookTimeout.nanos() == 0) {
      throw new CommandException(
          ExitCode.USAGE, "--hook-jobs must be at least 1, and --hook-timeout above zero");
    }
    String program = arguments.hook;
    if (program == null) {
      if (!arguments.hookArguments.isEmpty() || arguments.hookJobs != null) {
        throw new CommandException(ExitCode.USAGE, "--hook-arg and --hook-jobs need --hook");
      }
      return null;
    }
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments.hookArguments);
    return new HookOptions(requireRunnable(command), arguments.hookTimeout.nanos(), jobs);
  }

  /** A mistake in its name would turn every file down; and a relative one is this directory's. */
  private static List<String> requireRunnable(List<String> command) throws CommandException {
    String program = command.get(0);
    List<Path> candidates = new ArrayList<>();
    if (program.contains("/") || program.contains(File.separator)) {
      candidates.add(Path.of(program).toAbsolutePath());
    } else {
      String path = System.getenv("PATH");
      for (String directory : path == null ? new String[0] : path.split(File.pathSeparator)) {
        candidates.add(Path.of(directory).toAbsolutePath().resolve(program));
      }
    }
    for (Path candidate : candidates) {
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        List<String> found = new ArrayList<>(command);
        found.set(0, candidate.toString());
        return found;
      }
    }
    throw new CommandException(
        ExitCode.CONFIGURATION,
        "--hook " + Escaper.escape(program) + " is no program that this user can run");
  }

  private static StoreOptions storeOptions(ServerArguments arguments) {
    return new StoreOptions(
            arguments.ifExists == IfExists.OVERWRITE,
            arguments.maxFileSize == null ? Long.MAX_VALUE : arguments.maxFileSize.bytes(),
            arguments.reserve.bytes(),
            arguments.keepParts.nanos(),
            arguments.maxParts.bytes())
        .withQuota(
            new Quota(
                arguments.quota == null ? Long.MAX_VALUE : arguments.quota.bytes(),
                arguments.maxFiles == null ? Long.MAX_VALUE : arguments.maxFiles));
  }
}
