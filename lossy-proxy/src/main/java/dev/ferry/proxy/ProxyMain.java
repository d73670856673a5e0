package dev.ferry.proxy;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.cli.ImpairableArguments;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.NativeArguments;
import dev.ferry.cli.Port;
import dev.ferry.cli.Program;
import dev.ferry.cli.ShutdownHook;
import dev.ferry.clock.NanoClock;
import dev.ferry.proxy.control.ControlServer;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.ProxyEngine;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts the lossy proxy. */
public final class ProxyMain {
  private static final long TIMEOUT_SECONDS = 10;

  private ProxyMain() {}

  /** Runs until a signal; exits with an {@link ExitCode}. */
  public static void main(String[] typed) {
    String[] args = NativeArguments.restore(typed);
    if (args.length > 0 && args[0].equals(DiagramCommand.NAME)) {
      System.exit(diagram(Arrays.copyOfRange(args, 1, args.length)).code());
    }
    Program<ProxyArguments> program =
        new Program<>(
            "lossy-proxy",
            "PORT HOST:PORT [OPTION]...\n       lossy-proxy diagram TRACE -o FILE [OPTION]...",
            new ProxyArguments(),
            System.out,
            System.err);
    System.exit(program.run(args, ProxyMain::serve).code());
  }

  private static ExitCode diagram(String[] args) {
    Program<DiagramArguments> program =
        new Program<>(
            "lossy-proxy diagram",
            "TRACE -o FILE [OPTION]...",
            new DiagramArguments(),
            System.out,
            System.err);
    return program.run(args, new DiagramCommand(System.out)::run);
  }

  private static ExitCode serve(ProxyArguments arguments) throws CommandException {
    Program.checkOperands(arguments.operands, 2, 2, "PORT HOST:PORT");
    if (arguments.maxFlows < 1) {
      throw new CommandException(ExitCode.USAGE, "--max-flows must be at least 1");
    }
    if (arguments.control != null && (arguments.control < 0 || arguments.control > Port.MAX)) {
      throw new CommandException(ExitCode.USAGE, "--control takes 0 (any free port) to 65535");
    }
    if (HostPort.isOne(arguments.operands.get(0)) && !HostPort.isOne(arguments.operands.get(1))) {
      throw new CommandException(ExitCode.USAGE, "the PORT to listen on comes before HOST:PORT");
    }
    HostPort server = HostPort.parse(arguments.operands.get(1));
    InetSocketAddress serverAddress =
        new InetSocketAddress(Addresses.resolve(server.host()), server.port());
    int port = Port.parse(arguments.operands.get(0));
    InetSocketAddress bind = Addresses.toBind("", arguments.bind, port);
    if (isItself(bind, serverAddress)) {
      throw new CommandException(
          ExitCode.USAGE, server + " is where this proxy would listen; it needs a port of its own");
    }
    long seed = arguments.seed == null ? ImpairableArguments.randomSeed() : arguments.seed;
    ProxyEngine engine =
        new ProxyEngine(
            arguments.upSpec(),
            arguments.downSpec(),
            seed,
            arguments.maxFlows,
            arguments.flowIdle.nanos());
    ProxyReport report = new ProxyReport(System.out, arguments.quiet, arguments.json);
    SourceAddresses sources = sources(arguments, serverAddress.getAddress());
    try (ProxyLoop loop = open(engine, bind, serverAddress, sources);
        ControlServer control = control(arguments, loop, engine, server, seed, sources)) {
      Recorder recorder = new Recorder(engine, System.err);
      long startNs = NanoClock.SYSTEM.nanoTime();
      recorder.trace(arguments.trace, startNs);
      recorder.pcap(arguments.pcap, startNs, new LocalAddresses(loop.address()), serverAddress);
      ShutdownHook hook = ShutdownHook.installStop(signalled -> stop(loop, signalled));
      report.listening(loop.address(), server.toString(), seed);
      if (control != null) {
        report.control(control.url());
      }
      try (recorder) {
        loop.run();
        report.stopped(engine.counters(Direction.UP), engine.counters(Direction.DOWN));
      } finally {
        hook.workIsOver();
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw new CommandException(ExitCode.IO_ERROR, "the socket failed: " + e.getMessage());
    }
  }

  /** Whether what is forwarded would come back. */
  private static boolean isItself(InetSocketAddress bind, InetSocketAddress server) {
    return bind.getPort() == server.getPort()
        && (bind.getAddress().isAnyLocalAddress()
            ? Addresses.isOfThisMachine(server.getAddress())
            : bind.equals(server));
  }

  private static String text(InetSocketAddress address) {
    return JsonEvent.address(address);
  }

  private static SourceAddresses sources(ProxyArguments arguments, InetAddress server)
      throws CommandException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String address : arguments.rebindAddresses) {
      addresses.add(Addresses.resolve(address));
    }
    SourceAddresses sources = new SourceAddresses(addresses, server);
    String objection = sources.objection(arguments.upSpec());
    if (objection != null) {
      throw new CommandException(ExitCode.USAGE, objection);
    }
    return sources;
  }

  private static ProxyLoop open(
      ProxyEngine engine, InetSocketAddress bind, InetSocketAddress server, SourceAddresses sources)
      throws CommandException {
    try {
      return new ProxyLoop(engine, bind, server, sources, NanoClock.SYSTEM);
    } catch (IOException e) {
      throw new CommandException(ExitCode.CONFIGURATION, Addresses.whyNotBound(bind, e));
    }
  }

  /** Starts the HTTP API; null if it is not wanted. */
  private static @Nullable ControlServer control(
      ProxyArguments arguments,
      ProxyLoop loop,
      ProxyEngine engine,
      HostPort server,
      long seed,
      SourceAddresses sources)
      throws CommandException, IOException {
    if (arguments.control == null) {
      return null;
    }
    String listening = text(loop.address());
    ControlledEngine controlled =
        new ControlledEngine(engine, listening, server.toString(), seed, sources, NanoClock.SYSTEM);
    try {
      return ControlServer.start(arguments.control, controlled, loop::execute);
    } catch (BindException e) {
      throw new CommandException(
          ExitCode.CONFIGURATION,
          "cannot be controlled on port " + arguments.control + ": " + e.getMessage());
    }
  }

  /** The loop ends, and its totals are printed. */
  private static boolean stop(ProxyLoop loop, ShutdownHook hook) throws InterruptedException {
    loop.stop();
    return hook.awaitWork(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
