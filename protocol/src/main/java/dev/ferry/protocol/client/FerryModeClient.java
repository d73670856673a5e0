package dev.ferry.protocol.client;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.RateCap;
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
import dev.ferry.protocol.util.Lateness;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakePacket;
import dev.ferry.protocol.wire.frame.Frame.Close;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client in Ferry mode: the handshake, and then a connection. If the server falls silent, there
 * is another handshake beside the connection: the server may have been restarted, and then knows
 * nothing of the connection. No packet says so, because strangers could send it as well. If the
 * handshake is answered and the connection is still not heard, a new connection resumes the
 * transfer. Not thread-safe.
 */
final class FerryModeClient implements Engine<ClientEvent> {
  /** A server that took long for its first word has more to do for the second. */
  private static final int PATIENCE_FIRST_WORDS = 4;

  private final ClientConfig config;
  private final LabOffer lab;
  private final @Nullable TransferFactory factory;
  private final @Nullable FileBatch batch;
  private final RandomGenerator random;
  private final RateCap cap;

  /** Of the connection, or of the one to come. */
  private ClientHandshake handshake;

  private final Queue<ClientEvent> events = new ArrayDeque<>();
  private final UnreachableReports unreachable = new UnreachableReports();
  private final Lateness lateness = new Lateness();
  private final long patienceNs;
  private final long begunNs;
  private @Nullable Connection connection;

  /** A handshake beside the connection, which has fallen silent. */
  private @Nullable Successor successor;

  /** The connection before this one, as long as it owes the server its close. */
  private @Nullable Connection retired;

  /** Whether the server may have stored the file by an earlier connection. */
  private boolean doubtful;

  private int datagramBytes;

  /** What the host sends in one piece; 0 if unknown. */
  private int limitBytes;

  private boolean ended;

  /** What has been said of a batch over the connection. */
  private boolean batchStarted;

  private boolean batchEnded;

  /** What was transferred as a whole before the connection. */
  private long earlierBytes;

  /** The time of the last call that had one. */
  private long lastNs;

  /** When the server will be taken to have forgotten the handshake, if it is not heard. */
  private long unheardUntilNs = Nanos.NEVER;

  /** When the first successor took over that was not heard, nor those after it. */
  private long unheardSinceNs = Nanos.NEVER;

  /**
   * Begins with the hello.
   *
   * @param factory makes the only transfer; null if there is a batch
   * @param batch the files to be transferred; null if there is one
   * @param lab the messages that led here
   * @param cap of what is sent, by either end; asked for again by {@link #capChanged}
   * @param firstWordNs how long the server took to answer the start, in nanoseconds; 0 if there was
   *     none
   */
  FerryModeClient(
      ClientConfig config,
      @Nullable TransferFactory factory,
      @Nullable FileBatch batch,
      LabOffer lab,
      RandomGenerator random,
      RateCap cap,
      long firstWordNs,
      long nowNs) {
    this.config = config;
    this.lab = lab;
    this.factory = factory;
    this.batch = batch;
    this.random = random;
    this.cap = cap;
    this.handshake = newHandshake(lab);
    this.datagramBytes = config.datagramBytes();
    this.begunNs = nowNs;
    this.lastNs = nowNs;
    this.patienceNs = config.patienceAfter(firstWordNs * PATIENCE_FIRST_WORDS);
  }

  private ClientHandshake newHandshake(LabOffer led) {
    return new ClientHandshake(led, config.secret(), config.suites(), config.parameters(), random)
        .repeatFirstAfter(config.firstHelloRepeatNs());
  }

  /** How much of the file is at the receiver, as far as this end knows, in bytes. */
  long doneBytes() {
    return earlierBytes + (connection == null ? 0 : connection.doneBytes());
  }

  /** The connection at this time; null before there is one. */
  @Nullable ConnectionSnapshot connection(long nowNs) {
    return connection == null ? null : connection.snapshot(nowNs);
  }

