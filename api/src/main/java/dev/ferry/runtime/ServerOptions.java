package dev.ferry.runtime;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.server.FerryModeConfig;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.server.ServerLimits;
import dev.ferry.protocol.server.ServerLoad;
import dev.ferry.protocol.server.ServerMemory;
import dev.ferry.protocol.server.ServerSample;
import dev.ferry.protocol.util.AddressPrefix;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.AccessRules;
import dev.ferry.storage.HookOptions;
import dev.ferry.storage.NameRules;
import dev.ferry.storage.StoreOptions;
import dev.ferry.transport.TcpTransport;
import dev.ferry.transport.UdpOffload;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The options of a server. Every setter changes this object. Not thread-safe. */
public final class ServerOptions {
  /** The services of a server. */
  public enum Service {
    /** The other services over TCP, too. */
    TCP,
    /** Takes files from clients. */
    PUT,
    /** Sends files to clients. */
    GET,
    /**
     * Lists of what is in directories, for peers without the secret; those with it may have them
     * anyway. Where no files are sent there are no lists.
     */
    LIST,
    /**
     * Removes files and empty directories for peers without the secret; those with it may have them
     * removed anyway, where files may be replaced. Where no files are taken none are removed.
     */
    DELETE,
    /** Lab mode, unless there is a secret, which lab clients do not have. */
    LAB,
    /** Lab mode, although there is a secret. */
    LAB_DESPITE_SECRET,
    /** Names with a component that begins with a dot, for peers without the secret. */
    HIDDEN_NAMES,
    /** Names that Windows would not take. */
    POSIX_NAMES,
    /** Symbolic links, as such; none is ever followed. */
    LINKS
  }

  /** The smallest value of {@link #bufferBytes}. */
  public static final int MIN_BUFFER_BYTES = 256;

  /** The default for the free space that stays on the disk. */
  public static final long DEFAULT_RESERVE_BYTES = 16L << 20;

  private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();

  private final Path root;
  private final InetSocketAddress address;
  private final Set<Service> services =
      EnumSet.of(Service.TCP, Service.PUT, Service.GET, Service.LAB);
  private final List<Path> ownFiles = new ArrayList<>();
  private @Nullable SharedSecret secret;
  private CipherSuite cipher = CipherSuite.AES_128_GCM;
  private Digest digest = Digest.SHA256;
  private Congestion congestion = Congestion.MODEL;
  private @Nullable LongSupplier maxRate;
  private @Nullable Sampling sampling;
  private int bufferBytes = ReceiverConfig.DEFAULT.bufferBytes();
  private long labIdleNs = ReceiverConfig.DEFAULT.labIdleNs();
  private long ferryIdleNs = ReceiverConfig.DEFAULT.ownIdleNs();
  private List<AddressPrefix> trustedProxies = List.of();
  private @Nullable ByteBudget memory;
  private @Nullable Integer sessions;
  private @Nullable Integer sessionsPerAddress;
  private @Nullable HookOptions hook;
  private StoreOptions store = new StoreOptions(true, Long.MAX_VALUE, DEFAULT_RESERVE_BYTES);
  private UnaryOperator<Engine<ServerEvent>> network = engine -> engine;
  private boolean watchesIgnored;
  private boolean offload = true;

  /**
   * The defaults: no secret; TCP, get and lab mode; existing files are replaced.
   *
   * @param root the directory of the files
   * @param address the address to listen on; port 0 stands for any free port
   */
  public ServerOptions(Path root, InetSocketAddress address) {
    this.root = root;
    this.address = address;
  }

  /** Adds a service. */
  public ServerOptions with(Service service) {
    services.add(service);
    return this;
  }

  /** Removes a service. */
  public ServerOptions without(Service service) {
    services.remove(service);
    return this;
  }

  /** The secret that clients must have, or null. */
  public ServerOptions secret(@Nullable SharedSecret newSecret) {
    secret = newSecret;
    return this;
  }

