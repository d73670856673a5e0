package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.SimLabStore;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.SimSourceFile;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.transport.TcpTransport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A whole server in the simulator, and clients that speak Ferry mode with it. What the server
 * promises is checked after every event.
 */
final class FerrySim {
  static final InetSocketAddress ADDRESS = Simulation.address(1, 12300);
  static final long PATIENCE_NS = 120 * Nanos.SECOND;
  private static final long DISK_NS = 3 * Nanos.MILLISECOND;

  /** Nothing is kept for longer than this after the last datagram. */
  private static final long EVERYTHING_FORGOTTEN_NS = 400 * Nanos.SECOND;

  /** How the server is set up, and what is wrong with it. */
  static final class Options {
    ServerLimits limits = ServerLimits.DEFAULT;
    int halfOpen = FerryModeConfig.HALF_OPEN;

    /** How many streams there may be; 0 for as many as connections over datagrams. */
    int streams;

    SharedSecret secret;
    boolean servesLab = true;
    boolean handsOut = true;
    boolean batches;

    /** What it answers, as a sum of bits. */
    long operations = TransportParameters.PUT_AND_GET;

    /** How many files may be open in a connection; 0 if the server does not say. */
    int openFiles;

    /** What the server says of its socket; 0 if it says nothing. */
    long receiveBufferBytes;

    /** Whether all clients are behind one address. */
    boolean oneAddress;

    /** The server's, if it is not to have the usual one. */
    CongestionAlgorithm congestion;

    UnaryOperator<PartialFileStore> disk = parts -> parts;
    UnaryOperator<Engine<ServerEvent>> wrapper = engine -> engine;
  }

  final Simulation simulation;
  final Host host;
  final SimPartialFileStore parts;
  final SimLabStore labStore;
  ServerEngine engine;
  List<ServerEvent> events;

  /** What the server's connections hold. */
  ByteBudget memory;

  private final Options options;
  private final SplittableRandom random;
  private final Map<String, byte[]> sources = new HashMap<>();
  private final List<SimSourceFile> handedOut = new ArrayList<>();
  private final List<FerryCommand> commands = new ArrayList<>();
  private int checkedPublications;
  private int clients;

  FerrySim(long seed) {
    this(seed, new Options());
  }

  FerrySim(long seed, Options options) {
    this.options = options;
    simulation = Simulation.seeded(seed);
    random = simulation.newRandom();
    if (options.batches) {
      simulation.batch(Transmit.MAX_DATAGRAMS);
    }
    simulation.tap(new AmplificationAudit(ADDRESS));
    host = simulation.addHost(ADDRESS);
    parts = new SimPartialFileStore(host, DISK_NS, DISK_NS);
    labStore = new SimLabStore(host, DISK_NS);
    restart();
    simulation.invariant(this::shouldKeepItsPromises);
  }

  /** The server's machine fails; what was not durable is lost. */
  void crash() {
    host.kill();
    parts.crash();
    labStore.crash(random);
    handedOut.clear();
  }

  /** The server's machine is back. */
  void restart() {
    engine = newEngine();
    events = host.run(options.wrapper.apply(engine));
  }

  /** A server like this one, with the same disk. */
  ServerEngine newEngine() {
    FerryModeConfig ferryConfig = ferryConfig();
    memory = ferryConfig.memory();
    return new ServerEngine(
        labStore,
        options.disk.apply(parts),
        options.handsOut ? sources() : null,
        ReceiverConfig.DEFAULT,
        ferryConfig,
        options.limits,
        options.servesLab);
  }

  private FerryModeConfig ferryConfig() {
    FerryModeConfig config =
        new FerryModeConfig(
                new ServerHandshakeConfig(
                    options.halfOpen,
                    FerryModeConfig.PARAMETERS
                        .withReceiveBufferBytes(options.receiveBufferBytes)
                        .withOperations(options.operations),
                    CipherSuite.AES_128_GCM),
                options.secret,
                FerryCommand.DATAGRAM_BYTES,
                FerryModeConfig.CONNECTIONS_PER_TRANSFER * options.limits.sessions(),
                PATIENCE_NS,
                random.split())
            .withFirstPacketsOnStreams(TcpTransport.FIRST_PACKETS)
            .withObservers(client -> host.observer());
    config = options.openFiles == 0 ? config : config.withOpenFiles(options.openFiles);
    config = options.streams == 0 ? config : config.withStreams(options.streams);
    return options.congestion == null ? config : config.withCongestion(options.congestion);
  }

  private SourceStore sources() {
    return name -> {
      byte[] content = sources.get(name);
      if (content == null) {
        throw new StorageException(RefusalReason.NO_SUCH_FILE, "no such file");
      }
      SimSourceFile file = new SimSourceFile(host, content, FerryCommand.MODIFIED_NS, DISK_NS);
      handedOut.add(file);
      return file;
    };
  }

  /** A client of its own that transfers many files; what is to be got is there. */
  FerryBatch batch(boolean puts) {
    return new FerryBatch(puts, simulation.addHost(newAddress()), random.split(), sources);
  }

  /** The files that the server has handed out since it was started, in this order. */
  List<SimSourceFile> handedOut() {
    return handedOut;
  }

