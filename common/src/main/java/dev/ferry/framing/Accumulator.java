package dev.ferry.framing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects something that arrives in pieces. */
final class Accumulator {
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  private static final byte[] NOTHING = new byte[0];

  private byte[] bytes = NOTHING;
  private int length;

  /** The number of bytes collected. */
  int length() {
    return length;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Keeps a copy of a piece, all of it. */
  void add(ByteBuffer piece) {
    int added = piece.remaining();
    if (bytes.length - length < added) {
      bytes = Arrays.copyOf(bytes, grown(Math.addExact(length, added)));
    }
    piece.get(bytes, length, added);
    length += added;
  }

  /** At least what is needed, and twice as much as before, so that little is copied often. */
  private int grown(int needed) {
    return (int) Math.max(needed, Math.min(2L * bytes.length, MAX_ARRAY_BYTES));
  }

  /** The memory that it holds, in bytes. */
  int heldBytes() {
    return bytes.length;
  }

  /**
   * Returns everything collected, and starts over without memory: what is whole is used at once,
   * and the next message may be long in coming.
   */
  ByteBuffer takeAll() {
    ByteBuffer all = ByteBuffer.wrap(bytes, 0, length).slice();
    bytes = NOTHING;
    length = 0;
    return all;
  }

  /**
   * Takes the bytes that are missing from something of known length, and no more.
   *
   * @param in what came
   * @param wholeLength of all the pieces together, in bytes
   * @return the whole, valid until the next piece: a view of {@code in} if that has it all; null if
   *     {@code in} is used up and more is needed
   */
  @Nullable ByteBuffer take(ByteBuffer in, int wholeLength) {
    int taken = Math.min(wholeLength - length, in.remaining());
    ByteBuffer piece = in.slice(in.position(), taken);
    in.position(in.position() + taken);
    if (taken == wholeLength) {
      return piece;
    }
    add(piece);
    return length == wholeLength ? takeAll() : null;
  }
}
