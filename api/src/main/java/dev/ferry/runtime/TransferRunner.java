package dev.ferry.runtime;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.storage.CodeDirectory;
import dev.ferry.storage.KnownServers;
import dev.ferry.storage.PathCache;
import dev.ferry.storage.UserDirectory;
import dev.ferry.transport.DontFragment;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.InterfaceMtu;
import dev.ferry.transport.TcpTransport;
import dev.ferry.transport.Transport;
import dev.ferry.transport.UdpOffload;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one transfer with the first endpoint of the server that answers. Each attempt has a new
 * local port.
 */
public final class TransferRunner {
  /** How long to wait for a connection over TCP, if something else can be tried. */
  private static final int CONNECT_TIMEOUT_MS = 5000;

  /** The same, if nothing else is left. */
  private static final int LAST_CONNECT_TIMEOUT_MS = 20_000;

  private static final ClientEvent NO_ANSWER =
      new ClientEvent.Failed(new TransferFailure.NoAnswer(), TransferStats.NOTHING);

  private static final ClientEvent LOST_CONTACT =
      new ClientEvent.Failed(new TransferFailure.LostContact(), TransferStats.NOTHING);

  private static final ClientEvent STOPPED =
      new ClientEvent.Failed(new TransferFailure.Stopped(), TransferStats.NOTHING);

  private final ClientTransfer transfer;
  private final TransportOptions options;
  private final TransferListener listener;
  private final Observation observation;
  private final UdpOffload offload;
  private @Nullable IOException lastError;
  private @Nullable ClientEngine lastEngine;

  /** Whether an earlier connection may have had the file stored. */
  private boolean doubtful;

  private volatile @Nullable RunListener current;
  private volatile @Nullable SocketChannel connecting;
  private volatile boolean givenUp;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Drives all attempts, one after the other. */
  private @Nullable EventLoop loop;

  private Continuation continuation = new Continuation(0);
  private @Nullable SocketChannel switchTo;
  private @Nullable InetSocketAddress lastServer;
  private @Nullable PathCache paths;
  private @Nullable KnownServers known = UserDirectory.state().map(KnownServers::in).orElse(null);
  private boolean remembersLoopback;
  private boolean skippedStart;
  private boolean mayBeCut;

  /** Creates a runner of a transfer that nobody observes. */
  public TransferRunner(
      ClientTransfer transfer, TransportOptions options, TransferListener listener) {
    this(transfer, options, listener, Observation.NONE);
  }

  /**
   * Creates a runner; {@link #run} starts the transfer.
   *
   * @param listener is called on the thread of {@link #run}
   */
  public TransferRunner(
      ClientTransfer transfer,
      TransportOptions options,
      TransferListener listener,
      Observation observation) {
    this.observation = observation;
    this.transfer = transfer;
    this.options = options;
    this.offload = UdpOffload.of(options.offload());
    this.listener = listener;
  }

  /** Uses and adds to what this user's programs remember of paths over UDP; before {@link #run}. */
  public void rememberPaths() {
    UserDirectory.cache().ifPresent(directory -> rememberPaths(PathCache.in(directory)));
  }

  void rememberPaths(PathCache newPaths) {
    paths = newPaths;
  }

  /**
   * Uses another memory of Ferry servers than this user's.
   *
   * @param loopbackToo whether servers on this machine count, between which and here nobody is
   */
  void rememberServers(KnownServers newKnown, boolean loopbackToo) {
    known = newKnown;
    remembersLoopback = loopbackToo;
  }

  /**
   * The files that say that the last server has spoken Ferry mode before; without them it may be
   * any.
   */
  public List<Path> recordsOfServer() {
    InetSocketAddress server = lastServer;
    return server == null ? List.of() : recordsOf(server);
  }

  private List<Path> recordsOf(InetSocketAddress server) {
    return known == null || isExempt(server) ? List.of() : known.recordsOf(server);
  }

  private boolean isExempt(InetSocketAddress server) {
    return !remembersLoopback && server.getAddress().isLoopbackAddress();
  }

  /** Why the server could not be remembered as one that speaks Ferry mode; empty if it was. */
  public Optional<IOException> knowledgeTrouble() {
    return known == null ? Optional.empty() : known.trouble();
  }

  /** Why nothing could be remembered; empty if that was not tried, or worked. */
  public Optional<IOException> memoryTrouble() {
    return paths == null ? Optional.empty() : paths.trouble();
  }

