package dev.ferry.protocol.connection;

import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.ControlFrameQueue.Kind;
import dev.ferry.protocol.recovery.AckTracker;
import dev.ferry.protocol.recovery.Recovery;
import dev.ferry.protocol.recovery.RttEstimator;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.Varint;
import dev.ferry.protocol.wire.frame.Frame;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.FrameReader.Outcome;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection of Ferry mode after the handshake (protocol.md, sections 7.3 and 10 to
 * 14): what is done when.
 *
 * <pre>
 * datagram → {@link PacketDecryptor} → {@link FrameDispatcher} → {@link OpenFiles} → {@link Transfer}
 * {@link Transfer} → {@link OpenFiles}, {@link OwedFrames}, {@link AckTracker} → {@link PacketSender} → {@link PacketBuilder} → datagram
 * </pre>
 *
 * <p>How long it lives is the business of {@link Lifecycle}, what it waits for that of {@link
 * Timer}.
 *
 * <p>Driven like an {@link dev.ferry.protocol.Engine}. Not thread-safe.
 */
public final class Connection {
  /** How far the life of a connection is. */
  public enum State {
    /** The two ends speak with each other. */
    OPEN,
    /** All has been said, and the peer knows: only its close is missing. */
    DRAINING,
    /** The peer is told that it is over, as often as it does not seem to know. */
    CLOSING,
    /** Nothing is sent or received any more. */
    ENDED
  }

  /** What a file takes besides its content, with its name and its control frames. */
  public static final int BYTES_OF_A_FILE = OpenFiles.BYTES_OF_A_FILE;

  /** How long a client may take from the handshake to its open. */
  static final long OPEN_PATIENCE_NS = 30 * Nanos.SECOND;

  /** How often a client that has nothing to send asks for a sign of life. */
  static final long KEEP_ALIVE_NS = 2 * Nanos.SECOND;

  /** How many probe timeouts in a row make a server look as if it had forgotten a connection. */
  private static final int SILENT_TIMEOUTS = 3;

  /** How long the silence lasts then, at least: a busy machine may answer late. */
  private static final long SILENCE_NS = 2 * Nanos.SECOND;

  /** How many probe timeouts patience lasts at least, on a path that is slow itself. */
  private static final int PATIENCE_TIMEOUTS = 4;

  /** How long patience lasts at most, however slow the peer lets the path seem. */
  static final long MAX_PATIENCE_NS = 300 * Nanos.SECOND;

  /** How many packets are acknowledged more often (protocol.md, section 12). */
  private static final int EAGER_PACKETS = 100;

  private final PacketDecryptor decryptor;
  private final FrameDispatcher dispatcher;
  private final Control control = new Control();
  private final OwedFrames frames = new OwedFrames();
  private final OpenFiles files;
  private final ConnectionStats stats = new ConnectionStats();
  private final AckTracker received = new AckTracker();
  private final PacketSender sender;
  private final Recovery recovery;
  private final Lifecycle life;
  private final PathState path;
  private final ConnectionConfig config;
  private final Role role;
  private final long begunNs;

  private @Nullable Function<Open, TransferFactory> acceptor;
  private IntConsumer onForgotten = file -> {};

  /** Why it has ended; null as long as it has not, or if there was nothing more to do. */
  private @Nullable TransferFailure failure;

  private int eagerPackets = EAGER_PACKETS;
  private boolean heard;
  private long heardNs;

  /**
   * A connection whose handshake is over.
   *
   * @param keys of this connection alone
   * @param scratch may be shared by all connections of a thread
   */
  public Connection(
      ConnectionConfig config,
      Role role,
      ConnectionKeys keys,
      PathState path,
      PacketBuffer scratch,
      long nowNs) {
    this.config = config;
    this.role = role;
    this.heardNs = nowNs;
    this.path = path;
    this.decryptor = new PacketDecryptor(keys.opener(), scratch);
    this.begunNs = nowNs;
    PacketBuilder builder =
        new PacketBuilder(keys.sealer(), keys.peersId(), config.datagramBytes());
    this.files = new OpenFiles(control, frames, config.files(), config.filesMemory(), nowNs);
    this.sender =
        new PacketSender(config, frames, files, received, path, builder, stats, role, nowNs);
    this.recovery = sender.recovery();
    this.life = new Lifecycle(recovery, config.observer());
    this.dispatcher = new FrameDispatcher(role, sender, path, files, control);
  }

