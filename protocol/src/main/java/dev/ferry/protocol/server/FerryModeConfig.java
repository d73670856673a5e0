package dev.ferry.protocol.server;

import dev.ferry.protocol.FirstPackets;
import dev.ferry.protocol.connection.ConnectionConfig;
import dev.ferry.protocol.connection.ConnectionObserver;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import dev.ferry.protocol.handshake.ServerHandshakes;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.AddressPrefix;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.util.RateLimiter;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.TransportParameters;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The configuration of a server's Ferry mode. */
public final class FerryModeConfig {
  /**
   * The largest number of half-open handshakes; above a quarter of it clients are asked for a
   * token.
   */
  public static final int HALF_OPEN = 1024;

  /**
   * How many connections there may be for each open file: a connection outlives its transfer, as
   * the client may not know the outcome yet.
   */
  public static final int CONNECTIONS_PER_TRANSFER = 2;

  /** What a server says of itself in the handshake, unless told otherwise. */
  public static final TransportParameters PARAMETERS =
      TransportParameters.DEFAULT
          .withLargestDatagramBytes(Udp.MAX_PAYLOAD_BYTES)
          .withEarlyPackets(TransportParameters.MAX_EARLY_PACKETS);

  /** What all connections together may hold of what comes early, with gaps or in pieces. */
  static final long MEMORY_BYTES = 8L << 20;

  /**
   * For how long a client that has shown no secret may keep a file open without sending, or taking,
   * anything, because its source or its reader waits.
   */
  static final long STRANGERS_IDLE_NS = 600 * Nanos.SECOND;

  private final ServerHandshakeConfig handshakes;
  private final @Nullable SharedSecret secret;
  private final int datagramBytes;
  private final int connections;
  private final long progressTimeoutNs;
  private final RandomGenerator random;
  private int streams;
  private @Nullable ToIntFunction<InetSocketAddress> datagramLimits;
  private FirstPackets onStreams = FirstPackets.LIKE_ALL;
  private List<AddressPrefix> trusted = List.of();
  private RateLimiter helloRate;
  private ByteBudget memory;
  private CongestionAlgorithm congestion;
  private Function<InetSocketAddress, ConnectionObserver> observers;

  /**
   * Creates a configuration.
   *
   * @param secret the secret that clients must have too, or null
   * @param datagramBytes the largest datagram to send, 1200 … 65507
   * @param connections the largest number of connections, including finished ones that drain
   * @param progressTimeoutNs how long a transfer may go without progress
   * @param random a source fit for keys
   */
  public FerryModeConfig(
      ServerHandshakeConfig handshakes,
      @Nullable SharedSecret secret,
      int datagramBytes,
      int connections,
      long progressTimeoutNs,
      RandomGenerator random) {
    this.handshakes = handshakes;
    this.secret = secret;
    this.datagramBytes = datagramBytes;
    this.connections = connections;
    this.streams = connections;
    this.progressTimeoutNs = progressTimeoutNs;
    this.random = random;
    this.helloRate = ServerHandshakes.helloRate(networks());
    this.memory = new ByteBudget(MEMORY_BYTES, MEMORY_BYTES / 4, 0);
    this.congestion = CongestionAlgorithm.MODEL;
    this.observers = client -> ConnectionObserver.NONE;
  }

  /** A copy with other handshakes; nothing random is drawn anew. */
  private FerryModeConfig(FerryModeConfig from, ServerHandshakeConfig handshakes) {
    this.handshakes = handshakes;
    this.secret = from.secret;
    this.datagramBytes = from.datagramBytes;
    this.connections = from.connections;
    this.streams = from.streams;
    this.progressTimeoutNs = from.progressTimeoutNs;
    this.random = from.random;
    this.datagramLimits = from.datagramLimits;
    this.onStreams = from.onStreams;
    this.trusted = from.trusted;
    this.helloRate = from.helloRate;
    this.memory = from.memory;
    this.congestion = from.congestion;
    this.observers = from.observers;
  }

  /**
   * This configuration for one stream, whose buffers are nobody's business.
   *
   * @param halfOpen the largest number of half-open handshakes, at least 1
   */
  FerryModeConfig ofStream(int halfOpen) {
    return new FerryModeConfig(
        this,
        new ServerHandshakeConfig(
            halfOpen, handshakes.parameters().withReceiveBufferBytes(0), handshakes.preferred()));
  }

  /**
   * This configuration with another number of files that may be open at a time in a connection.
   *
   * @param files 1 … 65535
   */
  public FerryModeConfig withOpenFiles(int files) {
    return new FerryModeConfig(
        this,
        new ServerHandshakeConfig(
            handshakes.capacity(),
            handshakes.parameters().withOpenFiles(files),
            handshakes.preferred()));
  }

  /**
   * How many files may be open at a time in the connection of a client that says this of itself.
   */
  int filesOf(TransportParameters clients) {
    return clients.openFiles() == 0 ? 1 : Math.max(1, handshakes.parameters().openFiles());
  }

