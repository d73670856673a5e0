package dev.ferry.protocol.connection;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.crypto.PacketOpener;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.recovery.AckTracker;
import dev.ferry.protocol.recovery.RttEstimator;
import dev.ferry.protocol.transfer.Transfer;
import dev.ferry.protocol.transfer.TransferEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.FrameReader.Outcome;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection of Ferry mode after the handshake (protocol.md, sections 7.3 and 10 to
 * 14): how long it lives, and what is done when.
 *
 * <pre>
 * datagram → {@link PacketDecryptor} → {@link FrameDispatcher} → {@link Transfer} (of the {@link Exchange})
 * {@link Transfer}, {@link ControlFrameQueue}, {@link AckTracker} → {@link PacketSender} → {@link PacketBuilder} → datagram
 * </pre>
 *
 * <p>Driven like an {@link dev.ferry.protocol.Engine}. Not thread-safe.
 */
public final class Connection {
  /** How long a client may take from the handshake to its wish. */
  static final long OPEN_PATIENCE_NS = 10 * Nanos.SECOND;

  /** How often a client that has nothing to send asks for a sign of life. */
  static final long KEEP_ALIVE_NS = 2 * Nanos.SECOND;

  /** How long packets of a connection that has ended may come (RFC 9000, section 10.2). */
  private static final int LINGER_PROBE_TIMEOUTS = 3;

  /** The same on a stream, where nothing is repeated, and a full one makes round trips long. */
  private static final long STREAM_LINGER_NS = 3 * Nanos.SECOND;

  private final PacketDecryptor input;
  private final FrameDispatcher dispatch;
  private final Exchange exchange = new Exchange();
  private final AckTracker received = new AckTracker();
  private final PacketSender flight;
  private final PathState path;
  private final boolean client;
  private final long patienceNs;

  private boolean heard;
  private boolean closing;
  private boolean closeOwed;
  private boolean ended;
  private long closeAgainNs = Nanos.NEVER;
  private long closeRepeatNs;
  private long lingerUntilNs = Nanos.NEVER;
  private final long openUntilNs;

  /**
   * A connection whose handshake is over.
   *
   * @param opener decrypts what the peer sends
   * @param sealer encrypts what this end sends
   * @param peersId stands in the packets that this end sends
   * @param datagramBytes the largest datagram that this end sends, 1200 … 65507
   * @param patienceNs how long to go on without progress
   * @param acceptor what a server does with a wish; null for a client
   */
  public Connection(
      PacketBuffer scratch,
      PacketOpener opener,
      PacketSealer sealer,
      int peersId,
      PathState path,
      int datagramBytes,
      long patienceNs,
      @Nullable ServerTransferFactory acceptor,
      long nowNs) {
    this.input = new PacketDecryptor(opener, scratch);
    this.path = path;
    this.client = acceptor == null;
    this.patienceNs = patienceNs;
    this.openUntilNs = Nanos.after(nowNs, OPEN_PATIENCE_NS);
    PacketBuilder output = new PacketBuilder(sealer, peersId, datagramBytes);
    this.flight = new PacketSender(exchange, received, path, output, datagramBytes, nowNs);
    this.dispatch = new FrameDispatcher(exchange, flight, path, acceptor);
  }

  /** The frames that this end owes; for the transfer of a client. */
  public ControlFrameQueue outbox() {
    return exchange.outbox();
  }

  /** The length of the largest packet at the beginning, in bytes. */
  public int firstPacketBytes() {
    return flight.firstPacketBytes();
  }

  /** A client's transfer; once, before anything else. */
  public void begin(Transfer clients) {
    exchange.begin(clients);
  }

  /** What is being transferred; null for a server that has not been asked yet. */
  public @Nullable Transfer transfer() {
    return exchange.transfer();
  }

  /** Where the peer is. */
  public InetSocketAddress peer() {
    return path.peer();
  }

  /**
   * Whether nothing genuine has come from the peer yet, though this end still hopes for it: perhaps
   * the peer has forgotten the handshake.
   */
  public boolean isUnheard() {
    return !heard && !closing && !ended;
  }

  /** Whether it can be forgotten: nothing will be sent, received or reported any more. */
  public boolean isEnded() {
    Transfer transfer = exchange.transfer();
    return ended && (transfer == null || !transfer.isBusy());
  }

  /** Whether its transfer is over, and all that it may still do is tell the peer. */
  public boolean isDispensable() {
    Transfer transfer = exchange.transfer();
    return transfer != null && transfer.isOver() && !transfer.isBusy();
  }

  /**
   * Whether the peer has been told how it ended, and this end waits for nothing: it only stays so
   * that it can say so again. Who leaves now costs the peer some patience, if the close is lost.
   */
  public boolean mayLeave() {
    return ended || (closing && !closeOwed);
  }

  /** The next thing to report, or null. */
  public @Nullable TransferEvent pollEvent() {
    Transfer transfer = exchange.transfer();
    return transfer == null ? null : transfer.pollEvent();
  }