  /** What holds after every event, however bad the network. */
  private void shouldKeepItsPromises() {
    require(
        engine.ferry().connectionCount()
            <= FerryModeConfig.CONNECTIONS_PER_TRANSFER * options.limits.sessions(),
        "too many connections");
    require(engine.ferry().halfOpenCount() <= options.halfOpen, "too many half-open handshakes");
    int ofLab = engine.lab().openCount();
    require(ofLab <= options.limits.sessions(), "too many open files in lab mode");
    require(engine.openCount() - ofLab <= options.limits.sessions(), "too many open files");
    for (FerryCommand command : commands) {
      int publications = publications(command);
      if (command.isCompleted() && publications == 0) {
        throw new AssertionError(command.name + " is complete and not published");
      }
    }
    int publications = totalPublications();
    if (publications != checkedPublications) {
      checkedPublications = publications;
      commands.forEach(this::shouldOnlyHavePublishedWhatWasSent);
    }
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new AssertionError(complaint);
    }
  }

  private int totalPublications() {
    int sum = parts.publications() + labStore.publications();
    for (FerryCommand command : commands) {
      sum += command.destination.publications();
    }
    return sum;
  }

  /** How often anything was published under the name of a command, where it is to be. */
  int publications(FerryCommand command) {
    return command.isPut()
        ? parts.publications(command.name) + labStore.publications(command.name)
        : command.destination.publications(command.name);
  }

  private void shouldOnlyHavePublishedWhatWasSent(FerryCommand command) {
    List<FerryCommand> rivals =
        commands.stream()
            .filter(c -> c.name.equals(command.name) && c.isPut() == command.isPut())
            .toList();
    List<byte[]> published = allPublished(command).toList();
    for (byte[] content : published) {
      assertThat(rivals.stream().flatMap(c -> c.contents.stream()))
          .as("published as " + command.name)
          .anyMatch(c -> Arrays.equals(c, content));
    }
    int runs = command.isPut() ? rivals.stream().mapToInt(rival -> rival.runs).sum() : command.runs;
    assertThat(published.size()).as("publications of " + command.name).isLessThanOrEqualTo(runs);
  }

  private Stream<byte[]> allPublished(FerryCommand command) {
    return command.isPut()
        ? Stream.concat(
            parts.allPublished(command.name).stream(), labStore.allPublished(command.name).stream())
        : command.destination.allPublished(command.name).stream();
  }

  /** An address that nobody has used yet. */
  InetSocketAddress newAddress() {
    clients++;
    return options.oneAddress
        ? Simulation.address(1000, 40_000 + clients)
        : Simulation.address(999 + clients, 40_000);
  }

  /** Prepares a command of a client of its own; what is to be got is there. */
  FerryCommand command(Manner manner, String name, byte[] content) {
    byte[] transfer = new byte[16];
    random.nextBytes(transfer);
    return command(manner, name, content, Bytes.copyOf(transfer));
  }

  /** Prepares another command about the same transfer as one: the user has begun it twice. */
  FerryCommand another(FerryCommand same) {
    return command(same.manner, same.name, same.content(), same.transfer);
  }

  private FerryCommand command(Manner manner, String name, byte[] content, Bytes transfer) {
    FerryCommand command =
        new FerryCommand(
            manner, name, content, transfer, simulation.addHost(newAddress()), random.split());
    if (manner == Manner.GET) {
      sources.put(name, content);
    }
    commands.add(command);
    return command;
  }

  /** The same, and runs it. */
  FerryCommand start(Manner manner, String name, byte[] content) {
    FerryCommand command = command(manner, name, content);
    command.run(simulation.nowNs());
    return command;
  }

  /** Why a transfer failed, as the server reports it; null if it did not. */
  static TransferFailure failure(ServerEvent event) {
    return event instanceof ServerEvent.Ferry ferry
            && ferry.event() instanceof TransferEvent.Failed failed
        ? failed.failure()
        : null;
  }

  void runUntilOver(FerryCommand command, long withinNs) {
    simulation.runUntil(command::isOver, withinNs);
  }

  /** The command is over, and its promises need not be looked at any more. */
  void dismiss(FerryCommand command) {
    commands.remove(command);
  }

  /** The command ended well, and what it was about was published. */
  void shouldHaveSucceeded(FerryCommand command) {
    simulation.check(
        () -> {
          assertThat(command.isCompleted()).as("completed, not: " + command.failure()).isTrue();
          assertThat(allPublished(command)).anyMatch(c -> Arrays.equals(c, command.content()));
        });
  }

  /** After a while there is nothing left of anybody. */
  void shouldForgetEverything() {
    simulation.runFor(EVERYTHING_FORGOTTEN_NS);
    simulation.check(
        () -> {
          assertThat(engine.lab().peerCount()).as("lab peers").isZero();
          assertThat(engine.openCount()).as("open files").isZero();
          assertThat(engine.ferry().connectionCount()).as("connections").isZero();
          assertThat(engine.ferry().halfOpenCount()).as("half-open handshakes").isZero();
          assertThat(memory.heldBytes()).as("bytes held").isZero();
          assertThat(engine.nextTimeout()).as("timer").isEqualTo(Nanos.NEVER);
          assertThat(parts.openParts() + labStore.openParts()).as("part files").isZero();
          assertThat(handedOut).as("files handed out").allMatch(SimSourceFile::isReleased);
          commands.forEach(FerrySim::shouldHaveEnded);
        });
  }

  private static void shouldHaveEnded(FerryCommand command) {
    assertThat(command.isOver()).as("is over").isTrue();
    if (!command.left) {
      assertThat(command.engine.nextTimeout()).as("client's timer").isEqualTo(Nanos.NEVER);
    }
    assertThat(command.destination.openParts()).as("client's part files").isZero();
  }
}
