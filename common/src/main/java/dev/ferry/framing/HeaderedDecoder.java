package dev.ferry.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds messages that follow a header of a fixed length, which tells how long they are. */
abstract class HeaderedDecoder implements MessageDecoder {
  private static final int UNKNOWN = -1;

  private final int headerBytes;
  private int maxLength;
  private final Accumulator pieces = new Accumulator();

  /** The length of the message under way, once its header is whole. */
  private int length = UNKNOWN;

  /**
   * A decoder for a new stream.
   *
   * @param maxLength of a message, in bytes
   */
  HeaderedDecoder(int headerBytes, int maxLength) {
    this.headerBytes = headerBytes;
    this.maxLength = maxLength;
  }

  /**
   * Looks at what may be the beginning of a frame, before any of it is taken.
   *
   * @param in at least one byte; what is taken here is dropped
   * @throws MessageFormatException if no frame begins so
   */
  void checkBeginning(ByteBuffer in) throws MessageFormatException {}

  /** How long a message is by its header, in bytes, 0 or more. */
  abstract long announcedLength(ByteBuffer header);

  @Override
  public final @Nullable ByteBuffer next(ByteBuffer in) throws MessageFormatException {
    if (length == UNKNOWN) {
      if (pieces.isEmpty() && in.hasRemaining()) {
        checkBeginning(in);
      }
      ByteBuffer header = pieces.take(in, headerBytes);
      if (header == null) {
        return null;
      }
      length = checkedLength(header);
    }
    ByteBuffer content = pieces.take(in, length);
    if (content != null) {
      length = UNKNOWN;
    }
    return content;
  }

  private int checkedLength(ByteBuffer header) throws MessageFormatException {
    long announced = announcedLength(header);
    if (announced > maxLength) {
      throw MessageFormatException.tooLong(announced, maxLength);
    }
    return (int) announced;
  }

  @Override
  public final void limit(int newMaxLength) {
    maxLength = newMaxLength;
  }

  @Override
  public final int heldBytes() {
    return pieces.heldBytes();
  }

  @Override
  public final boolean isMidFrame() {
    return length != UNKNOWN || !pieces.isEmpty();
  }
}
