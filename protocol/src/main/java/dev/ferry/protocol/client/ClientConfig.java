package dev.ferry.protocol.client;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.FirstPackets;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.connection.ConnectionConfig;
import dev.ferry.protocol.connection.ConnectionObserver;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.ClientHandshake;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.TransportParameters;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a client goes about it. Immutable. */
public final class ClientConfig {
  /** How long to wait for the first answer, unless said otherwise. */
  public static final long START_PATIENCE_NS = 20 * Nanos.SECOND;

  /** How long to go on without progress. */
  public static final long PATIENCE_NS = 120 * Nanos.SECOND;

  /**
   * After so long without a word from the server after the handshake there is another one: the
   * server forgets one that it believes half open (protocol.md, section 8.2), and everything when
   * it is restarted.
   */
  private static final long UNHEARD_NS = 5 * Nanos.SECOND;

  /** The same on a slow path, at most: the handshake may have taken long because of losses. */
  private static final long MAX_UNHEARD_NS = 20 * Nanos.SECOND;

  /** How long a server of which only memory says what it speaks may take to answer, at least. */
  private static final long LEAST_MEMORY_PATIENCE_NS = 300 * Nanos.MILLISECOND;

  /**
   * The same on a slow path: a hello that is repeated after two round trips is answered by then.
   */
  private static final int MEMORY_PATIENCE_ROUND_TRIPS = 4;

  /** A hello is not repeated sooner, however short the path: the server has to compute. */
  private static final long LEAST_HELLO_REPEAT_NS = 20 * Nanos.MILLISECOND;

  /**
   * How many files are open at a time at the most: fewer than a server opens at once for one
   * network, so that none has to wait for its turn, and than a process may have.
   */
  private static final int MAX_OPEN_FILES = 480;

  private final InetSocketAddress server;
  private final int datagramBytes;
  private @Nullable SharedSecret secret;
  private Set<CipherSuite> suites = EnumSet.allOf(CipherSuite.class);
  private TransportParameters parameters =
      TransportParameters.DEFAULT
          .withLargestDatagramBytes(Udp.MAX_PAYLOAD_BYTES)
          .withKinds(FileKind.ALL - FileKind.FILE.bit());
  private long startPatienceNs = START_PATIENCE_NS;
  private @Nullable FirstPackets onStream;
  private CongestionAlgorithm congestion = CongestionAlgorithm.MODEL;
  private ConnectionObserver observer = ConnectionObserver.NONE;
  private @Nullable PathMemory memory;
  private boolean fetches;
  private boolean many;

  private ClientConfig(InetSocketAddress server, int datagramBytes) {
    this.server = server;
    this.datagramBytes = datagramBytes;
  }

  /**
   * Without a secret, with every cipher suite and the usual patience.
   *
   * @param datagramBytes the largest datagram to send, 1200 … 65507
   */
  public static ClientConfig of(InetSocketAddress server, int datagramBytes) {
    return new ClientConfig(server, datagramBytes);
  }

  /** Another one with the same values, to be changed before it is handed out. */
  private ClientConfig copy() {
    ClientConfig copy = new ClientConfig(server, datagramBytes);
    copy.secret = secret;
    copy.suites = suites;
    copy.parameters = parameters;
    copy.startPatienceNs = startPatienceNs;
    copy.onStream = onStream;
    copy.congestion = congestion;
    copy.observer = observer;
    copy.memory = memory;
    copy.fetches = fetches;
    copy.many = many;
    return copy;
  }

  /**
   * The same with a secret.
   *
   * @param newSecret what the server has too, or null
   */
  public ClientConfig withSecret(@Nullable SharedSecret newSecret) {
    ClientConfig changed = copy();
    changed.secret = newSecret;
    return changed;
  }

  /** The same with other cipher suites, at least one. */
  public ClientConfig withSuites(Set<CipherSuite> newSuites) {
    ClientConfig changed = copy();
    changed.suites = Set.copyOf(newSuites);
    return changed;
  }

  /** The same with other values for what the client says of itself in the handshake. */
  public ClientConfig withParameters(TransportParameters newParameters) {
    ClientConfig changed = copy();
    changed.parameters = newParameters;
    return changed;
  }

  /** The same over a socket that holds so many bytes until the client reads them. */
  public ClientConfig withReceiveBuffer(int bytes) {
    return withParameters(parameters.withReceiveBufferBytes(bytes));
  }

  /** The same with what the client can check a file by, as {@link TransportParameters#checks}. */
  public ClientConfig withChecks(long checks) {
    return withParameters(parameters.withChecks(checks));
  }

  /** The same with another patience with the first answer. */
  public ClientConfig withStartPatienceNs(long newStartPatienceNs) {
    ClientConfig changed = copy();
    changed.startPatienceNs = newStartPatienceNs;
    return changed;
  }

