package dev.ferry.protocol.connection;

import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.crypto.PacketSealer;
import dev.ferry.protocol.recovery.AckTracker;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.PacketHeader;
import dev.ferry.protocol.wire.frame.AckRanges;
import dev.ferry.protocol.wire.frame.AckTimes;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.FrameWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** From frames to datagrams: one packet at a time is begun, filled and sealed. Not thread-safe. */
final class PacketBuilder {
  /** With less room than this a packet is not worth while. */
  static final int MIN_ROOM_BYTES = 64;

  private final PacketSealer sealer;
  private final int peersId;
  private final int datagramBytes;
  private final AckRanges ranges = new AckRanges();
  private final AckTimes times = new AckTimes();

  /** Where the packet begins in the transmit's buffer. */
  private int start;

  /** What the packet carries besides an acknowledgement. */
  final PacketContents contents = new PacketContents();

  /** The piece of content that is being written. */
  final ContentStream.Piece piece = new ContentStream.Piece();

  /** Whether that content is a copy of what is in flight. */
  boolean isCopy;

  /** Whether the last acknowledgement listed everything. */
  boolean listedAll;

  PacketBuilder(PacketSealer sealer, int peersId, int datagramBytes) {
    this.sealer = sealer;
    this.peersId = peersId;
    this.datagramBytes = datagramBytes;
  }

  /** The length of the largest packet within a budget, in bytes. */
  int packetBytes(long budgetBytes) {
    return (int) Math.min(datagramBytes, budgetBytes);
  }

  /**
   * Writes the header behind what the transmit holds already; up to the limit of the buffer there
   * is room for frames.
   */
  ByteBuffer begin(long number, long budgetBytes, Transmit transmit) {
    piece.set(0, 0);
    ByteBuffer buffer = transmit.beginNext();
    start = buffer.position();
    int roomBytes = Math.min(packetBytes(budgetBytes), buffer.remaining());
    buffer.limit(start + roomBytes - PacketSealer.TAG_BYTES);
    PacketHeader.write(buffer, sealer.nextPhase(), peersId, number);
    return buffer;
  }

  /** Lists what fits, the highest ranges first; false if there is nothing to list. */
  boolean writeAck(AckTracker received, long nowNs, ByteBuffer buffer) {
    if (received.rangeCount() == 0) {
      return false;
    }
    times.set(
        received.ackDelayNs(nowNs) / Nanos.MICROSECOND,
        received.arrivedNs() / Nanos.MICROSECOND,
        received.trainNumbers(),
        received.trainNs() / Nanos.MICROSECOND);
    listedAll = true;
    for (int count = received.rangeCount(); count > 0; count /= 2) {
      ranges.clear();
      for (int i = 0; i < count; i++) {
        ranges.add(received.low(i), received.high(i));
      }
      if (FrameWriter.ack(ranges, times, buffer)) {
        return true;
      }
      listedAll = false;
    }
    return false;
  }

  /** Fills the packet, so that it calls for an acknowledgement and carries nothing. */
  void writeMtuProbe(ByteBuffer buffer) {
    FrameWriter.ping(buffer);
    FrameWriter.padding(buffer);
  }

  boolean writeClose(Close close, ByteBuffer buffer) {
    return FrameWriter.frame(close, buffer)
        || FrameWriter.frame(new Close(close.code(), ""), buffer);
  }

  /** Encrypts the packet and addresses it; returns its length. */
  int finish(long number, InetSocketAddress peer, ByteBuffer buffer, Transmit transmit) {
    int plaintextBytes = buffer.position() - start - PacketHeader.BYTES;
    int bytes =
        sealer.seal(
            number,
            buffer.array(),
            buffer.arrayOffset() + start,
            PacketHeader.BYTES,
            plaintextBytes);
    buffer.limit(start + bytes).position(start + bytes);
    transmit.finish(peer);
    return bytes;
  }
}