  /**
   * For how long the server has answered neither the connection nor the handshake beside it,
   * although an answer could have come, in nanoseconds; 0 if there is none. Over a stream, on which
   * there is no handshake beside it, for how long nothing has come. Where only handshakes get
   * through, it counts from the first connection that followed a silent one, and has been silent
   * itself.
   */
  long silentNs(long nowNs) {
    if (connection != null && config.isOverStream()) {
      return connection.isActive() ? connection.silentNs(nowNs) : 0;
    }
    long unansweredNs =
        successor == null || connection == null
            ? 0
            : Math.max(0, successor.unansweredNs(nowNs) - connection.probeTimeoutNs());
    if (unheardSinceNs == Nanos.NEVER || connection == null || !connection.isUnheard()) {
      return unansweredNs;
    }
    return Math.max(unansweredNs, nowNs - unheardSinceNs - connection.probeTimeoutNs());
  }

  boolean isOutcomeDoubtful() {
    return batch == null && (doubtful || (connection != null && connection.isOutcomeDoubtful()));
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
    lastNs = nowNs;
    if (ended || !from.equals(config.server())) {
      return;
    }
    if (connection == null) {
      if (handshake.handle(datagram)) {
        onHandshake(nowNs);
      }
    } else if (connection.handle(datagram, from, nowNs)) {
      unreachable.clear();
      successor = null;
    } else if (connection.isUnheard() && handshake.handle(datagram)) {
      onRepeatedWelcome(connection, nowNs);
    } else if (successor != null && successor.handle(datagram, nowNs)) {
      unreachable.clear();
      connection.probe(nowNs); // It has the first claim, now that the path is alive.
    }
  }

  /** The answer to a repeated hello: the server has not forgotten, and the path is slow. */
  private void onRepeatedWelcome(Connection unheard, long nowNs) {
    long rttNs = handshake.shortestRoundTripNs(nowNs);
    unheard.allowRtt(rttNs);
    unheardUntilNs = config.unheardUntilNs(rttNs * handshake.hellos(), nowNs);
  }

  private void onHandshake(long nowNs) {
    ConnectionSecrets secrets = handshake.secrets();
    if (secrets != null) {
      connect(secrets, handshake, nowNs, nowNs);
    } else if (!handshake.refusedFor().isEmpty()) {
      fail(new TransferFailure.NoCommonVersion(HandshakePacket.VERSION, handshake.refusedFor()));
    }
  }

  private void connect(ConnectionSecrets secrets, ClientHandshake by, long answeredNs, long nowNs) {
    datagramBytes = Math.min(config.datagramBytes(), secrets.peers().largestDatagramBytes());
    Connection connected =
        new Connection(
            config.connection(datagramBytes, secrets.peers()).withCap(sendersCap()),
            Role.CLIENT,
            new ConnectionKeys(secrets.opener(), secrets.sealer(), secrets.peersId()),
            path(by, answeredNs),
            new PacketBuffer(),
            nowNs);
    if (limitBytes > 0) {
      connected.limitDatagrams(limitBytes, nowNs);
    }
    connection = connected;
    if (batch != null) {
      batch.connected(secrets.peers());
    }
    begin(connected, nowNs);
    if (cap.bytesPerSecond() != RateCap.UNLIMITED) {
      capChanged();
    }
    handshake = by;
    // On a slow path the hellos that were repeated are all on their way before its first packet.
    long firstWordNs = by.longestRoundTripNs(answeredNs) * by.hellos();
    unheardUntilNs = config.unheardUntilNs(firstWordNs + lateness.extraNs(), nowNs);
  }

  /** What a client that fetches sends of its own is little, and not what is to be capped. */
  private RateCap sendersCap() {
    return config.fetches() ? new RateCap() : cap;
  }

  /** The cap is another one: a server that sends must know. */
  void capChanged() {
    if (config.fetches() && connection != null) {
      connection.capPeer(cap.bytesPerSecond());
    }
  }

