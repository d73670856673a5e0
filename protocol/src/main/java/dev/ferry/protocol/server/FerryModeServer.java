package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.Connection;
import dev.ferry.protocol.connection.ConnectionKeys;
import dev.ferry.protocol.connection.PacketBuffer;
import dev.ferry.protocol.connection.PathState;
import dev.ferry.protocol.connection.Role;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.handshake.ConnectionSecrets;
import dev.ferry.protocol.handshake.HalfOpen;
import dev.ferry.protocol.handshake.HelloRefusal;
import dev.ferry.protocol.handshake.ServerHandshakes;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.ToServer;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The server's Ferry mode: handshakes, and the connections that they lead to. The id in a packet
 * determines its connection.
 */
final class FerryModeServer implements Engine<ServerEvent> {
  /** The transport of the packets. */
  enum TransportKind {
    DATAGRAMS,
    STREAM
  }

  /**
   * The largest number of handshake answers that wait to be sent. Further hellos get none until
   * there is room, and clients repeat them.
   */
  private static final int MAX_ANSWERS = 64;

  private record Answer(ByteBuffer datagram, InetSocketAddress to) {}

  private final FerryModeConfig config;
  private final TransferRegistry transfers;
  private final TransportKind transport;
  private final ServerHandshakes handshakes;
  private final Function<InetSocketAddress, LabOffer> labOffers;
  private final PacketBuffer packetBuffer;
  private final RateCap cap;

  private Refusals refusals = (refusal, from, nowNs) -> {};

  private final Map<Integer, ServerConnection> connections = new LinkedHashMap<>();
  private final TimerQueue<ServerConnection> timers = new TimerQueue<>();
  private final Queue<ServerConnection> changed = new ArrayDeque<>();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final Queue<ServerEvent> events = new ArrayDeque<>();
  private boolean stopping;

  /**
   * Creates a server without connections.
   *
   * @param cap of what all of it sends
   * @param labOffers the lab messages from which a client at an address may continue
   */
  FerryModeServer(
      FerryModeConfig config,
      TransportKind transport,
      TransferRegistry transfers,
      PacketBuffer packetBuffer,
      RateCap cap,
      Function<InetSocketAddress, LabOffer> labOffers) {
    this.config = config;
    this.transport = transport;
    this.transfers = transfers;
    this.packetBuffer = packetBuffer;
    this.cap = cap;
    this.labOffers = labOffers;
    this.handshakes =
        new ServerHandshakes(
            config.handshakes(),
            config.secret(),
            connections::containsKey,
            transfers::nextHandshake,
            config.helloRate(),
            config.random());
  }

  /** Is told of hellos that are met with silence. */
  interface Refusals {
    void hello(HelloRefusal refusal, InetSocketAddress from, long nowNs);
  }

  void onRefusal(Refusals listener) {
    refusals = listener;
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    transfers.at(nowNs);
    if (HandshakeCodec.isHandshake(datagram.get(datagram.position()))) {
      onHello(datagram, from, nowNs);
    } else if (PacketHeader.isWellFormed(datagram)) {
      onProtected(datagram, from, nowNs);
    }
  }

  private void onHello(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    if (stopping || isTakenStream()) {
      return;
    }
    ToServer hello = HandshakeCodec.decodeFromClient(datagram.duplicate());
    if (hello == null) {
      refusals.hello(HelloRefusal.MALFORMED, from, nowNs);
    }
    handshakes.onRefusal(refusal -> refusals.hello(refusal, from, nowNs));
    if (hello == null || answers.size() >= MAX_ANSWERS) {
      return;
    }
    int bytes = datagram.remaining();
    ByteBuffer answer = ByteBuffer.allocate(Hello.MIN_BYTES);
    if (handshakes.handle(hello, bytes, from, labOffers.apply(from), nowNs, answer)) {
      answers.add(new Answer(answer.flip(), from));
    }
  }

  private void onProtected(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    int id = PacketHeader.receiverId(datagram);
    ServerConnection entry = connections.get(id);
    if (entry == null) {
      entry = promote(id, datagram, from, nowNs);
    } else if (!entry.connection.handle(datagram, from, nowNs)) {
      return;
    }
    if (entry != null) {
      markChanged(entry);
    }
  }

