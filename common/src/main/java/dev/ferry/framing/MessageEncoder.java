package dev.ferry.framing;

import java.nio.ByteBuffer;

/** Makes messages recognisable in a byte stream. Stateless and thread-safe. */
public interface MessageEncoder {
  /**
   * How long a frame can get, in bytes.
   *
   * @param contentLength of the message, in bytes
   */
  int maxEncodedLength(int contentLength);

  /**
   * Writes a frame.
   *
   * @param content the message: the bytes from position to limit, all of which are taken
   * @param out where to write; {@link #maxEncodedLength} bytes are always enough
   * @throws IllegalArgumentException if the message is longer than the framing can say
   * @throws java.nio.BufferOverflowException if {@code out} is too small; both buffers are
   *     undefined then
   */
  void encode(ByteBuffer content, ByteBuffer out);
}
