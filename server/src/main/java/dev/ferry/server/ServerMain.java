package dev.ferry.server;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.IfExists;
import dev.ferry.cli.KeyFile;
import dev.ferry.cli.Port;
import dev.ferry.cli.Program;
import dev.ferry.cli.ShutdownHook;
import dev.ferry.clock.NanoClock;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.server.FerryModeConfig;
import dev.ferry.protocol.server.ServerEngine;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.server.ServerLimits;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.storage.DiskLabStore;
import dev.ferry.storage.DiskSourceStore;
import dev.ferry.storage.StoreOptions;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.ImpairedEngine;
import dev.ferry.transport.TcpListener;
import dev.ferry.transport.TcpTransport;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts the server: reads the command line, opens sockets and files, and runs the loop until a
 * signal stops it.
 */
public final class ServerMain {
  private static final int MIN_BUFFER_BYTES = 256;

  /**
   * The number of disk workers. They wait for the disk, so the number of processors does not
   * matter.
   */
  private static final int DISK_WORKERS = 4;

  /** How long the server waits at its end for publications, and then for the disk. */
  private static final long STOP_TIMEOUT_SECONDS = 30;

  private ServerMain() {}

  /** Runs the server. */
  public static void main(String[] args) {
    Program<ServerArguments> program =
        new Program<>(
            "ferry server", "PORT [OPTION]...", new ServerArguments(), System.out, System.err);
    ExitCode exitCode =
        program.run(
            args,
            arguments ->
                serve(
                    arguments,
                    new ServerReport(
                        System.out,
                        System.err,
                        arguments.quiet,
                        arguments.json,
                        arguments.verbose)));
    System.exit(exitCode.code());
  }

  private static ExitCode serve(ServerArguments arguments, ServerReport report)
      throws CommandException {
    Program.checkOperands(arguments.operands, 1, 1, "PORT");
    int port = Port.parse(arguments.operands.get(0));
    InetSocketAddress address = Addresses.toBind("--bind: ", arguments.bind, port);
    ReceiverConfig config = config(arguments);
    ServerLimits limits = limits(arguments);
    FerryModeConfig ferryConfig = ferryConfig(arguments, limits);
    boolean servesLab = arguments.keyFile == null || arguments.allowLab;
    checkRoot(arguments.root);
    ImpairmentSpec in = arguments.in();
    ImpairmentSpec out = arguments.out();
    long seed = arguments.seed(System.err);
    ExecutorService diskWorkers = Executors.newFixedThreadPool(DISK_WORKERS);
    try (Sockets sockets = Sockets.bind(address, !arguments.noTcp);
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      DiskLabStore store = openStore(arguments, diskWorkers, loop);
      ServerEngine engine =
          new ServerEngine(
              store,
              store.parts(),
              arguments.noGet ? null : new DiskSourceStore(arguments.root, diskWorkers, loop),
              config,
              ferryConfig,
              limits,
              servesLab);
      Path root = arguments.root.toRealPath();
      ShutdownHook hook =
          ShutdownHook.installStop(signalled -> stop(engine, loop, diskWorkers, signalled));
      try {
        report.listening(sockets.address(), root);
        EngineListener<ServerEvent> listener = listener(engine, loop, report);
        loop.add(
            new UdpTransport<>(
                sockets.datagrams(), ImpairedEngine.of(engine, in, out, seed), listener));
        if (sockets.streams().isPresent()) {
          loop.add(
              new TcpListener<>(sockets.streams().get(), loop, engine.streams()::open, listener));
        }
        loop.run();
        report.stopped();
      } finally {
        hook.workIsOver();
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "the socket failed: " + e.getMessage());
    } finally {
      diskWorkers.shutdown();
    }
  }