  /** A file that peers neither replace nor get, such as that of the secret. */
  public ServerOptions ownFile(Path file) {
    ownFiles.add(file);
    return this;
  }

  /** The preferred cipher suite. */
  public ServerOptions cipher(CipherSuite newCipher) {
    cipher = newCipher;
    return this;
  }

  /** What vouches for the content of a file; {@link Digest#SHA256} if not said. */
  public ServerOptions digest(Digest newDigest) {
    digest = newDigest;
    return this;
  }

  /** Congestion control of what is sent over UDP in Ferry mode. */
  public ServerOptions congestion(Congestion newCongestion) {
    congestion = newCongestion;
    return this;
  }

  /**
   * How fast files may be sent, in sum over all clients.
   *
   * @param newMaxRate bytes per second, or null for no cap; asked once a second, on another thread
   */
  public ServerOptions maxRate(@Nullable LongSupplier newMaxRate) {
    maxRate = newMaxRate;
    return this;
  }

  /**
   * The largest datagram to ask for.
   *
   * @param bytes {@value #MIN_BUFFER_BYTES} … 65507; in Ferry mode it is at least 1200
   */
  public ServerOptions bufferBytes(int bytes) {
    bufferBytes = bytes;
    return this;
  }

  /** How long lab clients and Ferry clients may be silent, in nanoseconds above 0. */
  public ServerOptions idleNs(long lab, long ferry) {
    labIdleNs = lab;
    ferryIdleNs = ferry;
    return this;
  }

  /**
   * The largest number of open files, in all and for one network, at least 1; null for as many as
   * fit into the heap, though not more than the defaults. See {@link #misfit}.
   */
  public ServerOptions sessions(@Nullable Integer inAll, @Nullable Integer perAddress) {
    sessions = inAll;
    sessionsPerAddress = perAddress;
    return this;
  }

  /** Where many clients come from: there are no limits for each of these addresses. */
  public ServerOptions trustedProxies(List<AddressPrefix> newTrustedProxies) {
    trustedProxies = List.copyOf(newTrustedProxies);
    return this;
  }

  /** The options of the store. */
  public ServerOptions store(StoreOptions newStore) {
    store = newStore;
    return this;
  }

  /**
   * A program that looks at each file that has arrived, before it is stored. With one every file is
   * checked by its SHA-256.
   */
  public ServerOptions hook(@Nullable HookOptions newHook) {
    hook = newHook;
    return this;
  }

  @Nullable HookOptions hook() {
    return hook;
  }

  /** Puts the engine behind an impaired network, for UDP. */
  public ServerOptions network(UnaryOperator<Engine<ServerEvent>> newNetwork) {
    network = newNetwork;
    return this;
  }

  /** Reports what is met with silence, too ({@link ServerEvent.Ignored}). */
  public ServerOptions watchIgnored() {
    watchesIgnored = true;
    return this;
  }

  /** Makes a system call for each datagram, also where the kernel takes many in one. */
  public ServerOptions withoutOffload() {
    offload = false;
    return this;
  }

  UdpOffload newOffload() {
    return UdpOffload.of(offload);
  }

  boolean watchesIgnored() {
    return watchesIgnored;
  }

  Path root() {
    return root;
  }

  /** The address to listen on. */
  public InetSocketAddress address() {
    return address;
  }

  boolean offers(Service service) {
    return services.contains(service);
  }

  boolean servesLists() {
    return offers(Service.GET) && (secret != null || offers(Service.LIST));
  }

  /** Peers with the secret may remove what they may replace; others only if that was said. */
  boolean removes() {
    boolean trusted = secret != null && store.overwrite();
    return offers(Service.PUT) && (trusted || offers(Service.DELETE));
  }

  boolean servesLab() {
    return offers(Service.LAB) && (secret == null || offers(Service.LAB_DESPITE_SECRET));
  }

  StoreOptions store() {
    return store.withAccess(access());
  }

