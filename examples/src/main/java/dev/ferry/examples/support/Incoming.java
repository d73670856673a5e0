package dev.ferry.examples.support;

import dev.ferry.framing.MessageDecoder;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a connection. A read may return more than was asked for: the rest is kept here for the
 * next call.
 */
public final class Incoming {
  private final InputStream stream;
  private final byte[] buffer;

  /** The rest of the last read. */
  private ByteBuffer piece = ByteBuffer.allocate(0);

  /**
   * Creates it with nothing read.
   *
   * @param bufferBytes how much to read at once at most
   */
  public Incoming(InputStream stream, int bufferBytes) {
    this.stream = stream;
    this.buffer = new byte[bufferBytes];
  }

  /**
   * Waits for the next whole message.
   *
   * @return valid until the next call; null at the end of the stream
   * @throws EOFException if the stream ends within a message
   */
  public @Nullable ByteBuffer message(MessageDecoder decoder) throws IOException {
    ByteBuffer message = decoder.next(piece);
    while (message == null) {
      if (!read()) {
        if (decoder.isMidFrame()) {
          throw new EOFException("the connection was closed within a message");
        }
        return null;
      }
      message = decoder.next(piece);
    }
    return message;
  }

  /**
   * Waits for the next bytes, whatever message they are of.
   *
   * @param maxBytes how much to take at most, at least 1
   * @return at least one byte, valid until the next call; null at the end of the stream
   */
  public @Nullable ByteBuffer bytes(long maxBytes) throws IOException {
    if (!piece.hasRemaining() && !read()) {
      return null;
    }
    int length = (int) Math.min(maxBytes, piece.remaining());
    ByteBuffer bytes = piece.slice(piece.position(), length);
    piece.position(piece.position() + length);
    return bytes;
  }

  private boolean read() throws IOException {
    int bytes = stream.read(buffer);
    piece = ByteBuffer.wrap(buffer, 0, Math.max(0, bytes));
    return bytes >= 0;
  }
}
