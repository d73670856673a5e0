package dev.ferry.server;

import dev.ferry.engine.Catalogue;
import dev.ferry.engine.Engine;
import dev.ferry.engine.PartDepot;
import dev.ferry.engine.StorageException;
import dev.ferry.engine.TransferFailure;
import dev.ferry.engine.Transmit;
import dev.ferry.engine.secure.HalfOpen;
import dev.ferry.engine.secure.LabOffer;
import dev.ferry.engine.secure.SecureSession;
import dev.ferry.engine.secure.ServerHandshakes;
import dev.ferry.engine.windowed.Acceptor;
import dev.ferry.engine.windowed.Connection;
import dev.ferry.engine.windowed.FileReceiver;
import dev.ferry.engine.windowed.FileSender;
import dev.ferry.engine.windowed.Outbox;
import dev.ferry.engine.windowed.PacketScratch;
import dev.ferry.engine.windowed.Path;
import dev.ferry.engine.windowed.Transfer;
import dev.ferry.engine.windowed.TransferEvent;
import dev.ferry.time.Nanos;
import dev.ferry.wire.RefusalReason;
import dev.ferry.wire.ferry.Bytes;
import dev.ferry.wire.ferry.FerryPackets;
import dev.ferry.wire.ferry.Frame.Close;
import dev.ferry.wire.ferry.Frame.Open;
import dev.ferry.wire.ferry.Frame.Operation;
import dev.ferry.wire.ferry.HandshakePacket.ToServer;
import dev.ferry.wire.ferry.PacketHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that speaks Ferry mode: handshakes, and the connections that come of them, each found
 * by the id in its packets. Not thread-safe.
 */
final class FerryServer implements Engine<ServerEvent> {
  private record Answer(ByteBuffer datagram, InetSocketAddress to) {}

  private final FerryConfig config;
  private final PartDepot depot;
  private final @Nullable Catalogue catalogue;
  private final Admission admission;
  private final ServerHandshakes handshakes;
  private final Function<InetSocketAddress, LabOffer> offers;
  private final PacketScratch scratch = new PacketScratch();

  private final Map<Integer, FerrySession> sessions = new HashMap<>();
  private final Map<Bytes, FerrySession> puts = new HashMap<>();
  private final Agenda<FerrySession> agenda = new Agenda<>();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final Queue<ServerEvent> events = new ArrayDeque<>();
  private boolean stopping;

  /**
   * Creates a server without connections.
   *
   * @param catalogue what is handed out, or null for nothing
   * @param offers by which lab messages an address can have come here
   */
  FerryServer(
      FerryConfig config,
      PartDepot depot,
      @Nullable Catalogue catalogue,
      Admission admission,
      Function<InetSocketAddress, LabOffer> offers) {
    this.config = config;
    this.depot = depot;
    this.catalogue = catalogue;
    this.admission = admission;
    this.offers = offers;
    this.handshakes =
        new ServerHandshakes(
            config.handshakes(), config.secret(), sessions::containsKey, config.random());
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    if (FerryPackets.isHandshake(datagram.get(datagram.position()))) {
      onHello(datagram, from, nowNs);
    } else if (PacketHeader.isWellFormed(datagram)) {
      onProtected(datagram, from, nowNs);
    }
  }

  private void onHello(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    ToServer hello = stopping ? null : FerryPackets.decodeFromClient(datagram.duplicate());
    if (hello == null) {
      return;
    }
    int bytes = datagram.remaining();
    ByteBuffer answer = ByteBuffer.allocate(FerryConfig.MAX_ANSWER_BYTES);
    if (handshakes.handle(hello, bytes, from, offers.apply(from), nowNs, answer)) {
      answers.add(new Answer(answer.flip(), from));
    }
  }

  private void onProtected(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    int id = PacketHeader.receiverId(datagram);
    FerrySession session = sessions.get(id);
    if (session == null) {
      session = promote(id, datagram, from, nowNs);
    } else if (!session.connection.handle(datagram, from, nowNs)) {
      return;
    }
    if (session != null) {
      settle(session);
    }
  }