  /** Whether all that is to come is of one connection (protocol.md, section 15.2). */
  private boolean isTakenStream() {
    return transport == TransportKind.STREAM && !connections.isEmpty();
  }

  /** Makes a connection of a half-open handshake, if the packet is authentic. */
  private @Nullable ServerConnection promote(
      int id, ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    rescheduleChanged(); // Ended connections make room.
    HalfOpen half = stopping ? null : handshakes.find(id);
    if (half == null || (isFull() && dispensable().isEmpty())) {
      return null;
    }
    ByteBudget.Share inFlight = config.memory().share(half.address().getAddress());
    ByteBudget.Share files = config.memory().share(half.address().getAddress());
    Connection connection = connection(half, inFlight, files, nowNs);
    ServerConnection entry =
        new ServerConnection(id, half.number(), connection, inFlight, files, this::markChanged);
    connection.acceptWith(
        open -> {
          entry.open = open;
          return transfers.accept(entry, open);
        });
    connection.onForgotten(file -> transfers.forget(entry, file));
    if (!connection.handle(datagram, from, nowNs)) {
      return null;
    }
    if (isFull()) {
      dispensable().ifPresent(this::forget);
    }
    handshakes.promote(half);
    connections.put(id, entry);
    if (isTakenStream()) {
      handshakes.clear();
    }
    return entry;
  }

  private boolean isFull() {
    return connections.size() >= config.connections();
  }

  /** The oldest connection that only waits for the last packets of its client. */
  private Optional<ServerConnection> dispensable() {
    return connections.values().stream()
        .filter(entry -> entry.connection.isDispensable())
        .findFirst();
  }

  private Connection connection(
      HalfOpen half, ByteBudget.Share inFlight, ByteBudget.Share filesMemory, long nowNs) {
    ConnectionSecrets secrets = half.secrets();
    int files = config.filesOf(secrets.peers());
    ConnectionKeys keys = new ConnectionKeys(secrets.opener(), secrets.sealer(), secrets.peersId());
    InetSocketAddress client = half.address();
    return switch (transport) {
      case DATAGRAMS -> {
        PathState path =
            PathState.toClient(client, half.bytesReceived(), half.bytesSent(), config.random())
                .assumeRttAtMost(half.longestRoundTripNs(nowNs))
                .assumeRtt(half.roundTripNs(nowNs));
        Connection connection =
            new Connection(
                config
                    .connectionTo(client, secrets.peers())
                    .withCap(cap)
                    .withBudget(inFlight)
                    .withFiles(files, filesMemory),
                Role.SERVER,
                keys,
                path,
                packetBuffer,
                nowNs);
        if (config.datagramLimits() != null) {
          connection.limitDatagrams(config.datagramLimits().applyAsInt(client), nowNs);
        }
        yield connection;
      }
      case STREAM ->
          new Connection(
              config
                  .streamTo(client, secrets.peers())
                  .withCap(cap)
                  .withBudget(inFlight)
                  .withFiles(files, filesMemory),
              Role.SERVER,
              keys,
              PathState.fixed(client, config.random()),
              packetBuffer,
              nowNs);
    };
  }

  /** The cap is another one: whoever waits for it has to look again. */
  void capChanged() {
    connections.values().forEach(this::markChanged);
  }

  /**
   * Marks a connection that may have something to send and to report. The rest is deferred until
   * the whole batch of datagrams has been handled.
   */
  private void markChanged(ServerConnection entry) {
    timers.setReady(entry);
    if (!entry.changed) {
      entry.changed = true;
      changed.add(entry);
    }
  }

  private void rescheduleChanged() {
    for (ServerConnection next = changed.poll(); next != null; next = changed.poll()) {
      if (next.changed) {
        reschedule(next);
      }
    }
  }