  /** The last error of the operating system, shown if the server does not answer. */
  public Optional<IOException> lastError() {
    return Optional.ofNullable(lastError);
  }

  /** What the machine had to do with the speed of the transfer that has completed. */
  public HostFacts host() {
    RunListener run = current;
    return run == null ? HostFacts.UNKNOWN : run.host();
  }

  /**
   * Whether datagrams of the transfer that has completed may have been cut on the way, because the
   * socket did not forbid it at its end.
   */
  public boolean mayBeCut() {
    return mayBeCut;
  }

  /**
   * Why each datagram was a system call of its own, although that was not wanted; empty if it was
   * not, or the transfer was too short to tell.
   */
  public Optional<String> offloadTrouble() {
    return offload.trouble();
  }

  /** Whether the same transfer, begun again, would be resumed. Thread-safe. */
  public boolean isResumable() {
    RunListener run = current;
    return run != null && run.isResumable();
  }

  /**
   * Stops the transfer, and tells the server; {@link #run} returns soon afterwards. Thread-safe.
   *
   * @return whether an attempt is under way
   */
  public boolean stop() {
    stopped.countDown();
    RunListener run = current;
    if (run == null) {
      return false;
    }
    run.stop();
    return true;
  }

  /**
   * Ends {@link #run} at once, without a wait for the server. The part file is kept, as after
   * {@link #stop}. Thread-safe.
   */
  public void giveUp() {
    givenUp = true;
    stopped.countDown();
    RunListener run = current;
    if (run != null) {
      run.giveUp();
    }
    SocketChannel channel = connecting;
    if (channel != null) {
      TcpDialer.closeQuietly(channel);
    }
  }

  /**
   * Tries the transports that the user allows, at the server's addresses in turn, until one
   * answers. If the connection breaks off then, others resume the transfer ({@link Continuation}).
   *
   * @return {@link ClientEvent.Completed} or {@link ClientEvent.Failed}
   * @throws UnsendableException if the file cannot be sent
   * @throws dev.ferry.protocol.StorageException if the file cannot be stored here
   * @throws IOException if no socket can be opened
   */
  public ClientEvent run(List<InetSocketAddress> addresses) throws IOException {
    try (EventLoop opened = EventLoop.open(NanoClock.SYSTEM)) {
      loop = opened;
      continuation = new Continuation(opened.nanoTime());
      ClientEvent end = attempt(addresses);
      while (true) {
        SocketChannel switched = switchTo;
        switchTo = null;
        if (switched != null) {
          end = afterAgreement(LOST_CONTACT, overTcp(switched));
        } else if (continuation.goesOn(end, opened.nanoTime()) && pause()) {
          end = afterAgreement(end, attempt(again(addresses)));
        } else {
          return doubtful ? inDoubt(end) : end;
        }
      }
    } finally {
      TcpDialer.closeQuietly(switchTo);
    }
  }

  private static ClientEvent inDoubt(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        ? new ClientEvent.Failed(failed.failure().inDoubt(), failed.stats())
        : end;
  }

  private ClientEvent attempt(List<InetSocketAddress> addresses) throws IOException {
    return switch (options.transport()) {
      case UDP -> overUdp(addresses, true);
      case TCP -> overTcp(addresses);
      case AUTO -> overEither(addresses);
    };
  }

  /** A transfer that a server has agreed to goes on there. */
  private List<InetSocketAddress> again(List<InetSocketAddress> addresses) {
    InetSocketAddress last = lastServer;
    return continuation.isAgreed() && last != null ? List.of(last) : addresses;
  }

  /** If nobody answers any more, what ended the connection before says more. */
  private static ClientEvent afterAgreement(ClientEvent before, ClientEvent end) {
    return neverAnswered(end) ? before : end;
  }