  /** The first packet that decrypts makes a connection of a half-open handshake. */
  private @Nullable FerrySession promote(
      int id, ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    HalfOpen half = stopping ? null : handshakes.find(id);
    if (half == null || sessions.size() >= config.connections()) {
      return null;
    }
    FerrySession session =
        new FerrySession(
            id,
            half.number(),
            acceptor -> connection(half, acceptor, nowNs),
            asked -> (open, outbox, openedNs) -> accept(asked, open, outbox, openedNs));
    if (!session.connection.handle(datagram, from, nowNs)) {
      return null;
    }
    handshakes.promote(half);
    sessions.put(id, session);
    return session;
  }

  private Connection connection(HalfOpen half, Acceptor acceptor, long nowNs) {
    SecureSession secure = half.session();
    Path path =
        Path.toClient(half.address(), half.bytesReceived(), half.bytesSent(), config.random());
    return new Connection(
        scratch,
        secure.opener(),
        secure.sealer(),
        secure.peersId(),
        path,
        config.datagramBytesTo(half.address()),
        config.patienceNs(),
        acceptor,
        nowNs);
  }

  private Transfer accept(FerrySession session, Open open, Outbox outbox, long nowNs) {
    LongConsumer told = toldNs -> settle(session);
    InetAddress address = session.connection.peer().getAddress();
    if (open.operation() == Operation.PUT) {
      FerrySession before = puts.get(open.transfer());
      if (before != null && before.handshake > session.handshake) {
        return FileReceiver.put(
            outbox, open, (file, listener) -> refuseLate(listener, nowNs), nowNs);
      }
      supersede(open.transfer(), nowNs);
      session.put = open.transfer();
      puts.put(open.transfer(), session);
      PartDepot view = new AdmittingParts(depot, admission, address, told, nowNs);
      return FileReceiver.put(outbox, open, view, nowNs);
    }
    Catalogue view =
        catalogue == null
            ? name -> {
              throw new StorageException(
                  RefusalReason.NOT_PERMITTED, "this server hands out no files");
            }
            : new AdmittingCatalogue(catalogue, admission, address, told);
    return FileSender.get(outbox, open.name(), view, nowNs);
  }

  /** What a client had sent before it shook hands again must not end what it does now. */
  private static void refuseLate(PartDepot.Listener listener, long nowNs) {
    listener.failed(
        new StorageException(RefusalReason.BUSY, "resumed by another connection"), nowNs);
  }

  /**
   * A client that comes again goes on where the connection before, of which it knows no more, was.
   */
  private void supersede(Bytes transfer, long nowNs) {
    FerrySession before = puts.remove(transfer);
    if (before != null) {
      before.connection.close(
          Close.STOPPED, "resumed by another connection", new TransferFailure.Superseded(), nowNs);
      settle(before);
    }
  }

  /** Something happened to a session, so that it may have something to send. */
  private void settle(FerrySession session) {
    agenda.setReady(session);
    file(session);
  }

  /** Reports what happened, and files a session anew, or forgets it. */
  private void file(FerrySession session) {
    Connection connection = session.connection;
    for (TransferEvent e = connection.pollEvent(); e != null; e = connection.pollEvent()) {
      events.add(new ServerEvent.Ferry(connection.peer(), e));
    }
    if (connection.isEnded()) {
      sessions.remove(session.id, session);
      if (session.put != null) {
        puts.remove(session.put, session);
      }
      agenda.forget(session);
      return;
    }
    agenda.schedule(session, connection.nextTimeout());
  }

  @Override
  public void onTimeout(long nowNs) {
    handshakes.onTimeout(nowNs);
    // All first: a session whose acknowledgement is due stays due until it has been sent.
    List<FerrySession> due = new ArrayList<>();
    for (FerrySession next = agenda.pollDue(nowNs); next != null; next = agenda.pollDue(nowNs)) {
      due.add(next);
    }
    for (FerrySession session : due) {
      if (Nanos.isDue(session.connection.nextTimeout(), nowNs)) {
        session.connection.onTimeout(nowNs);
      }
      settle(session);
    }
  }

  @Override
  public long nextTimeout() {
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
    for (FerrySession next = agenda.ready(); next != null; next = agenda.ready()) {
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

  /** Begins nothing from now on, and ends everything but publications. */
  void stop(long nowNs) {
    stopping = true;
    for (FerrySession session : new ArrayList<>(sessions.values())) {
      session.connection.close(
          Close.STOPPED, "the server was stopped", new TransferFailure.Stopped(), nowNs);
      settle(session);
    }
  }
}
