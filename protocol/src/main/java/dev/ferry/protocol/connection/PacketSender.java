package dev.ferry.protocol.connection;

import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.recovery.AckTracker;
import dev.ferry.protocol.recovery.PartVisitor;
import dev.ferry.protocol.recovery.PathMtuDiscovery;
import dev.ferry.protocol.recovery.Recovery;
import dev.ferry.protocol.recovery.RttEstimator;
import dev.ferry.protocol.recovery.SentPacketListener;
import dev.ferry.protocol.recovery.SentPackets;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame.Close;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The sending half of a connection: fills packets with what is most urgent, no more than congestion
 * control, the pacer and the path allow, and learns what became of them (protocol.md, section 12).
 * Not thread-safe.
 */
final class PacketSender {
  /** With less left to be sent longer packets are not worth a probe. */
  private static final int LEAST_PROBED_FOR_BYTES = 64 << 10;

  /** Before so many packets were sent, or a first one has arrived, nothing is probed. */
  private static final int FIRST_PACKETS = 20;

  /** With more ranges to be listed an acknowledgement asks to be acknowledged itself. */
  private static final int PING_RANGES = 8;

  /** Longer delays of acknowledgements count as this: no time in nanoseconds overflows. */
  private static final long MAX_DELAY_US = 3_600_000_000L;

  private final OwedFrames frames;
  private final AckTracker received;
  private final PathState path;
  private final PacketBuilder builder;
  private final ConnectionStats stats;
  private final ConnectionConfig config;
  private final ConnectionObserver observer;
  private final Recovery recovery;
  private final RateCap.Share cap;

  /** What the receiver asks for. */
  private final RateCap peersCap = new RateCap();

  private final RateCap.Share peersShare = peersCap.share();
  private final SentPackets sent;
  private final PathMtuDiscovery mtu;
  private final TailCopies copies = new TailCopies();
  private final LeftOutNumbers leftOut;
  private final FinalFrameRepeat finalFrame;

  private final LimitTimes limits;

  /** Whether numbers are left out. */
  private boolean leavesOut;

  private final OpenFiles content;
  private final PacketFates fates = new PacketFates();
  private boolean stopped;

  /** When the acknowledgement came, or the timeout, that decides about packets. */
  private long eventNs;

  /** What the recovery takes for the length of full packets. */
  private int recoverysBytes;

  private long pacedUntilNs = Nanos.NEVER;
  private long lastSentNs;

  /** The packet that the last probe repeats. */
  private long lastProbed = -1;

  /**
   * Begins with nothing in flight.
   *
   * @param received what is to be acknowledged
   * @param role of this end: a server's peer may be anybody, and a client has chosen its own
   */
  PacketSender(
      ConnectionConfig config,
      OwedFrames frames,
      OpenFiles content,
      AckTracker received,
      PathState path,
      PacketBuilder builder,
      ConnectionStats stats,
      Role role,
      long nowNs) {
    this.config = config;
    this.observer = config.observer();
    this.frames = frames;
    this.content = content;
    this.received = received;
    this.path = path;
    this.builder = builder;
    this.stats = stats;
    this.lastSentNs = nowNs;
    this.mtu = config.newMtuDiscovery(Udp.headerBytesTo(path.peer().getAddress()));
    this.recovery =
        config
            .recovery()
            .create(mtu.sizeBytes(), path.assumedRttNs(), config.budget(), fates, nowNs);
    this.recoverysBytes = mtu.usualBytes(); // The first flight has the same number of packets.
    recovery.setDatagramBytes(recoverysBytes, nowNs);
    recovery.limitBursts(config.peersBurstBytes(), nowNs);
    stats.datagramBytes = mtu.sizeBytes();
    PathMemory memory = config.memory();
    if (memory != null) {
      mtu.remember(memory.datagramBytes());
    }
    if (memory != null && memory.bytesPerSecond() > 0) {
      recovery.resume(memory.bytesPerSecond(), memory.rttNs());
    }
    this.sent = recovery.sent();
    this.leavesOut = role == Role.SERVER && recovery.isLossy();
    this.leftOut = new LeftOutNumbers(path.random());
    this.limits = new LimitTimes(nowNs);
    recovery.reportTo(observer);
    this.cap = config.cap().share();
    this.finalFrame = new FinalFrameRepeat(recovery.isLossy());
  }