  /** Begins a client's only transfer; once, before anything else. */
  public void begin(TransferFactory factory, long nowNs) {
    files.begin((int) Frame.FIRST_FILE, null, factory, nowNs);
  }

  /**
   * Opens one file of a client after the other, many at a time ({@link
   * ConnectionConfig#withFiles}), until there are no more; once, before anything else.
   */
  public void open(FileQueue queue) {
    files.open(queue);
  }

  /**
   * Says what a server does when its client asks; once, before anything else.
   *
   * @param newAcceptor is given what is asked for, not yet checked
   */
  public void acceptWith(Function<Open, TransferFactory> newAcceptor) {
    acceptor = newAcceptor;
  }

  /**
   * Says who is to know that a file is over, and its number means nothing any more; where there is
   * one file, that is not said.
   */
  public void onForgotten(IntConsumer listener) {
    onForgotten = listener;
  }

  /** Whether the server answers an operation. */
  public boolean isAnswered(Operation operation) {
    return (config.peersOperations() & operation.bit()) != 0;
  }

  /** Whether there may be several files in it. */
  public boolean isMany() {
    return files.isMany();
  }

  /** The oldest transfer; null if there is none, or none any more. */
  public @Nullable Transfer transfer() {
    return files.firstTransfer();
  }

  /** Whether anything has been asked for, so far. */
  public boolean isBegun() {
    return files.isBegun();
  }

  /** How many places are taken where files wait for their turn to send something. */
  int placesInLine() {
    return files.inLine() + frames.waiting();
  }

  /** How much of all files is at the receivers, as far as this end knows, in bytes. */
  public long doneBytes() {
    return files.doneBytes();
  }

  /**
   * Why it has ended with all its files; null as long as it has not, or if it was because there was
   * nothing more to do.
   */
  public @Nullable TransferFailure failure() {
    return failure;
  }

  /** How it is at this time; made when it is asked for. */
  public ConnectionSnapshot snapshot(long nowNs) {
    return sender.snapshot(files.doneBytes(), peersPackets(), nowNs);
  }

  /** How many packets the peer has sent, as far as their numbers show. */
  private long peersPackets() {
    return received.largest() + 1 - dispatcher.peersLeftOutNumbers();
  }

  /** Where the peer is. */
  public InetSocketAddress peer() {
    return path.peer();
  }

  State state() {
    return life.state();
  }

  /**
   * Whether nothing genuine has come from the peer yet, though this end still hopes for it: perhaps
   * the peer has forgotten the handshake.
   */
  public boolean isUnheard() {
    return !heard && life.state() == State.OPEN;
  }

  /** Whether the transfer needs the connection: it goes on, and waits for nothing at this end. */
  public boolean isActive() {
    return life.state() == State.OPEN && files.isActive();
  }

  /**
   * When the peer will have been silent for so long that it may have forgotten the connection;
   * {@link Nanos#NEVER} as long as nothing suggests it. Some probe timeouts must have expired, so
   * that it has been asked.
   */
  public long forgottenNs() {
    if (!recovery.isLossy() || recovery.timeouts() < SILENT_TIMEOUTS) {
      return Nanos.NEVER;
    }
    long silenceNs = Math.max(SILENCE_NS, SILENT_TIMEOUTS * recovery.rtt().probeTimeoutNs());
    return Nanos.after(heardNs, silenceNs);
  }

  /** For how long nothing genuine has come from the peer, in nanoseconds. */
  public long silentNs(long nowNs) {
    return nowNs - heardNs;
  }

  /**
   * Probes at once, and for a while as often as at first: something suggests that the path is
   * alive.
   */
  public void probe(long nowNs) {
    if (life.isListening()) {
      recovery.probe(nowNs);
    }
  }

  /** A round trip takes at least so long, in nanoseconds: what is in flight may not be lost. */
  public void allowRtt(long rttNs) {
    recovery.allowRtt(rttNs);
  }

  /** The probe timeout, without backing off, in nanoseconds. */
  public long probeTimeoutNs() {
    return recovery.rtt().probeTimeoutNs();
  }

  /** Whether the peer may have stored the oldest file, although nobody has said so. */
  public boolean isOutcomeDoubtful() {
    return files.wasSent(Kind.FINISH);
  }

  /** Whether it is over: nothing new will happen, and what is left is to tell the peer. */
  public boolean isClosing() {
    return life.state() == State.CLOSING || life.state() == State.ENDED;
  }

  /** Whether it can be forgotten: nothing will be sent, received or reported any more. */
  public boolean isEnded() {
    return life.state() == State.ENDED && !files.isBusy();
  }

