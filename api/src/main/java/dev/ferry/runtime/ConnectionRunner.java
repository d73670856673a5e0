package dev.ferry.runtime;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.storage.CodeDirectory;
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
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a transfer over one endpoint after the other: sockets, engines, and the loop that drives
 * them. Each connection has a new local port. Not thread-safe.
 */
final class ConnectionRunner {
  static final ClientEvent NO_ANSWER =
      new ClientEvent.Failed(new TransferFailure.NoAnswer(), TransferStats.NOTHING);

  static final ClientEvent STOPPED =
      new ClientEvent.Failed(new TransferFailure.Stopped(), TransferStats.NOTHING);

  /** How long to wait for a connection over TCP, if something else can be tried. */
  private static final int CONNECT_TIMEOUT_MS = 5000;

  /** The same, if nothing else is left. */
  private static final int LAST_CONNECT_TIMEOUT_MS = 20_000;

  private final ClientTransfer transfer;
  private final TransportOptions options;
  private final TransferListener listener;
  private final Observation observation;
  private final UdpOffload offload;
  private final ClientMemory memory;
  private final StopSignal signal;
  private final EventLoop loop;
  private final Continuation continuation;
  private final ServerLookup lookup;

  private @Nullable IOException lastError;
  private @Nullable ClientEngine lastEngine;
  private @Nullable InetSocketAddress lastServer;
  private @Nullable SocketChannel switchTo;
  private boolean left;
  private long doneBytes;

  /** Whether an earlier connection may have had the file stored. */
  private boolean doubtful;

  private boolean skippedStart;
  private boolean mayBeCut;

  /**
   * Begins nothing yet.
   *
   * @param continuation is told of agreement and progress
   * @param lookup knows where the server is, when it has fallen silent
   */
  ConnectionRunner(
      ClientTransfer transfer,
      TransportOptions options,
      TransferListener listener,
      Observation observation,
      UdpOffload offload,
      ClientMemory memory,
      StopSignal signal,
      EventLoop loop,
      Continuation continuation,
      ServerLookup lookup) {
    this.transfer = transfer;
    this.options = options;
    this.listener = listener;
    this.observation = observation;
    this.offload = offload;
    this.memory = memory;
    this.signal = signal;
    this.loop = loop;
    this.continuation = continuation;
    this.lookup = lookup;
  }

  /** The last error of the operating system. */
  Optional<IOException> lastError() {
    return Optional.ofNullable(lastError);
  }

  /** Says which error of the operating system is the one to be shown. */
  void lastErrorIs(Optional<IOException> error) {
    lastError = error.orElse(null);
  }

  /** The server that was tried last; null before the first. */
  @Nullable InetSocketAddress lastServer() {
    return lastServer;
  }

  /** Whether an earlier connection than the last one may have had the file stored. */
  boolean isDoubtful() {
    return doubtful;
  }

  /** Whether datagrams may have been cut on the way, because the socket did not forbid it. */
  boolean mayBeCut() {
    return mayBeCut;
  }

  /** Whether the last connection was left before its end, and for what. */
  RetryLoop.Connections.Left left() {
    return !left
        ? RetryLoop.Connections.Left.NO
        : switchTo == null
            ? RetryLoop.Connections.Left.FOR_SEARCH
            : RetryLoop.Connections.Left.FOR_STREAM;
  }

  /** How much of the file is at the receiver, as far as the last connection knew. */
  long doneBytes() {
    return doneBytes;
  }

  /** Closes what the last connection was left for, if nobody has gone on with it. */
  void close() {
    OtherWay.closeQuietly(switchTo);
  }

  /**
   * Tries a server that is remembered as a Ferry server, and then one of which nothing is known.
   */
  ClientEvent overUdp(Endpoint unknown) throws IOException {
    Endpoint endpoint = unknown.known(!memory.recordsOf(unknown.server()).isEmpty());
    ClientEvent end = overUdp(endpoint, true);
    if (skippedStart && EndpointSearch.neverAnswered(end)) {
      memory.forgetPath(endpoint.server());
      return overUdp(endpoint, false);
    }
    return end;
  }

  private ClientEvent overUdp(Endpoint unknown, boolean recalls) throws IOException {
    skippedStart = false;
    if (signal.isGivenUp()) {
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
      return overUdp(
          channel,
          recalls ? opened.remembering(memory.path(opened.server(), local)) : opened,
          local);
    }
  }

