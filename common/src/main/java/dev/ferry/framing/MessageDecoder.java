package dev.ferry.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds whole messages in a byte stream that arrives in arbitrary pieces. For each piece, ask until
 * there is no more:
 *
 * <pre>{@code
 * for (ByteBuffer message = decoder.next(in); message != null; message = decoder.next(in)) {
 *   handle(message);
 * }
 * }</pre>
 *
 * <p>Nothing is read ahead: what follows a message stays in the buffer, so it is neither lost when
 * the caller stops asking nor affected by an error behind it. Memory grows with what has come,
 * never by a length that was announced. Not thread-safe.
 */
public interface MessageDecoder {
  /**
   * Takes bytes up to the end of the next whole message.
   *
   * @param in what came; its bytes from position to limit go on where the last piece ended
   * @return the message's content, valid until the next call: a view of {@code in} if all of it is
   *     there and stands as it was sent, otherwise of a copy; null if {@code in} is used up and
   *     more is needed
   * @throws MessageFormatException if a frame is longer than the maximum, or is none; the
   *     boundaries are lost then, so the decoder must not be asked again
   */
  @Nullable ByteBuffer next(ByteBuffer in) throws MessageFormatException;

  /**
   * Changes the longest message that is taken; a length that is known already is not looked at
   * again.
   *
   * @param maxLength in bytes
   */
  void limit(int maxLength);

  /** The memory that the decoder holds for a message that is not whole, in bytes. */
  int heldBytes();

  /**
   * Whether a message has begun and not ended. At the end of the stream this means that it is cut
   * off.
   */
  boolean isMidFrame();
}