  /** What peers may name. */
  AccessRules access() {
    boolean hidden = offers(Service.HIDDEN_NAMES);
    return new AccessRules(
        hidden,
        hidden || secret != null,
        ownFiles,
        offers(Service.POSIX_NAMES) ? NameRules.POSIX : NameRules.PORTABLE,
        offers(Service.LINKS),
        secret != null);
  }

  /** Whether everybody who reaches the port is served. */
  boolean servesStrangers() {
    return secret == null || servesLab();
  }

  UnaryOperator<Engine<ServerEvent>> network() {
    return network;
  }

  /** What connections hold, over all transports: always the same. */
  ByteBudget memory() {
    if (memory == null) {
      PeerNetworks networks = new PeerNetworks(new SecureRandom().nextLong(), trustedProxies);
      memory = ServerMemory.ofHeap(HEAP_BYTES).newBudget(networks);
    }
    return memory;
  }

  @Nullable LongSupplier maxRate() {
    return maxRate;
  }

  /**
   * Samples the server and its transfers of Ferry mode; by default it does not.
   *
   * @param intervalNs how often, above 0; where very many run, some of them wait for the next time
   * @param samples takes the samples of transfers, on the thread that runs the server
   * @param loads takes how full the server is, on the same thread
   */
  public ServerOptions sample(
      long intervalNs, Consumer<ServerSample> samples, Consumer<ServerLoad> loads) {
    sampling = new Sampling(intervalNs, samples, loads);
    return this;
  }

  /** How often, and by whom, the server is sampled. */
  record Sampling(long intervalNs, Consumer<ServerSample> samples, Consumer<ServerLoad> loads) {}

  @Nullable Sampling sampling() {
    return sampling;
  }

  /** The limits, as the heap allows. */
  public ServerMemory limits() {
    ServerMemory most = ServerMemory.ofHeap(HEAP_BYTES);
    int inAll = sessions == null ? most.limits().sessions() : sessions;
    int usual = (sessions == null ? most.limits() : ServerLimits.DEFAULT).sessionsPerAddress();
    return ServerMemory.ofHeap(
        HEAP_BYTES, inAll, sessionsPerAddress == null ? usual : sessionsPerAddress);
  }

  /** Why the heap does not hold what all peers together can cause; null if it does. */
  public @Nullable String misfit() {
    ServerMemory limits = limits();
    return limits.fits() ? null : limits.account();
  }

  ReceiverConfig labMode() {
    return new ReceiverConfig(
        bufferBytes,
        labIdleNs,
        ferryIdleNs,
        ReceiverConfig.DEFAULT.slowestNs(),
        ReceiverConfig.DEFAULT.rememberNs());
  }

  private TransportParameters parameters() {
    long operations =
        TransportParameters.PUT_AND_GET
            | (servesLists() ? Operation.LIST.bit() : 0)
            | (offers(Service.GET) ? Operation.VERIFY.bit() | Operation.DIGESTS.bit() : 0)
            | (removes() ? Operation.REMOVE.bit() : 0);
    return FerryModeConfig.PARAMETERS
        .withOperations(operations)
        .withChecks(hook == null ? digest.checks : Digest.SHA256.checks)
        .withKinds(offers(Service.PUT) ? kinds() : 0)
        .withUnknownSizes(offers(Service.PUT));
  }

  private long kinds() {
    return FileKind.DIRECTORY.bit()
        + FileKind.OTHER_NAME.bit()
        + (offers(Service.LINKS) ? FileKind.LINK.bit() : 0);
  }

  FerryModeConfig ferryMode() {
    ServerMemory limits = limits();
    return new FerryModeConfig(
            new ServerHandshakeConfig(limits.halfOpen(), parameters(), cipher),
            secret,
            Udp.MAX_PAYLOAD_BYTES,
            limits.connections(),
            ferryIdleNs,
            new SecureRandom())
        .withStreams(limits.streams())
        .withOpenFiles(limits.filesOfAConnection())
        .withTrusted(trustedProxies)
        .withMemory(memory())
        .withCongestion(congestion.algorithm)
        .withFirstPacketsOnStreams(TcpTransport.FIRST_PACKETS);
  }
}