  /**
   * The receiver asks for no more than this.
   *
   * @param bytesPerSecond above 0, or {@link RateCap#UNLIMITED}
   */
  void capOnRequest(long bytesPerSecond, long nowNs) {
    peersCap.setRate(bytesPerSecond, nowNs);
  }

  /**
   * How the connection is.
   *
   * @param peersPackets how many packets the peer has sent, as their numbers show
   */
  ConnectionSnapshot snapshot(long doneBytes, long peersPackets, long nowNs) {
    RttEstimator rtt = recovery.rtt();
    boolean known = rtt.isSampled();
    return new ConnectionSnapshot(
        doneBytes,
        stats.sentBytes,
        sent.deliveredBytes(),
        sent.lostBytes(),
        stats.packetsReceived,
        Math.max(0, peersPackets - stats.packetsReceived),
        recovery.congestionState(),
        recovery.congestionView(),
        recovery.isLossy() ? recovery.pacingBytesPerSecond() : -1,
        recovery.windowBytes(),
        sent.bytesInFlight(),
        known ? rtt.smoothedNs() : -1,
        known ? rtt.minNs() : -1,
        stats.meanQueueNs(),
        mtu.sizeBytes(),
        limits.until(nowNs));
  }

  /**
   * How many packet numbers have been left out.
   *
   * @param ends whether none are from now on
   */
  long leftOutNumbers(boolean ends) {
    leavesOut &= !ends;
    return leftOut.count();
  }

  /** The connection has ended: nothing is sent any more but {@link #writeClose}. */
  void stop() {
    stopped = true;
  }

  /** What is in flight, and what is known of the path. */
  Recovery recovery() {
    return recovery;
  }

  /**
   * When nothing will have been sent for some time; {@link Nanos#NEVER} as long as something is in
   * flight, or waits to be sent.
   */
  long idleUntilNs(long idleNs) {
    return isEmpty() && !frames.isOwing() ? Nanos.after(lastSentNs, idleNs) : Nanos.NEVER;
  }

  /** Whether nothing is in flight that calls for an acknowledgement. */
  private boolean isEmpty() {
    return sent.packetsInFlight() == 0;
  }

  /**
   * The peer tells what has arrived.
   *
   * @return false if it never was sent
   */
  boolean acknowledged(AckRanges acked, AckTimes times, long nowNs) {
    eventNs = nowNs;
    recovery.beginAck(nowNs);
    for (int i = 0; i < acked.count(); i++) {
      if (!recovery.acknowledge(acked.smallest(i), acked.largest(i))) {
        return false;
      }
    }
    recovery.arrivals(nanos(times.arrivedUs()), times.trainNumbers(), nanos(times.trainUs()));
    long delayNs = Math.min(times.delayUs(), MAX_DELAY_US) * Nanos.MICROSECOND;
    recovery.endAck(acked.largest(0), delayNs, nowNs);
    stats.sampleQueue(recovery.rtt().smoothedNs() - recovery.rtt().minNs());
    adaptPacketSize(nowNs);
    observePath(nowNs);
    return true;
  }

  /** What the peer says in microseconds, limited. */
  private static long nanos(long us) {
    return Math.min(us, Long.MAX_VALUE / 2 / Nanos.MICROSECOND) * Nanos.MICROSECOND;
  }

  /** How long full packets are at the beginning. */
  int firstPacketBytes() {
    return Math.min(config.maxPacketBytes(0), mtu.sizeBytes());
  }

  void limitDatagrams(int bytes, long nowNs) {
    mtu.limit(bytes);
    adaptPacketSize(nowNs);
  }

  void onTooLong(int bytes, long nowNs) {
    mtu.onTooLong(bytes, sent.nextNumber(), nowNs);
    adaptPacketSize(nowNs);
  }

  private void adaptPacketSize(long nowNs) {
    mtu.adapt(pathBytesPerSecond());
    if (mtu.usualBytes() != recoverysBytes) {
      recoverysBytes = mtu.usualBytes();
      recovery.setDatagramBytes(recoverysBytes, nowNs);
    }
    stats.datagramBytes = mtu.sizeBytes();
  }

  /** What the path carries, as far as it is known. */
  private long pathBytesPerSecond() {
    double perRoundTrip = (double) recovery.windowBytes() * Nanos.SECOND;
    return (long)
        Math.min(
            (double) recovery.pacingBytesPerSecond(), perRoundTrip / recovery.rtt().smoothedNs());
  }

