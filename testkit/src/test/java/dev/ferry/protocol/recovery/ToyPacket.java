package dev.ferry.protocol.recovery;

import java.nio.ByteBuffer;

/** The packets of the toy: a number, a type, and then data or an acknowledgement. */
final class ToyPacket {
  static final byte DATA = 0;
  static final byte ACK = 1;
  static final int HEADER_BYTES = Long.BYTES + 1 + Long.BYTES;
  static final int PACKET_BYTES = 1200;
  static final int DATA_BYTES = PACKET_BYTES - HEADER_BYTES;

  private ToyPacket() {}

  static void data(ByteBuffer packet, long number, long offset, int length) {
    packet.putLong(number).put(DATA).putLong(offset);
    for (int i = 0; i < length; i++) {
      packet.put(content(offset + i));
    }
  }

  static void ack(ByteBuffer packet, long number, AckTracker received, long nowNs) {
    packet.putLong(number).put(ACK).putLong(received.ackDelayNs(nowNs));
    for (int i = 0; i < received.rangeCount(); i++) {
      packet.putLong(received.low(i)).putLong(received.high(i));
    }
  }

  /** What the file has there. */
  static byte content(long offset) {
    return (byte) ((offset * 0x9e3779b97f4a7c15L) >>> 56);
  }
}
