package dev.ferry.framing;

import java.nio.ByteBuffer;

/** Escapes a message and writes the delimiter behind it. */
final class DelimiterEncoder implements MessageEncoder {
  private final DelimiterFraming framing;

  DelimiterEncoder(DelimiterFraming framing) {
    this.framing = framing;
  }

  @Override
  public int maxEncodedLength(int contentLength) {
    return Math.addExact(Math.multiplyExact(2, contentLength), framing.length());
  }

  @Override
  public void encode(ByteBuffer content, ByteBuffer out) {
    while (content.hasRemaining()) {
      byte b = content.get();
      if (framing.isEscape(b) || framing.isFirst(b)) {
        out.put(framing.escape());
      }
      out.put(b);
    }
    for (int i = 0; i < framing.length(); i++) {
      out.put(framing.at(i));
    }
  }
}