  /** The peer has moved: what was learnt of the path no longer holds. */
  void startPath(long nowNs) {
    mtu.startPath(sent.nextNumber());
    adaptPacketSize(nowNs);
    recovery.startPath(nowNs);
    observePath(nowNs);
  }

  /** The timer of loss detection is due. */
  void onTimeout(long nowNs) {
    eventNs = nowNs;
    recovery.onTimeout(nowNs);
    adaptPacketSize(nowNs);
    observePath(nowNs);
  }

  /** When to call {@link #repeatFinalFrame}; {@link Nanos#NEVER} if not at all. */
  long finalFrameNs() {
    return finalFrame.nextTimeout();
  }

  /** Whether nothing that was sent is known, or believed, to be lost. */
  boolean hasLostNothing() {
    return sent.lostBytes() == 0;
  }

  /** Whether the frame that ends a transfer has been sent twice at least. */
  boolean isFinalFrameRepeated() {
    return finalFrame.isRepeated();
  }

  /** The frame that ends a transfer is owed once more. */
  void repeatFinalFrame() {
    finalFrame.onTimeout();
    content.repeatFinal();
  }

  private void observePath(long nowNs) {
    observer.onPathChanged(
        recovery.windowBytes(),
        sent.bytesInFlight(),
        recovery.pacingBytesPerSecond(),
        recovery.rtt().smoothedNs(),
        nowNs);
  }

  /** When the pacer or a cap lets the next packet go; {@link Nanos#NEVER} if none waits for it. */
  long pacedUntilNs() {
    return pacedUntilNs;
  }

  /**
   * Fills in the next packets, if there are any to be sent. Only full ones are followed by others:
   * no packet is cut to the size of one that came before.
   */
  boolean pollTransmit(long nowNs, Transmit transmit) {
    transmit.clear();
    if (sendMtuProbe(nowNs, transmit)) {
      return true; // What could follow in the same transmit is shorter.
    }
    boolean goesOn = true;
    while (goesOn && fill(nowNs, transmit)) {
      int nextBytes = builder.packetBytes(roomBytes(sent.nextNumber()));
      goesOn =
          transmit.hasRoom() && transmit.segmentBytes() == nextBytes && mtuProbeBytes(nowNs) == 0;
    }
    return transmit.datagrams() > 0;
  }

  /**
   * Asks the peer where it was before, if that is due: apart from what is in flight to where it is
   * now, and whatever may be sent there.
   */
  boolean askBefore(long nowNs, Transmit transmit) {
    InetSocketAddress before = path.asksBefore(nowNs);
    if (before == null) {
      return false;
    }
    makeRoom(nowNs);
    transmit.clear();
    long number = sent.nextNumber();
    ByteBuffer buffer = builder.begin(number, PacketBuilder.MIN_ROOM_BYTES, transmit);
    path.writeBefore(buffer, nowNs, recovery.rtt().probeTimeoutNs());
    int bytes = builder.finish(number, before, buffer, transmit);
    path.onSentToFormer(bytes);
    stats.packetsSent++;
    stats.sentBytes += bytes;
    recovery.onPacketSent(number, bytes, false, nowNs);
    observer.onPacketSent(number, bytes, false, nowNs);
    return true;
  }

  private boolean sendMtuProbe(long nowNs, Transmit transmit) {
    int bytes = mtuProbeBytes(nowNs);
    if (bytes == 0) {
      return false;
    }
    long number = sent.nextNumber();
    ByteBuffer buffer = builder.begin(number, bytes, transmit);
    builder.writeMtuProbe(buffer);
    finish(number, true, nowNs, buffer, transmit);
    sent.probesMtu(number);
    mtu.onProbeSent(number, bytes);
    stats.packetsSent++;
    return true;
  }

  /**
   * The length of the probe to be sent now; 0 if none is. The first flight goes first, and the
   * pacer is not asked: what comes behind the probe waits for both.
   */
  private int mtuProbeBytes(long nowNs) {
    int bytes = mtu.probeBytes(pathBytesPerSecond(), nowNs);
    boolean sendable =
        bytes > 0
            && bytes <= path.budgetBytes()
            && (recovery.rtt().isSampled() || sent.nextNumber() >= FIRST_PACKETS)
            && content.unsentBytes() >= LEAST_PROBED_FOR_BYTES
            && recovery.hasRoomFor(bytes);
    return sendable ? bytes : 0;
  }