  /**
   * Collects the events of a connection, and schedules its next timeout, or forgets it if it has
   * ended.
   */
  private void reschedule(ServerConnection entry) {
    entry.changed = false;
    Connection connection = entry.connection;
    for (TransferEvent e = connection.pollEvent(); e != null; e = connection.pollEvent()) {
      if (isSettled(e) && connection.isMany()) {
        transfers.finished(entry);
      }
      events.add(new ServerEvent.Ferry(connection.peer(), entry.handshake, e));
    }
    if (connection.isEnded()) {
      forget(entry);
      return;
    }
    timers.schedule(entry, connection.nextTimeout());
  }

  /** Whether something has come of what was opened: also the news that there is no such file. */
  private static boolean isSettled(TransferEvent event) {
    return event.kind() == TransferEvent.Kind.FINISHED
        || (event instanceof TransferEvent.Failed failed
            && failed.operation() == Operation.VERIFY
            && failed.failure() instanceof TransferFailure.Unstorable unstorable
            && unstorable.cause().reason() == RefusalReason.NO_SUCH_FILE);
  }

  private void forget(ServerConnection entry) {
    connections.remove(entry.id, entry);
    entry.inFlight.hold(0);
    entry.files.hold(0);
    transfers.forget(entry);
    timers.forget(entry);
  }

  /** Does nothing: a socket that serves many peers does not learn which one is unreachable. */
  @Override
  public void onUnreachable(long nowNs) {}

  @Override
  public void onTooLong(InetSocketAddress to, int bytes, long nowNs) {
    for (ServerConnection entry : connections.values()) {
      if (entry.connection.peer().equals(to)) {
        entry.connection.onTooLong(bytes, nowNs);
      }
    }
  }

  @Override
  public void onTimeout(long nowNs) {
    rescheduleChanged();
    handshakes.onTimeout(nowNs);
    // Collected first: a connection whose acknowledgement is due stays due until it has been sent.
    List<ServerConnection> due = new ArrayList<>();
    for (ServerConnection next = timers.pollDue(nowNs);
        next != null;
        next = timers.pollDue(nowNs)) {
      due.add(next);
    }
    for (ServerConnection entry : due) {
      if (Nanos.isDue(entry.connection.nextTimeout(), nowNs)) {
        entry.connection.onTimeout(nowNs);
      }
      markChanged(entry);
    }
    rescheduleChanged();
  }

  /** Always false: a server waits for further clients. */
  @Override
  public boolean isEnded() {
    return false;
  }

  @Override
  public long nextTimeout() {
    rescheduleChanged();
    return Nanos.earlier(handshakes.nextTimeout(), timers.nextTimeout());
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    Answer answer = answers.poll();
    if (answer != null) {
      transmit.begin().put(answer.datagram());
      transmit.finish(answer.to());
      transmit.markUnproved();
      return true;
    }
    for (ServerConnection next = timers.ready(); next != null; next = timers.ready()) {
      if (next.connection.pollTransmit(nowNs, transmit)) {
        return true;
      }
      timers.setIdle();
      reschedule(next); // Its source may have failed, and its timers may have changed.
    }
    return false;
  }

  @Override
  public @Nullable ServerEvent pollEvent() {
    rescheduleChanged();
    return events.poll();
  }

  /** Adds the connections whose transfers run. */
  void addRunning(List<ServerConnection> running) {
    for (ServerConnection entry : connections.values()) {
      if (entry.open != null && !entry.connection.isDispensable()) {
        running.add(entry);
      }
    }
  }

  /** The number of connections. */
  int connectionCount() {
    return connections.size();
  }

  /** The number of half-open handshakes. */
  int halfOpenCount() {
    return handshakes.size();
  }

  @Override
  public void onDisconnected(long nowNs) {
    for (ServerConnection entry : new ArrayList<>(connections.values())) {
      entry.connection.abandon(new TransferFailure.Disconnected(), nowNs);
      markChanged(entry);
    }
    rescheduleChanged();
  }

  /**
   * Accepts no further connections, and closes all transfers but those that are being published.
   */
  void stop(long nowNs) {
    stopping = true;
    for (ServerConnection entry : new ArrayList<>(connections.values())) {
      entry.connection.close(
          Close.STOPPED, "the server was stopped", new TransferFailure.Stopped(), nowNs);
      markChanged(entry);
    }
  }
}
