package dev.ferry.protocol.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.transfer.Unsent;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.SimSourceFile;
import dev.ferry.testkit.sim.SimSourceStream;
import dev.ferry.testkit.sim.Simulation;
import java.util.List;

/** A client and a server that have finished their handshake, in a simulated network. */
final class ConnectionPair {
  static final String NAME = "file";
  static final Bytes TRANSFER = Bytes.copyOf(new byte[Open.TRANSFER_BYTES]);
  static final int DATAGRAM_BYTES = 1472;
  static final long PATIENCE_NS = 120 * Nanos.SECOND;
  static final long MODIFIED_NS = 1_700_000_000_123_456_789L;

  private static final long DISK_NS = 5 * Nanos.MILLISECOND;
  private static final byte[] TO_SERVER = "0123456789abcdef0123456789ABCDEF".getBytes(US_ASCII);
  private static final byte[] TO_CLIENT = "fedcba9876543210FEDCBA9876543210".getBytes(US_ASCII);

  final Simulation simulation;
  final Host client;
  final Host server;
  final SimPartialFileStore store;
  final byte[] content;
  private final long digestNs;
  SimSourceFile source;
  Connection clients;
  Connection servers;
  List<TransferEvent> clientEvents = List.of();
  List<TransferEvent> serverEvents = List.of();
  int datagramBytes = DATAGRAM_BYTES;
  boolean peersUnknownSizes;
  long idlePatienceNs = Long.MAX_VALUE;
  CongestionAlgorithm algorithm = CongestionAlgorithm.MODEL;

  /** Whether each end takes the sums of blocks. */
  boolean clientSums;

  boolean serverSums;
  final RateCap clientsCap = new RateCap();
  ConnectionObserver clientsObserver;
  ConnectionObserver serversObserver;

  ConnectionPair(Simulation simulation, byte[] content) {
    this(simulation, content, DISK_NS, DISK_NS);
  }

  /**
   * With disks of another speed.
   *
   * @param digestNs how long the sender's takes for the digest
   * @param publicationNs how long the receiver's takes for the publication
   */
  ConnectionPair(Simulation simulation, byte[] content, long digestNs, long publicationNs) {
    this.digestNs = digestNs;
    this.simulation = simulation;
    this.content = content;
    this.client = simulation.addHost(Simulation.address(1, 40_000));
    this.server = simulation.addHost(Simulation.address(2, 12_300));
    this.clientsObserver = client.observer();
    this.serversObserver = server.observer();
    this.store = new SimPartialFileStore(server, DISK_NS, publicationNs);
  }

  static FileAttributes attributes(int sizeBytes) {
    return new FileAttributes(sizeBytes, MODIFIED_NS, 0b110_100_100);
  }

  /** The server of a put, or of a get of the content. */
  void startServer() {
    PathState path = PathState.toClient(client.address(), 1200, 100, simulation.newRandom());
    servers = connection(path, TO_SERVER, TO_CLIENT, 7, Role.SERVER);
    servers.acceptWith(
        open ->
            open.operation() == Operation.PUT
                ? (context, nowNs) ->
                    FileReceiver.put(context, open, store, ByteBudget.unlimited(), nowNs)
                : (context, nowNs) ->
                    FileSender.get(
                        context, open, name -> newSource(server), ByteBudget.unlimited(), nowNs));
    serverEvents = server.run(new ConnectionEngine(servers));
  }

  /** The client of a put. */
  void startPut() {
    startPut(Unsent.NOTHING);
  }

  /**
   * The same.
   *
   * @param unsent what the server has elsewhere
   */
  void startPut(Unsent unsent) {
    startClient();
    Open open = new Open(0, Operation.PUT, false, true, TRANSFER, attributes(content.length), NAME);
    // What the source does later happens only on a host that runs.
    clientEvents = client.run(new ConnectionEngine(clients));
    clients.begin(
        (context, nowNs) -> FileSender.put(context, open, newSource(client), unsent, nowNs),
        simulation.nowNs());
    client.execute(nowNs -> {}); // The engine is polled.
  }

  /** The client of a put of content that comes bit by bit. */
  SimSourceStream startStream() {
    return startStream(true);
  }

  /**
   * The same.
   *
   * @param taken whether the server says that it takes such content
   */
  SimSourceStream startStream(boolean taken) {
    peersUnknownSizes = taken;
    startClient();
    SimSourceStream stream = new SimSourceStream(client);
    FileAttributes unknown = stream.attributes();
    Open open = new Open(0, Operation.PUT, false, false, TRANSFER, unknown, NAME);
    clientEvents = client.run(new ConnectionEngine(clients));
    clients.begin(
        (context, nowNs) -> FileSender.stream(context, open, stream, nowNs), simulation.nowNs());
    client.execute(nowNs -> {}); // The engine is polled.
    return stream;
  }

  /** The client of a get; what it receives goes to the store as well. */
  void startGet(PartialFileStore destination) {
    startGet(destination, List.of());
  }

  /**
   * The same.
   *
   * @param reused what the client has in an older file
   */
  void startGet(PartialFileStore destination, List<ByteRange> reused) {
    startClient();
    Open open = new Open(0, Operation.GET, false, true, TRANSFER, attributes(0), NAME);
    clients.begin(
        (context, nowNs) -> FileReceiver.get(context, open, destination, reused, nowNs),
        simulation.nowNs());
    clientEvents = client.run(new ConnectionEngine(clients));
  }

  private void startClient() {
    PathState path = PathState.fixed(server.address(), simulation.newRandom());
    clients = connection(path, TO_CLIENT, TO_SERVER, 9, Role.CLIENT);
  }

  private SimSourceFile newSource(Host host) {
    source = new SimSourceFile(host, content, MODIFIED_NS, digestNs);
    return source;
  }

  private Connection connection(PathState path, byte[] in, byte[] out, int peersId, Role role) {
    return new Connection(
        ConnectionConfig.overDatagrams(datagramBytes, PATIENCE_NS, algorithm)
            .withChecks(checks(clientSums), checks(serverSums))
            .withPeersOperations(TransportParameters.PUT_AND_GET | Operation.DIGESTS.bit())
            .withPeersUnknownSizes(peersUnknownSizes)
            .withIdlePatienceNs(idlePatienceNs)
            .withCap(role == Role.CLIENT ? clientsCap : new RateCap())
            .withObserver(role == Role.CLIENT ? clientsObserver : serversObserver),
        role,
        new ConnectionKeys(
            new PacketOpener(CipherSuite.AES_128_GCM, in),
            new PacketSealer(CipherSuite.AES_128_GCM, out),
            peersId),
        path,
        new PacketBuffer(),
        simulation.nowNs());
  }

  private static long checks(boolean sums) {
    return TransportParameters.BY_SHA256 | (sums ? TransportParameters.BY_BLOCK_SUMS : 0);
  }

  /** How long the client took; only once it has finished. */
  long clientsDurationNs() {
    TransferEvent last = clientEvents.get(clientEvents.size() - 1);
    return ((TransferEvent.Finished) last).stats().durationNs();
  }

  void assertFinished() {
    assertThat(clientEvents).last().isInstanceOf(TransferEvent.Finished.class);
    assertThat(serverEvents).last().isInstanceOf(TransferEvent.Finished.class);
  }

  boolean bothOver() {
    return isOver(clientEvents) && isOver(serverEvents);
  }

  static boolean isOver(List<TransferEvent> events) {
    return !events.isEmpty() && !(events.get(events.size() - 1) instanceof TransferEvent.Started);
  }
}
