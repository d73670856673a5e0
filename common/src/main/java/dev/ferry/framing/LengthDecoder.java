package dev.ferry.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds messages that are preceded by their length: four bytes, big-endian and unsigned. */
final class LengthDecoder implements FrameDecoder {
  static final int HEADER_BYTES = Integer.BYTES;

  private static final int UNKNOWN = -1;

  private final int maxLength;
  private final Pieces pieces = new Pieces();

  /** The length of the message under way, once its header is whole. */
  private int length = UNKNOWN;

  /**
   * A decoder for a new stream.
   *
   * @param maxLength of a message, in bytes
   */
  LengthDecoder(int maxLength) {
    this.maxLength = maxLength;
  }

  @Override
  public @Nullable ByteBuffer next(ByteBuffer in) throws FrameException {
    if (length == UNKNOWN) {
      ByteBuffer header = pieces.take(in, HEADER_BYTES);
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

  private int checkedLength(ByteBuffer header) throws FrameException {
    long announced = Integer.toUnsignedLong(header.getInt());
    if (announced > maxLength) {
      throw FrameException.tooLong(announced, maxLength);
    }
    return (int) announced;
  }

  @Override
  public boolean isMidFrame() {
    return length != UNKNOWN || !pieces.isEmpty();
  }
}
