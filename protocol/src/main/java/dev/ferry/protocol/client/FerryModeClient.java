package dev.ferry.protocol.client;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.UnreachableReports;
import dev.ferry.protocol.connection.Connection;
import dev.ferry.protocol.connection.ConnectionKeys;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.PacketBuffer;
import dev.ferry.protocol.connection.PathState;
import dev.ferry.protocol.connection.Role;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.handshake.ClientHandshake;
import dev.ferry.protocol.handshake.ConnectionSecrets;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakePacket;
import dev.ferry.protocol.wire.frame.Frame.Close;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A client in Ferry mode: the handshake, and then one connection. Not thread-safe. */
final class FerryModeClient implements Engine<ClientEvent> {
  private static final TransferStats NOTHING = new TransferStats(0, 0, 0, 0, -1);

  private final ClientConfig config;
  private final LabOffer lab;
  private final TransferFactory factory;
  private final RandomGenerator random;
  private ClientHandshake handshake;
  private final Queue<ClientEvent> events = new ArrayDeque<>();
  private final UnreachableReports unreachable = new UnreachableReports();
  private @Nullable Connection connection;
  private int datagramBytes;
  private boolean ended;
  private boolean answered;
  private long giveUpNs;
  private long renewNs = Nanos.NEVER;

  /**
   * Begins with the hello.
   *
   * @param lab the messages that led here
   */
  FerryModeClient(
      ClientConfig config,
      TransferFactory factory,
      LabOffer lab,
      RandomGenerator random,
      long nowNs) {
    this.config = config;
    this.lab = lab;
    this.factory = factory;
    this.random = random;
    this.handshake = newHandshake();
    this.datagramBytes = config.datagramBytes();
    this.giveUpNs = Nanos.after(nowNs, config.startPatienceNs());
  }

  private ClientHandshake newHandshake() {
    return new ClientHandshake(lab, config.secret(), config.suites(), config.parameters(), random);
  }

  /** How much of the file is at the receiver, as far as this end knows, in bytes. */
  long doneBytes() {
    return connection == null || connection.transfer() == null
        ? 0
        : connection.transfer().doneBytes();
  }

  /** The connection at this time; null before there is one. */
  @Nullable ConnectionSnapshot connection(long nowNs) {
    return connection == null ? null : connection.snapshot(nowNs);
  }

  @Override
  public boolean isEnded() {
    return ended || (connection != null && connection.isEnded());
  }

  /** Whether there is nothing left to be said or heard, but for repetitions. */
  boolean mayLeave() {
    return ended || (connection != null && connection.mayLeave());
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    if (ended || !from.equals(config.server())) {
      return;
    }
    if (connection != null) {
      if (connection.handle(datagram, from, nowNs)) {
        unreachable.clear();
      }
    } else if (handshake.handle(datagram)) {
      onHandshake(nowNs);
    }
  }

  private void onHandshake(long nowNs) {
    ConnectionSecrets session = handshake.secrets();
    if (session != null) {
      connect(session, nowNs);
    } else if (!handshake.refusedFor().isEmpty()) {
      fail(new TransferFailure.NoCommonVersion(HandshakePacket.VERSION, handshake.refusedFor()));
    }
  }

  private void connect(ConnectionSecrets session, long nowNs) {
    datagramBytes = Math.min(datagramBytes, session.peers().largestDatagramBytes());
    Connection connected =
        new Connection(
            config.connection(datagramBytes),
            Role.CLIENT,
            new ConnectionKeys(session.opener(), session.sealer(), session.peersId()),
            PathState.fixed(config.server(), random).assumeRtt(handshake.roundTripNs(nowNs)),
            new PacketBuffer(),
            nowNs);
    connected.begin(factory, nowNs);
    connection = connected;
    renewNs = config.renewNs(nowNs);
    if (!answered) {
      answered = true;
      giveUpNs = Nanos.after(nowNs, ClientConfig.PATIENCE_NS);
    }
  }

  private void fail(TransferFailure failure) {
    ended = true;
    events.add(new ClientEvent.Failed(failure, NOTHING));
  }

  @Override
  public void onUnreachable(long nowNs) {
    boolean known = answered || lab.isPresent();
    if (ended || (known && !unreachable.add(nowNs))) {
      return;
    }
    TransferFailure failure = new TransferFailure.NothingListens(known, false);
    if (connection == null) {
      fail(failure);
    } else {
      connection.abandon(failure, nowNs);
    }
  }

  @Override
  public void onDisconnected(long nowNs) {
    if (connection != null) {
      connection.abandon(new TransferFailure.Disconnected(), nowNs);
    } else if (!ended) {
      fail(noAnswer());
    }
  }

  /** Ends the transfer and tells the server. */
  void stop(long nowNs) {
    if (connection != null) {
      connection.close(Close.STOPPED, "", new TransferFailure.Stopped(), nowNs);
    } else if (!ended) {
      fail(new TransferFailure.Stopped());
    }
  }

  @Override
  public void onTimeout(long nowNs) {
    if (connection != null) {
      connection.onTimeout(nowNs);
      renewIfUnheard(connection, nowNs);
    } else if (!ended && Nanos.isDue(giveUpNs, nowNs)) {
      fail(noAnswer());
    } else {
      handshake.onTimeout(nowNs);
    }
  }

  private TransferFailure noAnswer() {
    if (answered) {
      return new TransferFailure.LostContact();
    }
    return handshake.rejectedWelcomes() > 0
        ? new TransferFailure.NotAuthentic()
        : new TransferFailure.NoAnswer();
  }

  /** Nothing of the transfer has been agreed upon then, so it can as well begin anew. */
  private void renewIfUnheard(Connection unheard, long nowNs) {
    if (!Nanos.isDue(renewNs, nowNs)) {
      return;
    }
    renewNs = Nanos.NEVER;
    if (unheard.isUnheard()) {
      connection = null;
      handshake = newHandshake();
    }
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    if (ended) {
      return false;
    }
    if (connection != null) {
      return connection.pollTransmit(nowNs, transmit);
    }
    if (!handshake.pollTransmit(nowNs, transmit.begin())) {
      return false;
    }
    transmit.finish(config.server());
    return true;
  }

  @Override
  public long nextTimeout() {
    if (ended) {
      return Nanos.NEVER;
    }
    return connection == null
        ? Nanos.earlier(giveUpNs, handshake.nextTimeout())
        : Nanos.earlier(renewNs, connection.nextTimeout());
  }

  @Override
  public @Nullable ClientEvent pollEvent() {
    TransferEvent event = connection == null ? null : connection.pollEvent();
    return event == null ? events.poll() : clientEvent(event);
  }

  private ClientEvent clientEvent(TransferEvent event) {
    return switch (event.kind()) {
      case STARTED -> connected((TransferEvent.Started) event);
      case FINISHED -> completed((TransferEvent.Finished) event);
      case FAILED -> failed((TransferEvent.Failed) event);
    };
  }

  private ClientEvent connected(TransferEvent.Started event) {
    return new ClientEvent.Connected(
        ClientEvent.Mode.FERRY, datagramBytes, event.sizeBytes(), event.resumedBytes());
  }

  private static ClientEvent completed(TransferEvent.Finished event) {
    return new ClientEvent.Completed(event.stats(), event.sha256Hex(), event.connection());
  }

  private static ClientEvent failed(TransferEvent.Failed event) {
    return new ClientEvent.Failed(event.failure(), event.stats());
  }
}
