package dev.ferry.protocol.connection;

import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.recovery.AckTracker;
import dev.ferry.protocol.recovery.LossDetector;
import dev.ferry.protocol.recovery.Recovery;
import dev.ferry.protocol.recovery.SentPacketListener;
import dev.ferry.protocol.recovery.SentPackets;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.Frame.Close;
import java.nio.ByteBuffer;

/**
 * The sending half of a connection: fills packets with what is most urgent, no more than congestion
 * control, the pacer and the path allow, and learns what became of them (protocol.md, section 12).
 * Not thread-safe.
 */
final class PacketSender {
  /** With more ranges to be listed an acknowledgement asks to be acknowledged itself. */
  private static final int PING_RANGES = 8;

  private final ControlFrameQueue outbox;
  private final AckTracker received;
  private final PathState path;
  private final PacketBuilder output;
  private final ConnectionStats stats;
  private final ConnectionConfig config;
  private final Recovery recovery;
  private final SentPackets sent;

  private ContentStream content = ContentStream.NONE;
  private boolean stopped;
  private long ackNs;
  private long pacedUntilNs = Nanos.NEVER;
  private long lastSentNs;

  /** The packet that the last probe repeats. */
  private long lastProbed = -1;

  /**
   * Begins with nothing in flight.
   *
   * @param received what is to be acknowledged
   */
  PacketSender(
      ConnectionConfig config,
      ControlFrameQueue outbox,
      AckTracker received,
      PathState path,
      PacketBuilder output,
      ConnectionStats stats,
      long nowNs) {
    this.config = config;
    this.outbox = outbox;
    this.received = received;
    this.path = path;
    this.output = output;
    this.stats = stats;
    this.lastSentNs = nowNs;
    this.recovery = config.recovery().create(config.datagramBytes(), new Fates(), nowNs);
    this.sent = recovery.sent();
  }

  /** The content that is sent from now on. */
  void sendFrom(ContentStream newContent) {
    content = newContent;
  }

  /** The connection has ended: nothing is sent any more but {@link #writeClose}. */
  void stop() {
    stopped = true;
  }

  /** What is in flight, and what is known of the path. */
  Recovery recovery() {
    return recovery;
  }


  /** When the last packet was sent; at first, when the connection began. */
  long lastSentNs() {
    return lastSentNs;
  }

  /** Whether nothing is in flight that calls for an acknowledgement. */
  boolean isEmpty() {
    return sent.packetsInFlight() == 0;
  }

  /**
   * The peer tells what has arrived.
   *
   * @return false if it never was sent
   */
  boolean acknowledged(AckRanges acked, long delayUs, long nowNs) {
    ackNs = nowNs;
    recovery.beginAck(nowNs);
    for (int i = 0; i < acked.count(); i++) {
      if (!recovery.acknowledge(acked.smallest(i), acked.largest(i))) {
        return false;
      }
    }
    long maxUs = AckTracker.MAX_ACK_DELAY_NS / Nanos.MICROSECOND;
    recovery.endAck(acked.largest(0), Math.min(delayUs, maxUs) * Nanos.MICROSECOND, nowNs);
    return true;
  }

  /** When the pacer lets the next packet go; {@link Nanos#NEVER} if none waits for it. */
  long pacedUntilNs() {
    return pacedUntilNs;
  }

  /** Fills in the next packet, if there is one to be sent. */
  boolean pollTransmit(long nowNs, Transmit transmit) {
    pacedUntilNs = Nanos.NEVER;
    if (received.isAckDue(nowNs) && received.rangeCount() > PING_RANGES && isEmpty()) {
      outbox.ping(); // Who never asks to be acknowledged has to list everything for ever.
    }
    boolean eliciting = mayElicit(nowNs);
    return (eliciting || received.isAckDue(nowNs)) && send(eliciting, nowNs, transmit);
  }

  /** Whether there is something that calls for an acknowledgement, and it may be sent now. */
  private boolean mayElicit(long nowNs) {
    // What is in flight on the path before must not keep the new one from being checked.
    boolean urgent = path.isOwing(nowNs) && sent.hasRoomForProbe();
    boolean probing = isProbing();
    if (!urgent && !probing && !outbox.isOwing() && !content.hasContent()) {
      sent.markAppLimited();
      return false;
    }
    if (urgent) {
      return true;
    }
    if (!recovery.maySend(config.datagramBytes())) {
      return false;
    }
    long sendNs = recovery.nextSendNs(config.datagramBytes(), nowNs);
    if (!probing && sendNs - nowNs > 0) {
      pacedUntilNs = sendNs;
      return false;
    }
    return true;
  }

