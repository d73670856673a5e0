package dev.ferry.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds messages that all have the same length, and nothing around them. */
public final class FixedLengthDecoder implements MessageDecoder {
  private final int length;
  private final Accumulator pieces = new Accumulator();

  /**
   * A decoder for a new stream.
   *
   * @param length of each message, in bytes, at least 1
   */
  public FixedLengthDecoder(int length) {
    if (length < 1) {
      throw new IllegalArgumentException("messages of " + length + " bytes");
    }
    this.length = length;
  }

  @Override
  public @Nullable ByteBuffer next(ByteBuffer in) {
    return pieces.take(in, length);
  }

  /** Does nothing: the length is known. */
  @Override
  public void limit(int maxLength) {}

  @Override
  public int heldBytes() {
    return pieces.heldBytes();
  }

  @Override
  public boolean isMidFrame() {
    return !pieces.isEmpty();
  }
}