  /** Whether its transfers are over, and all that it may still do is tell the peer. */
  public boolean isDispensable() {
    return files.isOver();
  }

  /**
   * Whether the peer has been told how it ended, and this end waits for nothing: it only stays so
   * that it can say so again. If this end leaves now, and the close is lost, the peer waits until
   * its patience ends.
   */
  public boolean mayLeave() {
    return switch (life.state()) {
      case OPEN -> isPeerSurelyTold();
      case DRAINING -> false;
      case CLOSING -> !life.closeSender().isOwed();
      case ENDED -> true;
    };
  }

  /**
   * Whether a done went out twice on a path that has lost nothing in either direction: then nobody
   * need wait a round trip for its acknowledgement.
   */
  private boolean isPeerSurelyTold() {
    return isDispensable()
        && files.wasSent(Kind.DONE)
        && !files.isMany()
        && sender.isFinalFrameRepeated()
        && sender.hasLostNothing()
        && received.rangeCount() > 0
        && peersPackets() == stats.packetsReceived;
  }

  /** The next thing to report, or null. */
  public @Nullable TransferEvent pollEvent() {
    return files.pollEvent();
  }

  /**
   * A datagram arrived that carries this end's id.
   *
   * @param datagram left as it is
   * @return whether it is genuine
   */
  public boolean handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    if (life.state() == State.ENDED || !path.mayComeFrom(from)) {
      return false;
    }
    long number = decryptor.open(datagram);
    if (number == PacketDecryptor.DROPPED) {
      return false;
    }
    heardNs = nowNs;
    if (!heard) {
      heard = true;
      path.onFirstPacket(from);
    }
    path.onPacket(from, decryptor.isNewest(), datagram.remaining(), nowNs);
    if (life.isListening()) {
      read(number, nowNs);
      if (path.takeNewHost()) {
        sender.startPath(nowNs);
      }
      if (path.takeReturn()) {
        recovery.probe(nowNs);
      }
    } else {
      life.closeSender().answer();
    }
    return true;
  }

  private void read(long number, long nowNs) {
    dispatcher.begin(number, nowNs);
    Outcome outcome = decryptor.read(dispatcher);
    if (outcome == Outcome.MALFORMED) {
      violated("malformed frames", nowNs);
      return;
    }
    RttEstimator rtt = recovery.rtt();
    if (!dispatcher.isRefused()) {
      stats.packetsReceived++;
      received.onPacket(number, outcome == Outcome.ACK_WANTED, nowNs, rtt.smoothedNs());
      if (dispatcher.isUrgent() || isEager(outcome)) {
        received.ackAtOnce(nowNs);
      }
    }
    stats.smoothedRttNs = rtt.isSampled() ? rtt.smoothedNs() : -1;
    files.onPacket(nowNs);
    if (isEndKnownToPeer()) {
      life.drain(nowNs);
    }
    closeIfDone(nowNs);
  }

  /** A client that has opened all that it wants to, and knows how it ended, has no more to do. */
  private void closeIfDone(long nowNs) {
    if (life.state() == State.OPEN && files.isAllDone()) {
      startClosing(new Close(Close.DONE, ""), nowNs);
    }
  }

  /**
   * Whether one of the first packets is acknowledged at once, as every second one is: a sender that
   * begins learns of the path from acknowledgements, and there are few.
   */
  private boolean isEager(Outcome outcome) {
    if (outcome != Outcome.ACK_WANTED || eagerPackets == 0) {
      return false;
    }
    eagerPackets--;
    return eagerPackets % 2 == 0;
  }

  private boolean isEndKnownToPeer() {
    return !files.isMany()
        && files.isOver()
        && (files.isConfirmed(Kind.DONE) || files.isConfirmed(Kind.REJECT));
  }

  /** Ends the connection, and tells the peer. */
  public void close(int code, String text, TransferFailure reason, long nowNs) {
    startClosing(new Close(code, text), nowNs);
    endFiles(reason, null, nowNs);
  }

  /**
   * Ends one file at this end alone, and tells the peer; the connection, if it carries several,
   * goes on.
   *
   * @param file its number; if it is over, nothing happens
   */
  public void cancel(int file, int code, TransferFailure reason, long nowNs) {
    OpenFile open = files.find(file);
    if (!files.isMany()) {
      close(code, "", reason, nowNs);
    } else if (open != null && open.isBegun()) {
      open.cancel(code, reason, nowNs);
      files.update(open);
    }
  }

  private void startClosing(Close close, long nowNs) {
    life.close(close, nowNs);
    sender.stop();
  }

  private void violated(String detail, long nowNs) {
    close(Close.PROTOCOL_VIOLATION, detail, new TransferFailure.Violation(detail), nowNs);
  }

  /** Ends the connection without a word: there is nobody to hear it. */
  public void abandon(TransferFailure reason, long nowNs) {
    life.end(nowNs);
    sender.stop();
    endFiles(reason, null, nowNs);
  }

  private void endFiles(TransferFailure reason, @Nullable OpenFile except, long nowNs) {
    if (failure == null && !files.isOver()) {
      failure = reason;
    }
    files.end(reason, except, nowNs);
  }

  /**
   * The host sends no longer datagrams than this in one piece; until it is known, no longer ones
   * are sent than Ethernet's.
   *
   * @param bytes the largest datagram
   */
  public void limitDatagrams(int bytes, long nowNs) {
    sender.limitDatagrams(bytes, nowNs);
  }

  /** The host could not send a datagram; perhaps it is too long for the interface. */
  public void onTooLong(int bytes, long nowNs) {
    sender.onTooLong(bytes, nowNs);
  }

  /**
   * Asks the peer not to send content faster, from now on.
   *
   * @param bytesPerSecond of whole datagrams, above 0, or {@link RateCap#UNLIMITED}
   */
  public void capPeer(long bytesPerSecond) {
    frames
        .own()
        .maxRate(bytesPerSecond == RateCap.UNLIMITED ? 0 : Math.min(bytesPerSecond, Varint.MAX));
  }

  /** Time has passed. */
  public void onTimeout(long nowNs) {
    if (isDue(Timer.DRAIN, nowNs)) {
      endInSilence(nowNs);
    } else if (isDue(Timer.CLOSE_REPEAT, nowNs)) {
      life.closeSender().repeat(nowNs);
    } else if (isDue(Timer.OPEN, nowNs) || isDue(Timer.PROGRESS, nowNs)) {
      giveUp(nowNs);
    } else {
      if (isDue(Timer.LOSS_DETECTION, nowNs)) {
        sender.onTimeout(nowNs);
      }
      if (isDue(Timer.FINAL_FRAME, nowNs)) {
        sender.repeatFinalFrame();
      }
      if (isDue(Timer.KEEP_ALIVE, nowNs)) {
        frames.own().ping();
      }
    }
  }

  private void giveUp(long nowNs) {
    if (!files.isBegun() || files.isOver()) {
      endInSilence(nowNs);
    } else {
      close(Close.NO_PROGRESS, "no progress", new TransferFailure.LostContact(), nowNs);
    }
  }

  /** All files are over: there is nothing left to be told to anybody. */
  private void endInSilence(long nowNs) {
    life.end(nowNs);
    files.release();
  }

  private boolean isDue(Timer timer, long nowNs) {
    return Nanos.isDue(deadlineNs(timer), nowNs);
  }

  /** When {@link #onTimeout} is to be called at the latest. */
  public long nextTimeout() {
    long nextNs = Nanos.NEVER;
    for (int i = 0; i < Timer.count(); i++) {
      nextNs = Nanos.earlier(nextNs, deadlineNs(Timer.at(i)));
    }
    return nextNs;
  }

  /** When a timer is due; {@link Nanos#NEVER} if it does not run. */
  long deadlineNs(Timer timer) {
    if (!runs(timer.purpose())) {
      return Nanos.NEVER;
    }
    return switch (timer) {
      case LOSS_DETECTION -> recovery.nextTimeout();
      case ACK_DELAY -> received.nextTimeout();
      case PACING -> sender.pacedUntilNs();
      case PATH_VALIDATION -> path.nextTimeout();
      case FORMER_PATH -> path.askTimeout();
      case FINAL_FRAME -> sender.finalFrameNs();
      case KEEP_ALIVE -> keepAliveNs();
      case OPEN ->
          files.isBegun() || role == Role.CLIENT
              ? Nanos.NEVER
              : Nanos.after(begunNs, patienceNs(OPEN_PATIENCE_NS));
      case PROGRESS -> progressUntilNs();
      case CLOSE_REPEAT -> life.closeSender().nextTimeout();
      case DRAIN -> life.drainUntilNs();
    };
  }

  private boolean runs(Timer.Purpose purpose) {
    return switch (purpose) {
      case SEND -> life.isListening() && mayFill();
      case WAIT -> life.isListening();
      case END -> life.state() != State.ENDED;
    };
  }

  private long progressUntilNs() {
    return !files.isBegun() || files.isBusy() || files.isIdle()
        ? Nanos.NEVER
        : Nanos.after(files.progressNs(), patienceNs(config.patienceNs()));
  }

  /** Patience grows with the round-trip time: slow is not silent. */
  private long patienceNs(long usualNs) {
    long slowNs = PATIENCE_TIMEOUTS * recovery.rtt().probeTimeoutNs();
    return Math.max(usualNs, Math.min(slowNs, MAX_PATIENCE_NS));
  }

  /**
   * A client must not fall silent: if it has moved, the server does not know until it hears of it,
   * and can send little until it has heard more.
   */
  private long keepAliveNs() {
    boolean asks = role == Role.CLIENT && !files.isOver();
    return asks ? sender.idleUntilNs(KEEP_ALIVE_NS) : Nanos.NEVER;
  }

  /** Whether an address that has yet to prove itself may be sent anything worth while. */
  private boolean mayFill() {
    return path.budgetBytes() >= PacketBuilder.MIN_ROOM_BYTES;
  }

  /** Fills in the next packets, if there are any to be sent. */
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    boolean filled = fill(nowNs, transmit);
    if (filled && !path.isProved() && transmit.to().equals(path.peer())) {
      transmit.markUnproved();
    }
    return filled;
  }

  private boolean fill(long nowNs, Transmit transmit) {
    closeIfDone(nowNs);
    if (life.isListening()
        && (sender.askBefore(nowNs, transmit)
            || (mayFill() && sender.pollTransmit(nowNs, transmit)))) {
      return true;
    }
    // The source may have failed just now, so that there is a close where there was none.
    return life.state() != State.ENDED && pollClose(nowNs, transmit);
  }

  /** The close goes to where the peer may be as well: nobody reads any more who answers there. */
  private boolean pollClose(long nowNs, Transmit transmit) {
    InetSocketAddress former = path.former();
    Close copy = life.closeSender().takeCopy();
    if (copy != null && former != null) {
      return sender.writeClose(copy, former, nowNs, transmit);
    }
    Close close = mayFill() ? life.closeSender().take() : null;
    return close != null && sender.writeClose(close, path.peer(), nowNs, transmit);
  }

  /** What frames and files ask of the connection. */
  private final class Control implements FrameDispatcher.Listener, OpenFiles.Owner {
    @Override
    public boolean isListening() {
      return life.isListening();
    }

    @Override
    public void onOpen(Open open, long nowNs) {
      if (acceptor == null) {
        throw new IllegalStateException("a server that accepts nothing");
      }
      files.begin((int) open.fileId(), open, acceptor.apply(open), nowNs);
    }

    @Override
    public void onViolation(String detail, long nowNs) {
      violated(detail, nowNs);
    }

    @Override
    public void onClose(Close close, long nowNs) {
      abandon(new TransferFailure.EndedByPeer(close.code(), close.text()), nowNs);
    }

    @Override
    public ConnectionStats stats() {
      return stats;
    }

    @Override
    public ConnectionSnapshot snapshot(long nowNs) {
      return Connection.this.snapshot(nowNs);
    }

    @Override
    public int firstPacketBytes() {
      return sender.firstPacketBytes();
    }

    @Override
    public int earlyPackets() {
      long fitting = Math.max(1, config.peersBurstBytes() / sender.firstPacketBytes());
      return (int) Math.min(config.earlyPackets(), fitting);
    }

    @Override
    public boolean isAnswered(Operation operation) {
      return Connection.this.isAnswered(operation);
    }

    @Override
    public long peersKinds() {
      return config.peersKinds();
    }

    @Override
    public boolean checksBlockSums() {
      return config.checksBlockSums();
    }

    @Override
    public boolean takesUnknownSizes() {
      return config.peersUnknownSizes();
    }

    @Override
    public long idlePatienceNs() {
      return config.idlePatienceNs();
    }

    @Override
    public int maxPieces() {
      return Recovery.MAX_PACKETS;
    }

    @Override
    public long leftOutNumbers(boolean ends) {
      return sender.leftOutNumbers(ends);
    }

    @Override
    public void close(Close close, OpenFile by, long nowNs) {
      startClosing(close, nowNs);
      if (files.isMany()) {
        endFiles(new TransferFailure.Violation(close.text()), by, nowNs);
      }
    }

    @Override
    public void onForgotten(int file) {
      onForgotten.accept(file);
    }
  }
}