  /** A server that takes one file for each connection is given the next one. */
  private void begin(Connection connected, long nowNs) {
    batchStarted = false;
    earlierBytes = batch == null ? 0 : batch.finishedBytes();
    if (batch != null) {
      batch.answeredBy(connected::isAnswered);
    }
    if (batch != null && connected.isMany()) {
      connected.open(batch);
      return;
    }
    TransferFactory only = batch == null ? factory : batch.next(nowNs);
    if (only != null) {
      connected.begin(only, nowNs);
    } else {
      connected.close(Close.DONE, "", new TransferFailure.Stopped(), nowNs);
    }
  }

  private PathState path(ClientHandshake by, long answeredNs) {
    return PathState.fixed(config.server(), random)
        .assumeRttAtMost(by.longestRoundTripNs(answeredNs))
        .assumeRtt(by.roundTripNs(answeredNs));
  }

  /** What has been learnt of the path; null if not even the round-trip time is known. */
  @Nullable PathMemory learned(long nowNs) {
    ConnectionSnapshot now = connection(nowNs);
    if (now == null || now.minRttNs() <= 0) {
      return null;
    }
    // What was reached on the way up says little of the path, and not every controller has a rate.
    PathMemory before = config.memory();
    long found = now.view().bandwidthBytesPerSecond();
    long bytesPerSecond =
        now.state().isStarting() || found <= 0
            ? before == null ? 0 : before.bytesPerSecond()
            : found;
    return new PathMemory(now.minRttNs(), bytesPerSecond, now.lossShare(), now.datagramBytes());
  }

  private void fail(TransferFailure failure) {
    ended = true;
    events.add(new ClientEvent.Failed(failure, TransferStats.NOTHING));
  }

