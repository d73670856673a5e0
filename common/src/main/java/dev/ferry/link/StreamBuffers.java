package dev.ferry.link;

import dev.ferry.engine.Transmit;
import dev.ferry.framing.FrameEncoder;
import dev.ferry.wire.ferry.FerryPackets;
import java.nio.ByteBuffer;

/**
 * Where the bytes of a loop's streams pass through, so that a stream which is idle has no buffers.
 * Not thread-safe.
 */
final class StreamBuffers {
  private static final int IN_BYTES = 256 << 10;

  final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
  final Transmit transmit = new Transmit(FerryPackets.MAX_DATAGRAM_BYTES);
  private ByteBuffer out = ByteBuffer.allocate(0);

  /** An empty buffer for the frame of a message. */
  ByteBuffer out(FrameEncoder encoder, int contentBytes) {
    int bytes = encoder.maxEncodedLength(contentBytes);
    if (out.capacity() < bytes) {
      out = ByteBuffer.allocateDirect(bytes);
    }
    return out.clear();
  }
}