  private boolean fill(long nowNs, Transmit transmit) {
    pacedUntilNs = Nanos.NEVER;
    boolean ackDue = received.isAckDue(nowNs);
    if (ackDue || isProbing()) {
      makeRoom(nowNs);
    }
    if (ackDue && received.rangeCount() > PING_RANGES && isEmpty()) {
      frames.own().ping(); // Acknowledgements that are not acknowledged grow for ever.
    }
    boolean eliciting = mayElicit(nowNs);
    return (eliciting || ackDue) && send(eliciting, nowNs, transmit);
  }

  /** Of what waits for congestion control there is never too much; of all else there may be. */
  private void makeRoom(long nowNs) {
    eventNs = nowNs;
    recovery.makeRoom(nowNs);
  }

  /** Whether there is something that calls for an acknowledgement, and it may be sent now. */
  private boolean mayElicit(long nowNs) {
    // What is in flight on the path before must not keep the new one from being checked.
    boolean urgent = path.isOwing(nowNs) && sent.hasRoomForProbe();
    boolean probing = isProbing();
    if (!urgent && !probing && !frames.isOwing() && !content.hasContent()) {
      sent.markAppLimited();
      if (!isCopyPending()) {
        limits.set(content.waitsFor(), false, nowNs);
        return false;
      }
    }
    return urgent || mayBeInFlight(probing, nowNs);
  }

  private boolean mayBeInFlight(boolean probing, long nowNs) {
    boolean starting = recovery.congestionState().isStarting();
    if (!recovery.maySend(mtu.sizeBytes())) {
      limits.set(SendLimit.CONGESTION_WINDOW, starting, nowNs);
      return false;
    }
    if (!probing && isHeldBack(starting, nowNs)) {
      return false;
    }
    limits.set(SendLimit.NOTHING, starting, nowNs);
    return true;
  }

  /** Whether the pacer or a cap lets nothing go yet; the caps are asked by who could send. */
  private boolean isHeldBack(boolean starting, long nowNs) {
    long sendNs = recovery.nextSendNs(mtu.sizeBytes(), nowNs);
    if (sendNs - nowNs > 0) {
      return holdBack(SendLimit.PACING, sendNs, starting, nowNs);
    }
    // A slot of the shared cap must not be taken by a sender that may not use it yet.
    sendNs = peersShare.nextSendNs(mtu.sizeBytes(), nowNs);
    SendLimit limit = SendLimit.PEERS_MAX_RATE;
    if (sendNs - nowNs <= 0) {
      sendNs = cap.nextSendNs(mtu.sizeBytes(), nowNs);
      limit = SendLimit.MAX_RATE;
    }
    if (sendNs - nowNs > 0) {
      sent.markAppLimited(); // What arrives tells the cap, not what the path could carry.
      return holdBack(limit, sendNs, starting, nowNs);
    }
    return false;
  }

  private boolean holdBack(SendLimit limit, long untilNs, boolean starting, long nowNs) {
    pacedUntilNs = untilNs;
    limits.setUntil(limit, untilNs, starting, nowNs);
    return true;
  }

  /** Whether nothing else is left to send than content that is in flight already. */
  private boolean isCopyPending() {
    if (!recovery.isLossy() || !content.isTail()) {
      copies.stop();
      return false;
    }
    copies.begin(recovery.lossShare());
    return copies.isOwing(sent);
  }

  private boolean isProbing() {
    return recovery.probesOwed() > 0 && !isEmpty();
  }

  private boolean send(boolean eliciting, long nowNs, Transmit transmit) {
    long number = sent.nextNumber();
    ByteBuffer buffer = builder.begin(number, roomBytes(number), transmit);
    int empty = buffer.position();
    // The silence that calls for a probe may be that of a peer whose own packets went astray, and
    // nothing but an acknowledgement gets it going.
    boolean acks =
        (received.isAckPending() || isProbing()) && builder.writeAck(received, nowNs, buffer);
    boolean asks = eliciting && writeEliciting(nowNs, buffer);
    // Perhaps it has just been stopped: reading the content may have failed.
    if (stopped || buffer.position() == empty) {
      return false;
    }
    finish(number, asks, nowNs, buffer, transmit);
    if (acks) {
      if (builder.listedAll) {
        sent.carriesAck(number, received.largest());
      }
      received.onAckSent();
    }
    if (asks) {
      builder.contents.record(sent, number);
      if (ControlFrameQueue.hasFinal(builder.contents.kinds()) && content.isLastOpen()) {
        finalFrame.onSent(recovery.rtt().smoothedNs(), nowNs);
      }
      if (builder.contents.pieces() == 1 && !builder.isCopy) {
        copies.onSent(number, content.isTail(), recovery.lossShare());
      }
    }
    stats.packetsSent++;
    return true;
  }