  /**
   * Stops the server: complete files are still published, incomplete ones are kept so that clients
   * can resume.
   */
  private static boolean stop(
      ServerEngine engine, EventLoop loop, ExecutorService diskWorkers, ShutdownHook hook)
      throws InterruptedException {
    loop.execute(engine::stop);
    if (!hook.awaitWork(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      return false;
    }
    diskWorkers.shutdown();
    return diskWorkers.awaitTermination(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private static EngineListener<ServerEvent> listener(
      ServerEngine engine, EventLoop loop, ServerReport report) {
    return new EngineListener<>() {
      @Override
      public void onEvent(ServerEvent event, long nowNs) {
        report.event(event, nowNs);
      }

      @Override
      public void beforeWait(long nowNs) {
        if (engine.isStopped()) {
          loop.stop();
        }
      }
    };
  }

  private static ReceiverConfig config(ServerArguments arguments) throws CommandException {
    long bufferBytes = arguments.buffer.bytes();
    if (bufferBytes < MIN_BUFFER_BYTES || bufferBytes > Udp.MAX_PAYLOAD_BYTES) {
      throw new CommandException(
          ExitCode.USAGE,
          String.format(
              Locale.ROOT,
              "--buffer must be between %d and %d bytes",
              MIN_BUFFER_BYTES,
              Udp.MAX_PAYLOAD_BYTES));
    }
    if (arguments.labIdle.nanos() == 0 || arguments.ownIdle.nanos() == 0) {
      throw new CommandException(ExitCode.USAGE, "--idle and --idle-ferry must be above zero");
    }
    return new ReceiverConfig(
        (int) bufferBytes,
        arguments.labIdle.nanos(),
        arguments.ownIdle.nanos(),
        ReceiverConfig.DEFAULT.slowestNs(),
        ReceiverConfig.DEFAULT.rememberNs());
  }

  private static ServerLimits limits(ServerArguments arguments) throws CommandException {
    if (arguments.maxSessions < 1 || arguments.maxSessionsPerAddress < 1) {
      throw new CommandException(
          ExitCode.USAGE, "--max-sessions and --max-sessions-per-address must be at least 1");
    }
    return new ServerLimits(
        arguments.maxSessions,
        arguments.maxSessionsPerAddress,
        ServerLimits.DEFAULT.halfOpen(),
        ServerLimits.DEFAULT.remembered());
  }

  private static FerryModeConfig ferryConfig(ServerArguments arguments, ServerLimits limits)
      throws CommandException {
    SharedSecret secret = arguments.keyFile == null ? null : KeyFile.read(arguments.keyFile);
    int datagramBytes = Math.max(HandshakeCodec.MIN_DATAGRAM_BYTES, (int) arguments.buffer.bytes());
    return new FerryModeConfig(
            new ServerHandshakeConfig(
                FerryModeConfig.HALF_OPEN, Udp.MAX_PAYLOAD_BYTES, arguments.cipher.suite),
            secret,
            datagramBytes,
            FerryModeConfig.CONNECTIONS_PER_TRANSFER * limits.sessions(),
            arguments.ownIdle.nanos(),
            new SecureRandom())
        .withFirstPacketsOnStreams(TcpTransport.FIRST_PACKETS);
  }

  private static void checkRoot(Path root) throws CommandException {
    if (!Files.isDirectory(root)) {
      throw new CommandException(
          ExitCode.CONFIGURATION,
          "--root " + Escaper.escape(root.toString()) + " is not a directory; create it first");
    }
  }

  private static DiskLabStore openStore(
      ServerArguments arguments, ExecutorService diskWorkers, EventLoop loop)
      throws CommandException {
    long maxFileBytes =
        arguments.maxFileSize == null ? Long.MAX_VALUE : arguments.maxFileSize.bytes();
    StoreOptions options =
        new StoreOptions(
            arguments.ifExists == IfExists.OVERWRITE,
            maxFileBytes,
            arguments.reserve.bytes(),
            arguments.keepParts.nanos(),
            arguments.maxParts.bytes());
    String root = Escaper.escape(arguments.root.toString());
    try {
      return DiskLabStore.open(arguments.root, options, diskWorkers, loop);
    } catch (AccessDeniedException e) {
      throw new CommandException(
          ExitCode.NOT_PERMITTED, "--root " + root + " is not writable for this user");
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CONFIGURATION, "--root " + root + " cannot be used: " + e.getMessage());
    }
  }
}