  /**
   * A datagram arrived that carries this end's id.
   *
   * @param datagram left as it is
   * @return whether it is genuine
   */
  public boolean handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    if (ended || !path.mayComeFrom(from)) {
      return false;
    }
    long number = input.open(datagram);
    if (number == PacketDecryptor.DROPPED) {
      return false;
    }
    if (!heard) {
      heard = true;
      path.onFirstPacket(from);
    }
    if (path.onPacket(from, input.isNewest(), datagram.remaining(), nowNs)) {
      flight.startPath(nowNs);
    }
    if (closing) {
      closeOwed = true;
    } else {
      read(number, nowNs);
    }
    settle(nowNs);
    return true;
  }

  private void read(long number, long nowNs) {
    dispatch.begin(nowNs);
    Outcome outcome = input.read(dispatch);
    if (outcome == Outcome.MALFORMED) {
      exchange.violated("malformed frames", nowNs);
      return;
    }
    RttEstimator rtt = flight.rtt();
    if (!dispatch.isRefused()) {
      received.onPacket(number, outcome == Outcome.ACK_WANTED, nowNs, rtt.smoothedNs());
      if (dispatch.isUrgent()) {
        received.ackAtOnce(nowNs);
      }
    }
    Transfer transfer = exchange.transfer();
    if (transfer != null) {
      transfer.log().smoothedRttNs = rtt.isSampled() ? rtt.smoothedNs() : -1;
      if (transfer.isWaiting()) {
        transfer.log().phaseChanged(nowNs);
      }
    }
  }

  /** Ends the connection, and tells the peer. */
  public void close(int code, String text, TransferFailure failure, long nowNs) {
    exchange.close(new Close(code, text), failure, nowNs);
    settle(nowNs);
  }

  /** Ends the connection without a word: there is nobody to hear it. */
  public void abandon(TransferFailure failure, long nowNs) {
    exchange.abandon(failure, nowNs);
    settle(nowNs);
  }

  /** Begins the end, if it is time for it. */
  private void settle(long nowNs) {
    if (exchange.isAbandoned()) {
      ended = true;
    } else if (exchange.isClosing() && !closing) {
      closing = true;
      // Once and for all: what comes after the close may still change the estimate.
      closeRepeatNs = flight.rtt().probeTimeoutNs();
      linger(nowNs);
      oweClose(nowNs);
    } else if (isKnownToBeOver() && lingerUntilNs == Nanos.NEVER) {
      linger(nowNs);
    }
  }

  private boolean isKnownToBeOver() {
    Transfer transfer = exchange.transfer();
    ControlFrameQueue outbox = exchange.outbox();
    return transfer != null
        && transfer.isOver()
        && (outbox.isConfirmed(ControlFrameQueue.Kind.DONE)
            || outbox.isConfirmed(ControlFrameQueue.Kind.REJECT));
  }

  private void linger(long nowNs) {
    long lingerNs = LINGER_PROBE_TIMEOUTS * flight.rtt().probeTimeoutNs();
    lingerUntilNs =
        Nanos.after(nowNs, path.isStream() ? Math.min(lingerNs, STREAM_LINGER_NS) : lingerNs);
  }

  /** Nobody acknowledges a close: it is repeated, lest the peer waits for what does not come. */
  private void oweClose(long nowNs) {
    closeOwed = true;
    closeAgainNs = Nanos.after(nowNs, closeRepeatNs);
  }

  /** Time has passed. */
  public void onTimeout(long nowNs) {
    if (ended) {
      return;
    }
    if (Nanos.isDue(lingerUntilNs, nowNs)) {
      ended = true;
    } else if (closing) {
      if (Nanos.isDue(closeAgainNs, nowNs)) {
        oweClose(nowNs);
      }
    } else if (Nanos.isDue(deadlineNs(), nowNs)) {
      giveUp(nowNs);
    } else {
      if (mayFill()) {
        flight.onTimeout(nowNs);
        if (Nanos.isDue(keepAliveNs(), nowNs)) {
          exchange.outbox().ping();
        }
      }
      settle(nowNs);
    }
  }

  private void giveUp(long nowNs) {
    Transfer transfer = exchange.transfer();
    if (transfer == null || transfer.isOver()) {
      ended = true;
      return;
    }
    close(Close.NO_PROGRESS, "no progress", new TransferFailure.LostContact(), nowNs);
  }

  private long deadlineNs() {
    Transfer transfer = exchange.transfer();
    if (transfer == null) {
      return openUntilNs;
    }
    return transfer.isBusy() ? Nanos.NEVER : transfer.log().deadlineNs(patienceNs);
  }

  /**
   * A client must not fall silent: if it has moved, the server does not know until it hears of it,
   * and can send little until it has heard more.
   */
  private long keepAliveNs() {
    Transfer transfer = exchange.transfer();
    boolean idle =
        client
            && transfer != null
            && !transfer.isOver()
            && flight.isEmpty()
            && !exchange.outbox().isOwing();
    return idle ? Nanos.after(flight.lastSentNs(), KEEP_ALIVE_NS) : Nanos.NEVER;
  }

  /** Whether an address that has yet to prove itself may be sent anything worth while. */
  private boolean mayFill() {
    return path.budgetBytes() >= PacketBuilder.MIN_ROOM_BYTES;
  }

  /** When {@link #onTimeout} is to be called at the latest. */
  public long nextTimeout() {
    if (ended) {
      return Nanos.NEVER;
    }
    if (closing) {
      return Nanos.earlier(lingerUntilNs, closeAgainNs);
    }
    long nextNs = Nanos.earlier(lingerUntilNs, deadlineNs());
    return mayFill()
        ? Nanos.earlier(nextNs, Nanos.earlier(flight.nextTimeout(), keepAliveNs()))
        : nextNs;
  }

  /** Fills in the next packet, if there is one to be sent. */
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    if (ended || !mayFill()) {
      return false;
    }
    if (!closing) {
      if (flight.pollTransmit(nowNs, transmit)) {
        return true;
      }
      settle(nowNs); // The source may have failed just now.
    }
    Close close = exchange.outbox().closing();
    if (!closeOwed || close == null) {
      return false;
    }
    closeOwed = false;
    return flight.writeClose(close, nowNs, transmit);
  }
}
