package dev.ferry.engine.windowed;

import dev.ferry.engine.TransferFailure;
import dev.ferry.engine.Transmit;
import dev.ferry.engine.congestion.CongestionController;
import dev.ferry.engine.congestion.NewReno;
import dev.ferry.engine.secure.PacketOpener;
import dev.ferry.engine.secure.PacketSealer;
import dev.ferry.time.Nanos;
import dev.ferry.wire.ferry.AckRanges;
import dev.ferry.wire.ferry.Frame;
import dev.ferry.wire.ferry.Frame.Accept;
import dev.ferry.wire.ferry.Frame.Close;
import dev.ferry.wire.ferry.Frame.Finish;
import dev.ferry.wire.ferry.Frame.Open;
import dev.ferry.wire.ferry.Frame.Reject;
import dev.ferry.wire.ferry.FrameHandler;
import dev.ferry.wire.ferry.FrameReader.Outcome;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection of Ferry mode after the handshake (protocol.md, sections 7.3 and 10 to
 * 14): packets in and out, acknowledgements, loss, congestion, the path, and the end. What the
 * frames of a transfer mean is its {@link Transfer}'s business.
 *
 * <p>Driven like an {@link dev.ferry.engine.Engine}. Not thread-safe.
 */
public final class Connection {
  /** How many packet numbers may lie between the oldest in flight and the newest. */
  static final int MAX_PACKETS = 1 << 17;

  /** How long a client may take from the handshake to its wish. */
  static final long OPEN_PATIENCE_NS = 10 * Nanos.SECOND;

  /** How often a client that has nothing to send asks for a sign of life. */
  static final long KEEP_ALIVE_NS = 2 * Nanos.SECOND;

  /** How long packets of a connection that has ended may come (RFC 9000, section 10.2). */
  private static final int LINGER_PROBE_TIMEOUTS = 3;

  /** With more ranges to be listed an acknowledgement asks to be acknowledged itself. */
  private static final int PING_RANGES = 8;

  private static final long MAX_WINDOW_BYTES = FileReceiver.WINDOW_BYTES;

  /** Timers are late by up to a millisecond or so; a burst makes up for it. */
  private static final long BURST_NS = 2 * Nanos.MILLISECOND;

  private static final long MAX_BURST_BYTES = 512 << 10;

  private final PacketInput input;
  private final PacketOutput output;
  private final Path path;
  private final Outbox outbox = new Outbox();
  private final @Nullable Acceptor acceptor;
  private final long patienceNs;
  private final int datagramBytes;

  private final RttEstimator rtt = new RttEstimator(ReceivedPackets.MAX_ACK_DELAY_NS);
  private final SentPackets sent = new SentPackets(MAX_PACKETS);
  private final ReceivedPackets received = new ReceivedPackets();
  private final LossDetection loss;
  private final Pacer pacer;
  private final Inbound inbound = new Inbound();