  /**
   * The same over a stream, such as a TCP connection, that carries the datagrams.
   *
   * @param firstPackets how long they may be at first
   */
  public ClientConfig overStream(FirstPackets firstPackets) {
    ClientConfig changed = copy();
    changed.onStream = firstPackets;
    return changed;
  }

  /** The same with other congestion control of what it sends over datagrams. */
  public ClientConfig withCongestion(CongestionAlgorithm newCongestion) {
    ClientConfig changed = copy();
    changed.congestion = newCongestion;
    return changed;
  }

  /**
   * The same for a file that the server sends, which is asked for the rate and for congestion
   * control.
   *
   * @param asked congestion control of what it sends over datagrams; null to leave it to the server
   */
  public ClientConfig fetching(@Nullable CongestionAlgorithm asked) {
    ClientConfig changed =
        withParameters(parameters.withCongestionControl(asked == null ? 0 : asked.code()));
    changed.fetches = true;
    return changed;
  }

  /** The same with somebody who is told what happens on the connection. */
  public ClientConfig withObserver(ConnectionObserver newObserver) {
    ClientConfig changed = copy();
    changed.observer = newObserver;
    return changed;
  }

  /**
   * The same with what an earlier transfer found on the path over datagrams.
   *
   * @param newMemory null if nothing is remembered
   */
  public ClientConfig withMemory(@Nullable PathMemory newMemory) {
    ClientConfig changed = copy();
    changed.memory = newMemory;
    return changed;
  }

  /** The same for many files in a connection, if the server takes them. */
  ClientConfig ofManyFiles() {
    ClientConfig changed = withParameters(parameters.withOpenFiles(MAX_OPEN_FILES));
    changed.many = true;
    return changed;
  }

  /** Whether it is the server that sends the file. */
  boolean fetches() {
    return fetches;
  }

  /**
   * The same with little patience with the first answer: only memory says that the server speaks
   * Ferry mode.
   */
  public ClientConfig trustingMemory() {
    long slowNs = memory == null ? 0 : MEMORY_PATIENCE_ROUND_TRIPS * memory.rttNs();
    return withStartPatienceNs(Math.max(LEAST_MEMORY_PATIENCE_NS, slowNs));
  }

  @Nullable PathMemory memory() {
    return memory;
  }

  /** After how long the hello is repeated for the first time. */
  long firstHelloRepeatNs() {
    return memory == null
        ? ClientHandshake.FIRST_REPEAT_NS
        : Math.max(LEAST_HELLO_REPEAT_NS, 2 * memory.rttNs());
  }

  /**
   * The connection that follows the handshake.
   *
   * @param bytes the largest datagram that both ends allow
   * @param servers what the server says of itself
   */
  ConnectionConfig connection(int bytes, TransportParameters servers) {
    ConnectionConfig connection =
        onStream == null
            ? ConnectionConfig.overDatagrams(bytes, PATIENCE_NS, congestion)
            : ConnectionConfig.overStream(bytes, PATIENCE_NS, onStream);
    return connection
        .withEarlyPackets(servers.earlyPackets())
        .withPeersOperations(servers.operations())
        .withPeersKinds(servers.kinds())
        .withChecks(parameters.checks(), servers.checks())
        .withPeersUnknownSizes(servers.unknownSizes())
        .withPeersBuffer(servers.receiveBufferBytes())
        .withObserver(observer)
        .withMemory(memory)
        .withFiles(
            many ? Math.max(1, Math.min(servers.openFiles(), MAX_OPEN_FILES)) : 1,
            ByteBudget.unlimited());
  }

  /**
   * When to shake hands again, if nothing has been heard since a handshake at {@code nowNs}.
   *
   * @param firstWordNs how long the first word may take, as far as the handshake tells
   */
  long unheardUntilNs(long firstWordNs, long nowNs) {
    // What is late on a stream comes all the same, and after whatever is sent in its place.
    return onStream == null
        ? Nanos.after(nowNs, Math.max(UNHEARD_NS, Math.min(firstWordNs, MAX_UNHEARD_NS)))
        : Nanos.NEVER;
  }

  /** Whether a stream carries the datagrams. */
  boolean isOverStream() {
    return onStream != null;
  }

  InetSocketAddress server() {
    return server;
  }

  int datagramBytes() {
    return datagramBytes;
  }

  @Nullable SharedSecret secret() {
    return secret;
  }

  Set<CipherSuite> suites() {
    return suites;
  }

  TransportParameters parameters() {
    return parameters;
  }

  /** Whether there is nothing else to be tried if the server does not answer. */
  boolean isLastWay() {
    return startPatienceNs >= START_PATIENCE_NS;
  }

  /**
   * How long to wait for the answer to the hello.
   *
   * @param leastNs how long at least, because the server was slow before
   */
  long patienceAfter(long leastNs) {
    return Math.max(startPatienceNs, Math.min(leastNs, PATIENCE_NS));
  }
}