  /** A probe is to arrive, whatever has become of the path. */
  private long roomBytes(long number) {
    int bytes = isProbing() ? mtu.safeBytes() : mtu.sizeBytes();
    return Math.min(Math.min(bytes, config.maxPacketBytes(number)), path.budgetBytes());
  }

  private void finish(long number, boolean asks, long nowNs, ByteBuffer buffer, Transmit transmit) {
    int bytes = builder.finish(number, path.peer(), buffer, transmit);
    path.onSent(bytes);
    onSent(number, bytes, asks, nowNs);
  }

  private void onSent(long number, int bytes, boolean asks, long nowNs) {
    stats.sentBytes += bytes;
    recovery.onPacketSent(number, bytes, asks, nowNs);
    if (leavesOut && leftOut.isDue(number) && sent.leaveOut()) {
      leftOut.onLeftOut(number);
    }
    if (asks) {
      cap.onSent(bytes);
      peersShare.onSent(bytes);
    }
    observer.onPacketSent(number, bytes, asks, nowNs);
    lastSentNs = nowNs;
  }

  /** Control frames, what a probe repeats, content, or else a ping; false if nothing fits. */
  private boolean writeEliciting(long nowNs, ByteBuffer buffer) {
    int before = buffer.position();
    boolean probing = isProbing();
    builder.contents.clear(sent.hasRoomForMore(PacketContents.MAX_PARTS));
    builder.isCopy = false;
    if (probing) {
      takeForProbe();
    } else if (isOnlyCopyPending(nowNs)) {
      builder.isCopy = true;
      takePieceOf(copies.next());
    }
    path.write(buffer, nowNs, recovery.rtt().probeTimeoutNs());
    if (probing && !frames.isOwing() && builder.piece.length == 0 && !content.hasContent()) {
      frames.own().ping();
    }
    frames.write(sent.nextNumber(), buffer, builder.contents);
    writeContent(buffer, nowNs);
    if (probing && buffer.position() == before) {
      frames.own().ping(); // What is owed does not fit.
      frames.writeOwn(sent.nextNumber(), buffer, builder.contents);
    }
    return buffer.position() > before;
  }

  private void takePieceOf(long number) {
    builder.piece.file = sent.file(number);
    builder.piece.set(sent.dataOffset(number), sent.dataLength(number));
  }

  private boolean isOnlyCopyPending(long nowNs) {
    return !frames.isOwing() && !path.isOwing(nowNs) && !content.hasContent() && isCopyPending();
  }

  private void writeContent(ByteBuffer buffer, long nowNs) {
    if (builder.piece.length > 0) {
      repeatContent(buffer, nowNs);
    } else if (content.isMany()) {
      writePieces(buffer, nowNs);
    } else if (content.hasContent() && content.writeContent(buffer, builder.piece, nowNs)) {
      builder.contents.addContent(builder.piece);
    }
  }

  /** Pieces of one file after the other, and what is owed about those that are opened meanwhile. */
  private void writePieces(ByteBuffer buffer, long nowNs) {
    while (!stopped
        && !frames.isOwing()
        && builder.contents.hasRoomForPiece()
        && buffer.remaining() >= PacketBuilder.MIN_ROOM_BYTES
        && content.hasContent()) {
      if (content.writeContent(buffer, builder.piece, nowNs)) {
        builder.contents.addContent(builder.piece);
      } else if (!frames.isOwing()) {
        return; // It does not fit.
      }
      frames.write(sent.nextNumber(), buffer, builder.contents);
    }
  }