  /** Waits before the next attempt; returns false if the transfer has been stopped. */
  private boolean pause() {
    if (continuation.isTold()) {
      listener.busy();
    }
    try {
      return !stopped.await(continuation.pauseNs(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Tries UDP for a short time, then TCP, and UDP again for the whole time if TCP does not work
   * either.
   */
  private ClientEvent overEither(List<InetSocketAddress> addresses) throws IOException {
    ClientEvent udp = overUdp(addresses, false);
    if (!neverAnswered(udp)) {
      return udp;
    }
    Optional<IOException> udpError = lastError();
    ClientEvent tcp = overTcp(addresses);
    if (!neverAnswered(tcp)) {
      return tcp;
    }
    lastError = udpError.orElse(null);
    return isNoAnswer(udp) ? overUdp(addresses, true) : udp;
  }

  /** Tries the addresses until one answers; only the last one gets the whole time. */
  private ClientEvent overUdp(List<InetSocketAddress> addresses, boolean waitsLong)
      throws IOException {
    ClientEvent end = NO_ANSWER;
    for (int i = 0; i < addresses.size() && neverAnswered(end); i++) {
      boolean last = i == addresses.size() - 1;
      end =
          overUdp(
              Endpoint.overUdp(
                  addresses.get(i), options, waitsLong && last, continuation.isAgreed()));
    }
    return end;
  }

  private ClientEvent overTcp(List<InetSocketAddress> addresses) throws IOException {
    ClientEvent end = NO_ANSWER;
    for (int i = 0; i < addresses.size() && neverAnswered(end); i++) {
      end = overTcp(Endpoint.overTcp(addresses.get(i), options, i == addresses.size() - 1));
    }
    return end;
  }

  /**
   * Tries a server that is remembered as a Ferry server, and then one of which nothing is known.
   */
  private ClientEvent overUdp(Endpoint unknown) throws IOException {
    Endpoint endpoint = unknown.known(!recordsOf(unknown.server()).isEmpty());
    ClientEvent end = overUdp(endpoint, paths);
    if (skippedStart && paths != null && neverAnswered(end)) {
      paths.forget(endpoint.server());
      return overUdp(endpoint, null);
    }
    return end;
  }

  private ClientEvent overUdp(Endpoint unknown, @Nullable PathCache recalled) throws IOException {
    skippedStart = false;
    if (givenUp) {
      return STOPPED;
    }
    DatagramChannel channel;
    try {
      channel = SourceAddress.connect(unknown.server());
    } catch (SocketException e) {
      // No route, or a link-local address without a scope: the same as no answer.
      lastError = e;
      return NO_ANSWER;
    }
    try (channel) {
      InetAddress local = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
      Endpoint opened = unknown.receivingInto(channel.getOption(StandardSocketOptions.SO_RCVBUF));
      Endpoint endpoint =
          recalled == null ? opened : opened.remembering(recalled.find(opened.server(), local));
      skippedStart = transfer.skipsStart(endpoint);
      ClientEngine engine = begin(endpoint);
      Engine<ClientEvent> driven = options.network().apply(engine);
      TcpDialer dialer =
          options.transport() == TransportChoice.AUTO
              ? new TcpDialer(endpoint.server(), loop())
              : null;
      // Impairments may delay the last datagram.
      RunListener run =
          listen(
              engine,
              dialer,
              driven != engine,
              localPort(channel),
              () -> InterfaceMtu.datagramBytes(channel));
      UdpTransport<ClientEvent> transport =
          new UdpTransport<>(channel, offload, sampled(driven, engine), run);
      SourceAddress source = new SourceAddress(endpoint.server(), channel, transport, loop());
      run.whenSilent(source::follow);
      run.whenLong(
          () -> {
            source.forbidFragments(
                nowNs ->
                    engine.limitDatagrams(InterfaceMtu.datagramBytes(source.channel()), nowNs));
            offload.prepare(CodeDirectory::find, () -> {});
          });
      try {
        drive(transport, engine, run);
        mayBeCut = observation.host() && !DontFragment.isSet(source.channel());
      } finally {
        source.close();
      }
      lastError = transport.lastError().orElse(null);
      remember(unknown.server(), local, engine);
      return run.end();
    }
  }

  private void remember(InetSocketAddress server, InetAddress local, ClientEngine engine) {
    PathMemory learned = paths == null ? null : engine.learned(loop().nanoTime());
    if (paths != null && learned != null) {
      paths.remember(server, local, learned);
    }
  }

  private ClientEvent overTcp(Endpoint endpoint) throws IOException {
    if (givenUp) {
      return STOPPED;
    }
    SocketChannel channel = SocketChannel.open();
    try {
      connect(channel, endpoint);
    } catch (IOException e) {
      TcpDialer.closeQuietly(channel);
      lastError = e;
      return givenUp ? STOPPED : NO_ANSWER;
    }
    lastError = null;
    return overTcp(channel, endpoint);
  }

  /** Goes on over a connection that was made because UDP does not get through any more. */
  private ClientEvent overTcp(SocketChannel channel) throws IOException {
    InetSocketAddress server = (InetSocketAddress) channel.getRemoteAddress();
    return overTcp(channel, Endpoint.overTcp(server, options, true));
  }

  private ClientEvent overTcp(SocketChannel channel, Endpoint endpoint) throws IOException {
    try (channel) {
      if (givenUp) {
        return STOPPED;
      }
      if (options.transport() == TransportChoice.AUTO) {
        listener.goesOnOverTcp();
      }
      ClientEngine engine = begin(endpoint);
      // The peer must read the close first: data that it still sends would reset the connection.
      RunListener run = listen(engine, null, true, 0, null);
      mayBeCut = false;
      drive(
          TcpTransport.ofClient(channel, options.framing(), sampled(engine, engine), run),
          engine,
          run);
      return run.end();
    }
  }

  private void drive(Transport transport, ClientEngine engine, RunListener run) throws IOException {
    EventLoop driven = loop();
    driven.add(transport);
    RateWatch watch =
        RateWatch.start(
            options.maxRate(), rate -> driven.execute(nowNs -> engine.setMaxRate(rate, nowNs)));
    try {
      driven.run();
    } finally {
      watch.close();
      run.leave();
      switchTo = run.switchTo();
    }
    driven.remove(transport);
    rememberServer(engine);
  }

  /** Once the handshake is complete, it has spoken Ferry mode, whatever becomes of the file. */
  private void rememberServer(ClientEngine engine) {
    InetSocketAddress server = lastServer;
    if (known != null
        && server != null
        && !isExempt(server)
        && engine.connection(loop().nanoTime()) != null) {
      known.remember(server);
    }
  }

  private EventLoop loop() {
    EventLoop opened = loop;
    if (opened == null) {
      throw new IllegalStateException("not running");
    }
    return opened;
  }

  /** Connects; fails as soon as {@link #giveUp} closes the channel. */
  private void connect(SocketChannel channel, Endpoint endpoint) throws IOException {
    connecting = channel;
    try {
      if (givenUp) {
        throw new ClosedChannelException();
      }
      boolean isLast = endpoint.waitsLong() && options.transport() == TransportChoice.TCP;
      channel
          .socket()
          .connect(endpoint.server(), isLast ? LAST_CONNECT_TIMEOUT_MS : CONNECT_TIMEOUT_MS);
    } finally {
      connecting = null;
    }
  }

  private ClientEngine begin(Endpoint endpoint) throws IOException {
    lastServer = endpoint.server();
    ClientEngine before = lastEngine;
    doubtful |= before != null && before.isOutcomeDoubtful();
    ClientEngine engine = transfer.begin(endpoint, loop(), loop().nanoTime());
    lastEngine = engine;
    return engine;
  }

  private static int localPort(DatagramChannel channel) throws IOException {
    return channel.getLocalAddress() instanceof InetSocketAddress local ? local.getPort() : 0;
  }

  /** What is driven, looked at if somebody wants to know. */
  private Engine<ClientEvent> sampled(Engine<ClientEvent> driven, ClientEngine engine) {
    if (observation.intervalNs() == Nanos.NEVER) {
      return driven;
    }
    return new SampledEngine<>(
        driven,
        observation.intervalNs(),
        nowNs -> observation.samples().accept(ClientSample.of(engine, nowNs)),
        event -> event.kind() != ClientEvent.Kind.CONNECTED,
        loop().nanoTime());
  }

  /**
   * Listens to a transfer.
   *
   * @param port the local one over UDP; else 0
   */
  private RunListener listen(
      ClientEngine engine,
      @Nullable TcpDialer dialer,
      boolean lingers,
      int port,
      @Nullable IntSupplier datagramLimit) {
    HostProbe probe = observation.host() ? new HostProbe(port, loop().nanoTime()) : null;
    RunListener run =
        new RunListener(
            engine, loop(), listener, probe, continuation, dialer, datagramLimit, lingers);
    RunListener before = current;
    current = run;
    if (before != null && before.isResumable()) {
      run.resumes();
    }
    if (isStopped()) {
      run.stop();
    }
    if (givenUp) {
      run.giveUp();
    }
    return run;
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private static boolean isNoAnswer(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        && failed.failure() instanceof TransferFailure.NoAnswer;
  }

  /** Whether another address or another transport may be tried. */
  private static boolean neverAnswered(ClientEvent end) {
    return end instanceof ClientEvent.Failed failed
        && (failed.failure() instanceof TransferFailure.NoAnswer
            || failed.failure() instanceof TransferFailure.TurnedAway
            || (failed.failure() instanceof TransferFailure.NothingListens nothing
                && !nothing.answeredBefore()));
  }
}
