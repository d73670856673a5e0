package dev.ferry.transport;

import dev.ferry.framing.MessageEncoder;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Udp;
import java.nio.ByteBuffer;

/** The buffers that all streams of a loop share, so that an idle stream has none. */
final class TcpBuffers {
  private static final int IN_BYTES = 256 << 10;

  /** Room for more than a full transmit with every byte escaped. */
  private static final int OUT_BYTES = 160 << 10;

  /** Every packet of a handshake, and every frame, fits into a datagram of that length. */
  static final int SHORT_BYTES = Udp.SAFE_PAYLOAD_BYTES;

  final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
  final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
  final Transmit transmit = new Transmit(Udp.MAX_PAYLOAD_BYTES, Transmit.MAX_DATAGRAMS);

  /** For one short datagram, while memory is short. */
  final Transmit shortTransmit = new Transmit(SHORT_BYTES);

  /** The largest encoded length of all datagrams of a transmit, in bytes. */
  int longestEncodedTransmit(MessageEncoder encoder) {
    return encoder.maxEncodedLength(Udp.MAX_PAYLOAD_BYTES)
        + (Transmit.MAX_DATAGRAMS - 1) * encoder.maxEncodedLength(0);
  }
}