  private void repeatContent(ByteBuffer buffer, long nowNs) {
    int wanted = builder.piece.length;
    // Frames of many files may have taken all that is remembered of a packet.
    if (builder.contents.hasRoomFor(builder.piece.file)
        && content.repeatContent(buffer, builder.piece, nowNs)) {
      builder.contents.addContent(builder.piece);
    } else {
      builder.piece.set(0, 0);
    }
    if (builder.isCopy) {
      copies.skip();
      if (builder.piece.length == wanted) {
        copies.onCopied(builder.piece.file, builder.piece.offset, wanted);
      }
    }
  }

  /**
   * Every frame that is not known to have arrived, and content: what is waiting, or else what the
   * oldest packet in flight carries, the second probe what the next one does. Where there are many
   * files, the frames are those that such packets carry.
   */
  private void takeForProbe() {
    frames.own().repeatUnconfirmed();
    content.repeatUnconfirmed();
    if (content.hasContent() && !content.isMany()) {
      return;
    }
    long number = recovery.isFirstProbe() ? sent.oldestInFlight() : sent.nextInFlight(lastProbed);
    while (number < sent.nextNumber() && sent.dataLength(number) == 0 && !content.isMany()) {
      fates.repeatFrames(number);
      number = sent.nextInFlight(number);
    }
    if (number < sent.nextNumber()) {
      lastProbed = number;
      fates.repeatFrames(number);
      takePieceOf(number);
    }
  }

  /**
   * Fills in the packet that ends the connection; false if it does not fit.
   *
   * @param to where the peer is, or may be as well
   */
  boolean writeClose(Close close, InetSocketAddress to, long nowNs, Transmit transmit) {
    makeRoom(nowNs);
    long number = sent.nextNumber();
    transmit.clear();
    boolean isToPeer = to.equals(path.peer());
    long roomBytes = isToPeer ? path.budgetBytes() : path.formerBudgetBytes();
    ByteBuffer buffer = builder.begin(number, roomBytes, transmit);
    if (!builder.writeClose(close, buffer)) {
      return false;
    }
    int bytes = builder.finish(number, to, buffer, transmit);
    if (isToPeer) {
      path.onSent(bytes);
    } else {
      path.onSentToFormer(bytes);
    }
    onSent(number, bytes, false, nowNs);
    return true;
  }

  /** What becomes of packets: told to whom it concerns. */
  private final class PacketFates implements SentPacketListener {
    private final PartVisitor acknowledged = this::onPartAcknowledged;
    private final PartVisitor lost = this::onPartLost;
    private final PartVisitor repeated = this::onPartRepeated;
    private long number;
    private boolean wasLost;

    @Override
    public void onAcknowledged(long newNumber, boolean newWasLost) {
      number = newNumber;
      wasLost = newWasLost;
      observer.onPacketAcked(number, sent.bytes(number), wasLost, eventNs);
      mtu.onAcknowledged(number, sent.bytes(number));
      long reported = sent.largestReported(number);
      if (reported >= 0) {
        received.onAckAcknowledged(reported);
      }
      sent.visit(number, acknowledged);
    }

    private void onPartAcknowledged(int file, int kinds, long offset, int length) {
      if (file == OwedFrames.NO_FILE) {
        frames.own().onAcknowledged(number, kinds);
        return;
      }
      if (length > 0) {
        copies.onAcknowledged(file, offset, length, wasLost);
      }
      content.onAcknowledged(number, file, kinds, offset, length, wasLost, eventNs);
    }

    @Override
    public void onLost(long newNumber) {
      number = newNumber;
      observer.onPacketLost(number, sent.bytes(number), eventNs);
      mtu.onLost(number, sent.bytes(number), sent.nextNumber(), eventNs);
      sent.visit(number, lost);
    }

    private void onPartLost(int file, int kinds, long offset, int length) {
      if (file == OwedFrames.NO_FILE) {
        frames.own().onLost(number, kinds);
      } else if (length > 0 && copies.isCovered(file, offset, length)) {
        content.onLost(number, file, kinds, 0, 0);
        content.onCovered(file, length, eventNs);
      } else {
        content.onLost(number, file, kinds, offset, length);
      }
    }

    /** The frames of a packet in flight are to be sent once more. */
    void repeatFrames(long newNumber) {
      number = newNumber;
      sent.visit(number, repeated);
    }

    private void onPartRepeated(int file, int kinds, long offset, int length) {
      if (file == OwedFrames.NO_FILE) {
        frames.own().onLost(number, kinds);
      } else {
        content.onLost(number, file, kinds, 0, 0);
      }
    }
  }
}