  private ClientEvent overUdp(DatagramChannel channel, Endpoint endpoint, InetAddress local)
      throws IOException {
    skippedStart = transfer.skipsStart(endpoint);
    ClientEngine engine = begin(endpoint);
    Engine<ClientEvent> driven = options.network().apply(engine);
    OtherWay otherWay =
        new OtherWay(
            endpoint.server(),
            null,
            lookup,
            options.transport() == TransportChoice.AUTO,
            OtherWay.Silence.OF_DATAGRAMS,
            loop);
    // Impairments may delay the last datagram.
    RunListener run =
        listen(
            engine,
            otherWay,
            driven != engine,
            localPort(channel),
            () -> InterfaceMtu.datagramBytes(channel));
    UdpTransport<ClientEvent> transport =
        new UdpTransport<>(channel, offload, sampled(driven, engine), run);
    SourceAddress source = new SourceAddress(endpoint.server(), channel, transport, loop);
    run.whenSilent(source::follow);
    run.whenLong(
        () -> {
          source.forbidFragments(
              nowNs -> engine.limitDatagrams(InterfaceMtu.datagramBytes(source.channel()), nowNs));
          offload.prepare(CodeDirectory::find, () -> {});
        });
    try {
      drive(transport, engine, run);
      mayBeCut = observation.host() && !DontFragment.isSet(source.channel());
    } finally {
      source.close();
    }
    lastError = transport.lastError().orElse(null);
    memory.rememberPath(endpoint.server(), local, engine, loop.nanoTime());
    return run.end();
  }

  ClientEvent overTcp(Endpoint endpoint) throws IOException {
    if (signal.isGivenUp()) {
      return STOPPED;
    }
    SocketChannel channel = SocketChannel.open();
    try {
      boolean isLast = endpoint.waitsLong() && options.transport() == TransportChoice.TCP;
      signal.connect(
          channel, endpoint.server(), isLast ? LAST_CONNECT_TIMEOUT_MS : CONNECT_TIMEOUT_MS);
    } catch (IOException e) {
      OtherWay.closeQuietly(channel);
      lastError = e;
      return signal.isGivenUp() ? STOPPED : NO_ANSWER;
    }
    lastError = null;
    return overTcp(channel, endpoint);
  }

  /** Goes on over the stream for which the last connection was left. */
  ClientEvent overStream() throws IOException {
    SocketChannel channel = switchTo;
    if (channel == null) {
      throw new IllegalStateException("there is no stream");
    }
    switchTo = null;
    InetSocketAddress server = lookup.named((InetSocketAddress) channel.getRemoteAddress());
    return overTcp(channel, Endpoint.overTcp(server, options, true));
  }

  private ClientEvent overTcp(SocketChannel channel, Endpoint endpoint) throws IOException {
    try (channel) {
      if (signal.isGivenUp()) {
        return STOPPED;
      }
      if (options.transport() == TransportChoice.AUTO) {
        listener.goesOnOverTcp();
      }
      ClientEngine engine = begin(endpoint);
      // The peer must read the close first: data that it still sends would reset the connection.
      InetAddress local = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
      OtherWay otherWay =
          new OtherWay(endpoint.server(), local, lookup, true, OtherWay.Silence.OF_STREAM, loop);
      RunListener run = listen(engine, otherWay, true, 0, null);
      mayBeCut = false;
      drive(
          TcpTransport.ofClient(channel, options.framing(), sampled(engine, engine), run),
          engine,
          run);
      return run.end();
    }
  }

  private void drive(Transport transport, ClientEngine engine, RunListener run) throws IOException {
    loop.add(transport);
    RateWatch watch =
        RateWatch.start(
            options.maxRate(), rate -> loop.execute(nowNs -> engine.setMaxRate(rate, nowNs)));
    try {
      loop.run();
    } finally {
      watch.close();
      run.leave();
      left = run.isLeft();
      switchTo = run.switchTo();
      doneBytes = run.doneBytes();
    }
    loop.remove(transport);
    if (lastServer != null) {
      memory.rememberServer(lastServer, engine, loop.nanoTime());
    }
  }

  private ClientEngine begin(Endpoint endpoint) throws IOException {
    left = false;
    lastServer = endpoint.server();
    ClientEngine before = lastEngine;
    doubtful |= before != null && before.isOutcomeDoubtful();
    ClientEngine engine = transfer.begin(endpoint, loop, loop.nanoTime());
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
        loop.nanoTime());
  }

  /**
   * Listens to a transfer.
   *
   * @param port the local one over UDP; else 0
   */
  private RunListener listen(
      ClientEngine engine,
      OtherWay otherWay,
      boolean lingers,
      int port,
      @Nullable IntSupplier datagramLimit) {
    HostProbe probe = observation.host() ? new HostProbe(port, loop.nanoTime()) : null;
    RunListener run =
        new RunListener(
            engine,
            loop,
            listener,
            probe,
            continuation,
            doneBytes,
            otherWay,
            datagramLimit,
            lingers);
    RunListener before = signal.current();
    if (before != null && before.isResumable()) {
      run.resumes();
    }
    signal.stops(run);
    return run;
  }
}
