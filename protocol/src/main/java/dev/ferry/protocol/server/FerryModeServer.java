package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.Connection;
import dev.ferry.protocol.connection.PacketBuffer;
import dev.ferry.protocol.connection.PacketKeys;
import dev.ferry.protocol.connection.PathState;
import dev.ferry.protocol.connection.Role;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.handshake.ConnectionSecrets;
import dev.ferry.protocol.handshake.HalfOpen;
import dev.ferry.protocol.handshake.ServerHandshakes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.ToServer;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.frame.Frame.Close;
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
 * Everything that speaks Ferry mode: handshakes, and the connections that come of them, each found
 * by the id in its packets. Not thread-safe.
 */
final class FerryModeServer implements Engine<ServerEvent> {
  /** How packets come here. */
  enum TransportKind {
    DATAGRAMS,
    STREAM
  }

  /** Answers that wait to be sent; who does not take them does without any more. */
  private static final int MAX_ANSWERS = 64;

  private record Answer(ByteBuffer datagram, InetSocketAddress to) {}

  private final FerryModeConfig config;
  private final TransferRegistry transfers;
  private final TransportKind way;
  private final ServerHandshakes handshakes;
  private final Function<InetSocketAddress, LabOffer> offers;
  private final PacketBuffer scratch;

  private final Map<Integer, ServerConnection> sessions = new LinkedHashMap<>();
  private final TimerQueue<ServerConnection> agenda = new TimerQueue<>();
  private final Queue<ServerConnection> unsettled = new ArrayDeque<>();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final Queue<ServerEvent> events = new ArrayDeque<>();
  private boolean stopping;

  /**
   * Creates a server without connections.
   *
   * @param offers by which lab messages an address can have come here
   */
  FerryModeServer(
      FerryModeConfig config,
      TransportKind way,
      TransferRegistry transfers,
      PacketBuffer scratch,
      Function<InetSocketAddress, LabOffer> offers) {
    this.config = config;
    this.way = way;
    this.transfers = transfers;
    this.scratch = scratch;
    this.offers = offers;
    this.handshakes =
        new ServerHandshakes(
            config.handshakes(),
            config.secret(),
            sessions::containsKey,
            transfers::nextHandshake,
            config.random());
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    if (HandshakeCodec.isHandshake(datagram.get(datagram.position()))) {
      onHello(datagram, from, nowNs);
    } else if (PacketHeader.isWellFormed(datagram)) {
      onProtected(datagram, from, nowNs);
    }
  }

  private void onHello(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    ToServer hello = stopping ? null : HandshakeCodec.decodeFromClient(datagram.duplicate());
    if (hello == null || answers.size() >= MAX_ANSWERS) {
      return;
    }
    int bytes = datagram.remaining();
    ByteBuffer answer = ByteBuffer.allocate(Hello.MIN_BYTES);
    if (handshakes.handle(hello, bytes, from, offers.apply(from), nowNs, answer)) {
      answers.add(new Answer(answer.flip(), from));
    }
  }

  private void onProtected(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    int id = PacketHeader.receiverId(datagram);
    ServerConnection session = sessions.get(id);
    if (session == null) {
      session = promote(id, datagram, from, nowNs);
    } else if (!session.connection.handle(datagram, from, nowNs)) {
      return;
    }
    if (session != null) {
      touch(session);
    }
  }

  /** The first packet that decrypts makes a connection of a half-open handshake. */
  private @Nullable ServerConnection promote(
      int id, ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    settle(); // What has ended makes room.
    HalfOpen half = stopping ? null : handshakes.find(id);
    if (half == null || (isFull() && dispensable().isEmpty())) {
      return null;
    }
    Connection connection = connection(half, nowNs);
    ServerConnection session = new ServerConnection(id, half.number(), connection, this::touch);
    connection.acceptWith(open -> transfers.accept(session, open));
    if (!connection.handle(datagram, from, nowNs)) {
      return null;
    }
    if (isFull()) {
      dispensable().ifPresent(this::forget);
    }
    handshakes.promote(half);
    sessions.put(id, session);
    return session;
  }

  private boolean isFull() {
    return sessions.size() >= config.connections();
  }

  /** Who only waits for a client's last word, which may be lost; for the longest. */
  private Optional<ServerConnection> dispensable() {
    return sessions.values().stream()
        .filter(session -> session.connection.isDispensable())
        .findFirst();
  }