  @Override
  public void onUnreachable(long nowNs) {
    boolean known = connection != null || lab.isPresent();
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
  public void onTooLong(InetSocketAddress to, int bytes, long nowNs) {
    if (connection != null) {
      connection.onTooLong(bytes, nowNs);
    }
  }

  /** How long datagrams may be for the host to send them in one piece. */
  void limitDatagrams(int bytes, long nowNs) {
    limitBytes = bytes;
    if (connection != null) {
      connection.limitDatagrams(bytes, nowNs);
    }
  }

  @Override
  public void onDisconnected(long nowNs) {
    if (connection != null) {
      connection.abandon(new TransferFailure.Disconnected(), nowNs);
    } else if (!ended) {
      fail(notAuthenticOr(new TransferFailure.TurnedAway()));
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
    lastNs = nowNs;
    if (connection != null) {
      connection.onTimeout(nowNs);
      if (batch != null) {
        batch.onTimeout(nowNs);
      }
      succeed(connection, nowNs);
    } else if (!ended) {
      lateness.add(nextTimeout(), nowNs);
      if (Nanos.isDue(giveUpNs(), nowNs)) {
        fail(notAuthenticOr(new TransferFailure.NoAnswer()));
      } else {
        handshake.onTimeout(nowNs);
      }
    }
  }

  /**
   * Patience begins with the first hello, which may be late itself. On a busy machine it is longer,
   * unless there is another way: a stream does better there, of which nothing gets lost.
   */
  private long giveUpNs() {
    long sentNs = handshake.firstSentNs();
    long sinceNs = sentNs == Nanos.NEVER ? begunNs : sentNs;
    return Nanos.after(sinceNs, patienceNs + (config.isLastWay() ? lateness.extraNs() : 0));
  }

  /** What is wrong, if nothing shows that whoever answers does not have the key. */
  private TransferFailure notAuthenticOr(TransferFailure failure) {
    return handshake.isProvenForeign() ? new TransferFailure.NotAuthentic() : failure;
  }

  /** Shakes hands again beside a silent connection, and goes on with the new one in the end. */
  private void succeed(Connection silent, long nowNs) {
    if (!silent.isActive()) {
      successor = null;
    } else if (Nanos.isDue(successorDueNs(silent), nowNs)) {
      successor =
          new Successor(
              newHandshake(LabOffer.NONE).repeatedSeldom(), silent.probeTimeoutNs(), nowNs);
    } else if (successor != null) {
      successor.onTimeout(nowNs);
      if (Nanos.isDue(successor.takeOverNs(), nowNs)) {
        replace(silent, successor, nowNs);
      }
    }
  }

  private long successorDueNs(Connection silent) {
    if (successor != null || !silent.isActive()) {
      return Nanos.NEVER;
    }
    return silent.isUnheard() ? unheardUntilNs : silent.forgottenNs();
  }

  /** The transfer is resumed by a new connection (protocol.md, section 13). */
  private void replace(Connection silent, Successor by, long nowNs) {
    if (!silent.isUnheard() || unheardSinceNs == Nanos.NEVER) {
      unheardSinceNs = nowNs;
    }
    silent.close(Close.STOPPED, "resumed", new TransferFailure.Superseded(), nowNs);
    doubtful |= silent.isOutcomeDoubtful();
    if (batch != null) {
      collect(batch, silent, nowNs);
    }
    retired = silent;
    successor = null;
    connect(by.secrets(), by.handshake(), by.answeredNs(), nowNs);
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    lastNs = nowNs;
    if (ended) {
      return false;
    }
    if (connection == null) {
      return pollHandshake(handshake, nowNs, transmit);
    }
    if (connection.pollTransmit(nowNs, transmit)) {
      return true;
    }
    if (retired != null) {
      Connection last = retired;
      retired = null;
      return last.pollTransmit(nowNs, transmit);
    }
    return successor != null && pollHandshake(successor.handshake(), nowNs, transmit);
  }

  private boolean pollHandshake(ClientHandshake current, long nowNs, Transmit transmit) {
    if (!current.pollTransmit(nowNs, transmit.begin())) {
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
    if (connection == null) {
      return Nanos.earlier(giveUpNs(), handshake.nextTimeout());
    }
    long successorNs = successor == null ? successorDueNs(connection) : successor.nextTimeout();
    long batchNs = batch == null ? Nanos.NEVER : batch.nextTimeout();
    return Nanos.earlier(batchNs, Nanos.earlier(successorNs, connection.nextTimeout()));
  }

  @Override
  public @Nullable ClientEvent pollEvent() {
    if (batch != null && connection != null) {
      collect(batch, connection, lastNs);
      collectEnd(connection, lastNs);
      return events.poll();
    }
    TransferEvent event = connection == null ? null : connection.pollEvent();
    return event == null ? events.poll() : clientEvent(event);
  }

  /** What has become of the files of a batch. */
  private void collect(FileBatch files, Connection from, long nowNs) {
    for (TransferEvent event = from.pollEvent(); event != null; event = from.pollEvent()) {
      if (!batchStarted && event.kind() == TransferEvent.Kind.STARTED) {
        batchStarted = true;
        events.add(clientEvent(event));
      }
      files.on(event, from.failure() != null, nowNs);
    }
  }

  /** What has become of a batch as a whole, as far as the connection goes. */
  private void collectEnd(Connection from, long nowNs) {
    boolean over = from.isClosing() || (!from.isMany() && from.isDispensable());
    if (over && !batchEnded) {
      batchEnded = true;
      TransferFailure failure = from.failure();
      TransferStats stats = stats(from, nowNs);
      events.add(
          failure == null
              ? new ClientEvent.Completed(stats, 0, null, from.snapshot(nowNs))
              : new ClientEvent.Failed(failure, stats));
    }
  }

  private TransferStats stats(Connection of, long nowNs) {
    ConnectionSnapshot now = of.snapshot(nowNs);
    return new TransferStats(
        now.doneBytes(), nowNs - begunNs, now.packetsReceived(), 0, now.smoothedRttNs());
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
    return new ClientEvent.Completed(
        event.stats(), event.resumedBytes(), event.sha256Hex(), event.connection());
  }

  private ClientEvent failed(TransferEvent.Failed event) {
    TransferFailure failure = doubtful ? event.failure().inDoubt() : event.failure();
    return new ClientEvent.Failed(failure, event.stats());
  }
}