  /** This configuration over a socket that holds so many bytes until the server reads them. */
  public FerryModeConfig withReceiveBuffer(int bytes) {
    return new FerryModeConfig(
        this,
        new ServerHandshakeConfig(
            handshakes.capacity(),
            handshakes.parameters().withReceiveBufferBytes(bytes),
            handshakes.preferred()));
  }

  /** This configuration with another limit on connections over streams than over datagrams. */
  public FerryModeConfig withStreams(int newStreams) {
    FerryModeConfig changed = new FerryModeConfig(this, handshakes);
    changed.streams = newStreams;
    return changed;
  }

  /** This configuration with a limit on the first packets over streams. */
  public FerryModeConfig withFirstPacketsOnStreams(FirstPackets firstPackets) {
    FerryModeConfig changed = new FerryModeConfig(this, handshakes);
    changed.onStreams = firstPackets;
    return changed;
  }

  /**
   * This configuration with peers that are not limited for each of their networks, only in sum.
   *
   * @param newTrusted where many clients come from: proxies, balancers
   */
  public FerryModeConfig withTrusted(List<AddressPrefix> newTrusted) {
    FerryModeConfig changed = new FerryModeConfig(this, handshakes);
    changed.trusted = List.copyOf(newTrusted);
    changed.helloRate = ServerHandshakes.helloRate(changed.networks());
    return changed;
  }

  List<AddressPrefix> trusted() {
    return trusted;
  }

  /** The networks of peers, for one more table. */
  PeerNetworks networks() {
    return new PeerNetworks(random.nextLong(), trusted);
  }

  /** This configuration with another budget for what connections hold. */
  public FerryModeConfig withMemory(ByteBudget newMemory) {
    FerryModeConfig changed = new FerryModeConfig(this, handshakes);
    changed.memory = newMemory;
    return changed;
  }

  /**
   * This configuration with other congestion control of what is sent over datagrams to clients that
   * do not ask for one.
   */
  public FerryModeConfig withCongestion(CongestionAlgorithm newCongestion) {
    FerryModeConfig changed = new FerryModeConfig(this, handshakes);
    changed.congestion = newCongestion;
    return changed;
  }

  /**
   * This configuration with what the host sends in one piece; without it, Ethernet's datagrams are
   * the longest that are sent.
   *
   * @param newLimits the longest datagram to a client, in bytes
   */
  public FerryModeConfig withDatagramLimits(ToIntFunction<InetSocketAddress> newLimits) {
    FerryModeConfig changed = new FerryModeConfig(this, handshakes);
    changed.datagramLimits = newLimits;
    return changed;
  }

  /**
   * This configuration with an observer for each connection.
   *
   * @param newObservers makes the observer for the address of the client in the handshake
   */
  public FerryModeConfig withObservers(
      Function<InetSocketAddress, ConnectionObserver> newObservers) {
    FerryModeConfig changed = new FerryModeConfig(this, handshakes);
    changed.observers = newObservers;
    return changed;
  }

  ServerHandshakeConfig handshakes() {
    return handshakes;
  }

  @Nullable SharedSecret secret() {
    return secret;
  }

  /**
   * The configuration of a connection over datagrams, which are no longer than the path to the
   * client may carry, and than the client accepts.
   */
  ConnectionConfig connectionTo(InetSocketAddress client, TransportParameters clients) {
    int bytes =
        Math.max(
            HandshakeCodec.MIN_DATAGRAM_BYTES,
            Udp.payloadBytesTo(client.getAddress(), datagramBytes));
    ConnectionConfig carried =
        ConnectionConfig.overDatagrams(
            Math.min(bytes, clients.largestDatagramBytes()),
            progressTimeoutNs,
            congestion.onRequest(CongestionAlgorithm.ofCode(clients.congestionControl())));
    return to(client, clients, carried.withPeersBuffer(clients.receiveBufferBytes()));
  }

  /** The configuration of a connection over a stream. */
  ConnectionConfig streamTo(InetSocketAddress client, TransportParameters clients) {
    int bytes = Math.min(HandshakeCodec.STREAM_PACKET_BYTES, clients.largestDatagramBytes());
    return to(client, clients, ConnectionConfig.overStream(bytes, progressTimeoutNs, onStreams));
  }

  /** What holds for a client whatever carries its packets. */
  private ConnectionConfig to(
      InetSocketAddress client, TransportParameters clients, ConnectionConfig carried) {
    return carried
        .withPeersKinds(clients.kinds())
        .withChecks(handshakes.parameters().checks(), clients.checks())
        .withIdlePatienceNs(idlePatienceNs())
        .withObserver(observers.apply(client));
  }

  private long idlePatienceNs() {
    return secret == null ? STRANGERS_IDLE_NS : Long.MAX_VALUE;
  }

  RateLimiter helloRate() {
    return helloRate;
  }

  ByteBudget memory() {
    return memory;
  }

  /** What the host sends to a client in one piece; null if unknown. */
  @Nullable ToIntFunction<InetSocketAddress> datagramLimits() {
    return datagramLimits;
  }

  int connections() {
    return connections;
  }

  int streams() {
    return streams;
  }

  RandomGenerator random() {
    return random;
  }
}