  private Connection connection(HalfOpen half, long nowNs) {
    ConnectionSecrets secure = half.session();
    PacketKeys keys = new PacketKeys(secure.opener(), secure.sealer(), secure.peersId());
    InetSocketAddress client = half.address();
    return switch (way) {
      case DATAGRAMS -> {
        PathState path =
            PathState.toClient(client, half.bytesReceived(), half.bytesSent(), config.random());
        yield new Connection(config.connectionTo(client), Role.SERVER, keys, path, scratch, nowNs);
      }
      case STREAM ->
          new Connection(
              config.streamTo(client),
              Role.SERVER,
              keys,
              PathState.fixed(client, config.random()),
              scratch,
              nowNs);
    };
  }

  /**
   * Something happened to a session, so that it may have something to send, and to report. Of what
   * follows from it nothing is done before the whole batch of datagrams has been handled.
   */
  private void touch(ServerConnection session) {
    agenda.setReady(session);
    if (!session.unsettled) {
      session.unsettled = true;
      unsettled.add(session);
    }
  }

  private void settle() {
    for (ServerConnection next = unsettled.poll(); next != null; next = unsettled.poll()) {
      if (next.unsettled) {
        file(next);
      }
    }
  }

  /** Reports what happened, and files a session anew, or forgets it. */
  private void file(ServerConnection session) {
    session.unsettled = false;
    Connection connection = session.connection;
    for (TransferEvent e = connection.pollEvent(); e != null; e = connection.pollEvent()) {
      events.add(new ServerEvent.Ferry(connection.peer(), e));
    }
    if (connection.isEnded()) {
      forget(session);
      return;
    }
    agenda.schedule(session, connection.nextTimeout());
  }

  private void forget(ServerConnection session) {
    sessions.remove(session.id, session);
    transfers.forget(session);
    agenda.forget(session);
  }

  /** A socket that serves many does not hear whom it concerns. */
  @Override
  public void onUnreachable(long nowNs) {}

  @Override
  public void onTimeout(long nowNs) {
    settle();
    handshakes.onTimeout(nowNs);
    // All first: a session whose acknowledgement is due stays due until it has been sent.
    List<ServerConnection> due = new ArrayList<>();
    for (ServerConnection next = agenda.pollDue(nowNs);
        next != null;
        next = agenda.pollDue(nowNs)) {
      due.add(next);
    }
    for (ServerConnection session : due) {
      if (Nanos.isDue(session.connection.nextTimeout(), nowNs)) {
        session.connection.onTimeout(nowNs);
      }
      touch(session);
    }
    settle();
  }

  /** A server waits for whoever comes next. */
  @Override
  public boolean isEnded() {
    return false;
  }

  @Override
  public long nextTimeout() {
    settle();
    return Nanos.earlier(handshakes.nextTimeout(), agenda.nextTimeout());
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    Answer answer = answers.poll();
    if (answer != null) {
      transmit.begin().put(answer.datagram());
      transmit.finish(answer.to());
      return true;
    }
    for (ServerConnection next = agenda.ready(); next != null; next = agenda.ready()) {
      if (next.connection.pollTransmit(nowNs, transmit)) {
        return true;
      }
      agenda.setIdle();
      file(next); // Its source may have failed, and its timers have changed.
    }
    return false;
  }

  @Override
  public @Nullable ServerEvent pollEvent() {
    settle();
    return events.poll();
  }

  /** How many connections there are. */
  int connectionCount() {
    return sessions.size();
  }

  /** How many handshakes are half open. */
  int halfOpenCount() {
    return handshakes.size();
  }

  @Override
  public void onDisconnected(long nowNs) {
    for (ServerConnection session : new ArrayList<>(sessions.values())) {
      session.connection.abandon(new TransferFailure.Disconnected(), nowNs);
      touch(session);
    }
    settle();
  }

  /** Begins nothing from now on, and ends everything but publications. */
  void stop(long nowNs) {
    stopping = true;
    for (ServerConnection session : new ArrayList<>(sessions.values())) {
      session.connection.close(
          Close.STOPPED, "the server was stopped", new TransferFailure.Stopped(), nowNs);
      touch(session);
    }
  }
}
