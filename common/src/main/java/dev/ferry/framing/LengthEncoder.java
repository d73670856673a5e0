package dev.ferry.framing;

import java.nio.ByteBuffer;

/** Writes a message's length before the message: four bytes, big-endian. */
final class LengthEncoder implements MessageEncoder {
  @Override
  public int maxEncodedLength(int contentLength) {
    return Math.addExact(LengthDecoder.HEADER_BYTES, contentLength);
  }

  @Override
  public void encode(ByteBuffer content, ByteBuffer out) {
    int length = content.remaining();
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.put((byte) (length >> shift));
    }
    out.put(content);
  }
}