  private boolean isProbing() {
    return recovery.probesOwed() > 0 && !isEmpty();
  }

  private boolean send(boolean eliciting, long nowNs, Transmit transmit) {
    long number = sent.nextNumber();
    ByteBuffer buffer = output.begin(number, roomBytes(number), transmit);
    int empty = buffer.position();
    boolean acks = received.isAckPending() && output.writeAck(received, nowNs, buffer);
    boolean asks = eliciting && writeEliciting(nowNs, buffer);
    if (stopped || buffer.position() == empty) { // Perhaps because the source has failed just now. {
      return false;
    }
    finish(number, asks, nowNs, transmit);
    if (acks) {
      if (output.listedAll) {
        sent.carriesAck(number, received.largest());
      }
      received.onAckSent();
    }
    if (asks) {
      sent.carriesFrames(number, output.frames);
      sent.carriesData(number, output.piece.offset, output.piece.length);
    }
    stats.packetsSent++;
    return true;
  }

  private long roomBytes(long number) {
    return Math.min(config.maxPacketBytes(number), path.budgetBytes());
  }

  private void finish(long number, boolean asks, long nowNs, Transmit transmit) {
    int bytes = output.finish(number, path.peer(), transmit);
    path.onSent(bytes);
    recovery.onPacketSent(number, bytes, asks, nowNs);
    lastSentNs = nowNs;
  }

  /** Control frames, what a probe repeats, content, or else a ping; false if nothing fits. */
  private boolean writeEliciting(long nowNs, ByteBuffer buffer) {
    int before = buffer.position();
    boolean probing = isProbing();
    if (probing) {
      takeForProbe();
    }
    path.write(buffer, nowNs, recovery.rtt().probeTimeoutNs());
    if (probing && !outbox.isOwing() && output.piece.length == 0) {
      outbox.ping();
    }
    output.frames = outbox.write(buffer);
    writeContent(buffer, nowNs);
    if (probing && buffer.position() == before) {
      outbox.ping(); // What is owed does not fit.
      output.frames = outbox.write(buffer);
    }
    return buffer.position() > before;
  }

  private void writeContent(ByteBuffer buffer, long nowNs) {
    if (output.piece.length > 0) {
      if (!content.repeatContent(buffer, output.piece, nowNs)) {
        output.piece.set(0, 0);
      }
    } else if (content.hasContent()) {
      content.writeContent(buffer, output.piece, nowNs);
    }
  }

  /** Takes what the oldest packets in flight carry; the second probe what the next one does. */
  private void takeForProbe() {
    boolean first = recovery.probesOwed() == LossDetector.PROBES_PER_TIMEOUT;
    long number = first ? sent.oldestInFlight() : sent.nextInFlight(lastProbed);
    if (number >= sent.nextNumber()) {
      return;
    }
    lastProbed = number;
    outbox.onLost(sent.frames(number));
    output.piece.set(sent.dataOffset(number), sent.dataLength(number));
  }

  /** Fills in the packet that ends the connection; false if it does not fit. */
  boolean writeClose(Close close, long nowNs, Transmit transmit) {
    long number = sent.nextNumber();
    ByteBuffer buffer = output.begin(number, path.budgetBytes(), transmit);
    if (!output.writeClose(close, buffer)) {
      return false;
    }
    finish(number, false, nowNs, transmit);
    return true;
  }

  /** What becomes of packets: told to whom it concerns. */
  private final class Fates implements SentPacketListener {
    @Override
    public void onAcknowledged(long number, boolean wasLost) {
      outbox.onAcknowledged(sent.frames(number));
      long reported = sent.largestReported(number);
      if (reported >= 0) {
        received.onAckAcknowledged(reported);
      }
      int length = sent.dataLength(number);
      if (length > 0) {
        content.onContentAcknowledged(sent.dataOffset(number), length, wasLost, ackNs);
      }
    }

    @Override
    public void onLost(long number) {
      outbox.onLost(sent.frames(number));
      int length = sent.dataLength(number);
      if (length > 0) {
        content.onContentLost(sent.dataOffset(number), length);
      }
    }
  }
}
