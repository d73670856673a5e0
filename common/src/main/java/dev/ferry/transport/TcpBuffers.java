package dev.ferry.transport;

import dev.ferry.framing.MessageEncoder;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Udp;
import java.nio.ByteBuffer;

/**
 * Where the bytes of a loop's streams pass through, so that a stream which is idle has no buffers.
 * Not thread-safe.
 */
final class TcpBuffers {
  private static final int IN_BYTES = 256 << 10;

  /** Room for a full transmit, even if each of its bytes is escaped, and some. */
  private static final int OUT_BYTES = 160 << 10;

  final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
  final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES);
  final Transmit transmit = new Transmit(Udp.MAX_PAYLOAD_BYTES, Transmit.MAX_DATAGRAMS);

  /** How long the frames of all datagrams of a transmit can get, in bytes. */
  int longestEncodedTransmit(MessageEncoder encoder) {
    return encoder.maxEncodedLength(Udp.MAX_PAYLOAD_BYTES)
        + (Transmit.MAX_DATAGRAMS - 1) * encoder.maxEncodedLength(0);
  }
}