  private @Nullable Transfer transfer;
  private boolean heard;
  private boolean closing;
  private boolean closeOwed;
  private boolean ended;
  private long lingerUntilNs = Nanos.NEVER;
  private long pacedUntilNs = Nanos.NEVER;
  private long openUntilNs;
  private long lastSentNs;

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
      PacketScratch scratch,
      PacketOpener opener,
      PacketSealer sealer,
      int peersId,
      Path path,
      int datagramBytes,
      long patienceNs,
      @Nullable Acceptor acceptor,
      long nowNs) {
    this.input = new PacketInput(opener, scratch);
    this.output = new PacketOutput(sealer, peersId, datagramBytes);
    this.path = path;
    this.datagramBytes = datagramBytes;
    this.patienceNs = patienceNs;
    this.acceptor = acceptor;
    this.openUntilNs = Nanos.after(nowNs, OPEN_PATIENCE_NS);
    this.lastSentNs = nowNs;
    CongestionController controller = newController();
    this.loss = new LossDetection(sent, rtt, controller, new Fates());
    this.pacer = new Pacer(burstBytes(controller), controller.pacingBytesPerSecond(), nowNs);
  }

  private CongestionController newController() {
    return new NewReno(datagramBytes, rtt.smoothedNs(), MAX_WINDOW_BYTES);
  }

  private long burstBytes(CongestionController controller) {
    long rateBytes = controller.pacingBytesPerSecond() / (Nanos.SECOND / BURST_NS);
    long least = (long) Pacer.DEFAULT_BURST_PACKETS * datagramBytes;
    return Math.max(least, Math.min(rateBytes, MAX_BURST_BYTES));
  }

  /** The frames that this end owes; for the transfer of a client. */
  public Outbox outbox() {
    return outbox;
  }

  /** A client's transfer; once, before anything else. */
  public void begin(Transfer clients) {
    transfer = clients;
  }

  /** What is being transferred; null for a server that has not been asked yet. */
  public @Nullable Transfer transfer() {
    return transfer;
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
    return ended && (transfer == null || !transfer.isBusy());
  }

  /** The next thing to report, or null. */
  public @Nullable TransferEvent pollEvent() {
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
    if (number == PacketInput.DROPPED) {
      return false;
    }
    if (!heard) {
      heard = true;
      path.onFirstPacket(from);
    }
    if (path.onPacket(from, input.isNewest(), datagram.remaining(), nowNs)) {
      loss.startPath(newController());
      adjustPacer(nowNs);
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
    inbound.begin(nowNs);
    Outcome outcome = input.read(inbound);
    if (outcome == Outcome.MALFORMED) {
      violated("malformed frames", nowNs);
      return;
    }
    if (!inbound.refused) {
      received.onPacket(number, outcome == Outcome.ACK_WANTED, nowNs, rtt.smoothedNs());
      if (inbound.urgent) {
        received.ackAtOnce(nowNs);
      }
    }
    if (transfer != null) {
      transfer.log().smoothedRttNs = rtt.isSampled() ? rtt.smoothedNs() : -1;
      if (transfer.isWaiting()) {
        transfer.log().phaseChanged(nowNs);
      }
    }
  }

  private void violated(String detail, long nowNs) {
    outbox.close(new Close(Close.PROTOCOL_VIOLATION, detail));
    if (transfer != null) {
      transfer.end(new TransferFailure.Violation(detail), nowNs);
    }
  }

  /** Ends the connection, and tells the peer. */
  public void close(int code, String text, TransferFailure failure, long nowNs) {
    outbox.close(new Close(code, text));
    if (transfer != null) {
      transfer.end(failure, nowNs);
    }
    settle(nowNs);
  }

  /** Ends the connection without a word: there is nobody to hear it. */
  public void abandon(TransferFailure failure, long nowNs) {
    ended = true;
    if (transfer != null) {
      transfer.end(failure, nowNs);
    }
  }

  /** Begins the end, if it is time for it. */
  private void settle(long nowNs) {
    if (ended || closing) {
      return;
    }
    if (outbox.closing() != null) {
      closing = true;
      closeOwed = true;
      linger(nowNs);
    } else if (transfer != null && transfer.isOver() && lingerUntilNs == Nanos.NEVER) {
      boolean known = outbox.isConfirmed(Outbox.DONE) || outbox.isConfirmed(Outbox.REJECT);
      if (known) {
        linger(nowNs);
      }
    }
  }

  private void linger(long nowNs) {
    lingerUntilNs = Nanos.after(nowNs, LINGER_PROBE_TIMEOUTS * rtt.probeTimeoutNs());
  }

  /** Time has passed. */
  public void onTimeout(long nowNs) {
    if (ended) {
      return;
    }
    if (Nanos.isDue(lingerUntilNs, nowNs)) {
      ended = true;
      return;
    }
    if (closing) {
      return;
    }
    if (Nanos.isDue(deadlineNs(), nowNs)) {
      giveUp(nowNs);
      return;
    }
    if (path.budgetBytes() >= PacketOutput.MIN_ROOM_BYTES) {
      loss.onTimeout(nowNs);
      if (Nanos.isDue(keepAliveNs(), nowNs)) {
        outbox.ping();
      }
    }
    settle(nowNs);
  }

  private void giveUp(long nowNs) {
    if (transfer == null || transfer.isOver()) {
      ended = true;
      return;
    }
    close(Close.NO_PROGRESS, "no progress", new TransferFailure.LostContact(), nowNs);
  }

  private long deadlineNs() {
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
    boolean idle =
        acceptor == null
            && transfer != null
            && !transfer.isOver()
            && sent.packetsInFlight() == 0
            && !outbox.isOwing();
    return idle ? Nanos.after(lastSentNs, KEEP_ALIVE_NS) : Nanos.NEVER;
  }

  /** When {@link #onTimeout} is to be called at the latest. */
  public long nextTimeout() {
    if (ended) {
      return Nanos.NEVER;
    }
    if (closing) {
      return lingerUntilNs;
    }
    long nextNs = Nanos.earlier(lingerUntilNs, deadlineNs());
    if (path.budgetBytes() < PacketOutput.MIN_ROOM_BYTES) {
      return nextNs;
    }
    nextNs = Nanos.earlier(nextNs, Nanos.earlier(loss.nextTimeout(), received.nextTimeout()));
    nextNs = Nanos.earlier(nextNs, Nanos.earlier(path.nextTimeout(), keepAliveNs()));
    return Nanos.earlier(nextNs, pacedUntilNs);
  }

  /** Fills in the next packet, if there is one to be sent. */
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    pacedUntilNs = Nanos.NEVER;
    if (ended || path.budgetBytes() < PacketOutput.MIN_ROOM_BYTES) {
      return false;
    }
    if (!closing) {
      if (received.isAckDue(nowNs)
          && received.rangeCount() > PING_RANGES
          && sent.packetsInFlight() == 0) {
        outbox.ping(); // Who never asks to be acknowledged has to list everything for ever.
      }
      boolean eliciting = mayElicit(nowNs);
      if ((eliciting || received.isAckDue(nowNs)) && send(eliciting, nowNs, transmit)) {
        return true;
      }
      settle(nowNs); // The source may have failed just now.
    }
    return closing && sendClose(nowNs, transmit);
  }

  /** Whether there is something that calls for an acknowledgement, and it may be sent now. */
  private boolean mayElicit(long nowNs) {
    // What is in flight on the path before must not keep the new one from being checked.
    boolean urgent = path.isOwing(nowNs) && sent.hasRoomForProbe();
    boolean probing = isProbing();
    boolean wanted =
        urgent || probing || outbox.isOwing() || (transfer != null && transfer.hasContent());
    if (!wanted) {
      sent.markAppLimited();
      return false;
    }
    if (urgent) {
      return true;
    }
    if (!loss.maySend(datagramBytes)) {
      return false;
    }
    long sendNs = pacer.nextSendNs(datagramBytes, nowNs);
    if (!probing && sendNs - nowNs > 0) {
      pacedUntilNs = sendNs;
      return false;
    }
    return true;
  }

  private boolean isProbing() {
    return loss.probesOwed() > 0 && sent.packetsInFlight() > 0;
  }

  private boolean send(boolean eliciting, long nowNs, Transmit transmit) {
    long number = sent.nextNumber();
    ByteBuffer buffer = output.begin(number, path.budgetBytes(), transmit);
    int empty = buffer.position();
    boolean acks = received.isAckPending() && output.writeAck(received, nowNs, buffer);
    boolean asks = eliciting && writeEliciting(nowNs, buffer);
    if (outbox.closing() != null || buffer.position() == empty) {
      return false;
    }
    int bytes = output.finish(number, path.peer(), transmit);
    path.onSent(bytes);
    loss.onPacketSent(number, bytes, asks, nowNs);
    lastSentNs = nowNs;
    if (acks) {
      if (output.listedAll) {
        sent.carriesAck(number, received.largest());
      }
      received.onAckSent();
    }
    if (asks) {
      pacer.onSent(bytes, nowNs);
      sent.carriesFrames(number, output.frames);
      sent.carriesData(number, output.piece.offset, output.piece.length);
    }
    if (transfer != null) {
      transfer.log().packetsSent++;
    }
    return true;
  }

  /** Control frames, what a probe repeats, content, or else a ping; false if nothing fits. */
  private boolean writeEliciting(long nowNs, ByteBuffer buffer) {
    int before = buffer.position();
    output.piece.set(0, 0);
    boolean probing = isProbing();
    if (probing) {
      takeForProbe();
    }
    path.write(buffer, nowNs, rtt.probeTimeoutNs());
    if (probing && !outbox.isOwing() && output.piece.length == 0) {
      outbox.ping();
    }
    output.frames = outbox.write(buffer);
    if (transfer != null) {
      if (output.piece.length > 0) {
        if (!transfer.repeatContent(buffer, output.piece, nowNs)) {
          output.piece.set(0, 0);
        }
      } else if (transfer.hasContent()) {
        transfer.writeContent(buffer, output.piece, nowNs);
      }
    }
    return buffer.position() > before;
  }

  /** Takes what the oldest packets in flight carry; the second probe what the next one does. */
  private void takeForProbe() {
    boolean first = loss.probesOwed() == LossDetection.PROBES_PER_TIMEOUT;
    long number = first ? sent.oldestInFlight() : sent.nextInFlight(output.lastProbed);
    if (number >= sent.nextNumber()) {
      return;
    }
    output.lastProbed = number;
    outbox.onLost(sent.frames(number));
    output.piece.set(sent.dataOffset(number), sent.dataLength(number));
  }

  private boolean sendClose(long nowNs, Transmit transmit) {
    Close close = outbox.closing();
    if (!closeOwed || close == null) {
      return false;
    }
    closeOwed = false;
    long number = sent.nextNumber();
    ByteBuffer buffer = output.begin(number, path.budgetBytes(), transmit);
    if (!output.writeClose(close, buffer)) {
      return false;
    }
    int bytes = output.finish(number, path.peer(), transmit);
    path.onSent(bytes);
    loss.onPacketSent(number, bytes, false, nowNs);
    return true;
  }

  private void adjustPacer(long nowNs) {
    CongestionController controller = loss.controller();
    pacer.setRate(controller.pacingBytesPerSecond(), nowNs);
    pacer.setBurst(burstBytes(controller), nowNs);
  }

  /** What becomes of packets: told to whom it concerns. */
  private final class Fates implements PacketListener {
    @Override
    public void onAcknowledged(long number, boolean wasLost) {
      outbox.onAcknowledged(sent.frames(number));
      long reported = sent.largestReported(number);
      if (reported >= 0) {
        received.onAckAcknowledged(reported);
      }
      int length = sent.dataLength(number);
      if (length > 0 && transfer != null) {
        transfer.onContentAcknowledged(sent.dataOffset(number), length, wasLost, inbound.nowNs);
      }
    }

    @Override
    public void onLost(long number) {
      outbox.onLost(sent.frames(number));
      int length = sent.dataLength(number);
      if (length > 0 && transfer != null) {
        transfer.onContentLost(sent.dataOffset(number), length);
      }
    }
  }

  /** The frames of one packet. */
  private final class Inbound implements FrameHandler {
    private long nowNs;
    private boolean urgent;
    private boolean refused;
    private @Nullable Open opened;
    private @Nullable Accept accepted;
    private @Nullable Reject rejected;
    private @Nullable Finish finished;

    void begin(long packetNs) {
      nowNs = packetNs;
      urgent = false;
      refused = false;
    }

    @Override
    public void onAck(AckRanges acked, long delayUs) {
      loss.beginAck(nowNs);
      for (int i = 0; i < acked.count(); i++) {
        if (!loss.acknowledge(acked.smallest(i), acked.largest(i))) {
          violated("an acknowledgement of what was never sent", nowNs);
          return;
        }
      }
      long maxUs = ReceivedPackets.MAX_ACK_DELAY_NS / Nanos.MICROSECOND;
      loss.endAck(acked.largest(0), Math.min(delayUs, maxUs) * Nanos.MICROSECOND);
      adjustPacer(nowNs);
    }

    @Override
    public void onOpen(Open open) {
      urgent = true;
      if (acceptor == null) {
        violated("an open from a server", nowNs);
      } else if (!isOver() && isFirst(opened, open)) {
        opened = open;
        transfer = acceptor.accept(open, outbox, nowNs);
      }
    }

    /** Whether an earlier frame of the packet has ended the connection. */
    private boolean isOver() {
      return ended || outbox.closing() != null;
    }

    /** A frame of which there is one in a connection may come again, but no other of its kind. */
    private boolean isFirst(@Nullable Frame before, Frame frame) {
      if (before != null && !before.equals(frame)) {
        violated("two different frames where there can be one", nowNs);
      }
      return before == null;
    }

    @Override
    public void onData(long offset, ByteBuffer content) {
      refused |= transfer == null || !transfer.onData(offset, content, nowNs);
    }

    @Override
    public void onAccept(Accept accept) {
      urgent = true;
      Transfer begun = begun();
      if (begun != null && isFirst(accepted, accept)) {
        accepted = accept;
        begun.onAccept(accept, nowNs);
      }
    }

    private @Nullable Transfer begun() {
      if (transfer == null) {
        violated("a frame that must not precede the open", nowNs);
      }
      return transfer;
    }

    @Override
    public void onReject(Reject reject) {
      Transfer begun = begun();
      if (begun != null && isFirst(rejected, reject)) {
        rejected = reject;
        begun.onReject(reject, nowNs);
      }
    }

    @Override
    public void onWindow(long limit) {
      Transfer begun = begun();
      if (begun != null) {
        begun.onWindow(limit);
      }
    }

    @Override
    public void onFinish(Finish finish) {
      urgent = true;
      if (transfer == null) {
        refused = true; // The open is still on its way.
      } else if (isFirst(finished, finish)) {
        finished = finish;
        transfer.onFinish(finish, nowNs);
      }
    }

    @Override
    public void onDone() {
      Transfer begun = begun();
      if (begun != null) {
        begun.onDone(nowNs);
      }
    }

    @Override
    public void onPathChallenge(long random) {
      path.onChallenge(random);
    }

    @Override
    public void onPathResponse(long random) {
      path.onResponse(random);
    }

    @Override
    public void onClose(Close close) {
      ended = true;
      if (transfer != null) {
        transfer.end(new TransferFailure.EndedByPeer(close.code(), close.text()), nowNs);
      }
    }
  }
}
