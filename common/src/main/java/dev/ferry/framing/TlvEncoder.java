package dev.ferry.framing;

import java.nio.ByteBuffer;

/** Writes a marker and a message's length before the message. */
final class TlvEncoder implements MessageEncoder {
  @Override
  public int maxEncodedLength(int contentLength) {
    return Math.addExact(TlvDecoder.HEADER_BYTES, contentLength);
  }

  @Override
  public void encode(ByteBuffer content, ByteBuffer out) {
    int length = content.remaining();
    if (length > TlvDecoder.MAX_CONTENT_BYTES) {
      throw new IllegalArgumentException("two bytes cannot say a length of " + length);
    }
    out.put(TlvDecoder.MARKER).put((byte) (length >> 8)).put((byte) length).put(content);
  }
}
