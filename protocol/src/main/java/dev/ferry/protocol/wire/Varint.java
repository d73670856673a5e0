package dev.ferry.protocol.wire;

import java.nio.ByteBuffer;

/**
 * The variable-length integer of RFC 9000, section 16: 0 … 2<sup>62</sup> − 1 in 1, 2, 4 or 8
 * bytes. The two highest bits encode the length. Stateless; allocates nothing.
 */
public final class Varint {
  /** The largest number. */
  public static final long MAX = (1L << 62) - 1;

  /** The length of the longest encoding, in bytes. */
  public static final int MAX_BYTES = 8;

  /** The result of {@link #read} if the bytes end too soon. */
  public static final long TRUNCATED = -1;

  private static final int LENGTH_SHIFT = 6;
  private static final int FIRST_BITS = 0x3f;

  private Varint() {}

  /**
   * The length of the shortest encoding: 1, 2, 4 or 8 bytes.
   *
   * @throws IllegalArgumentException unless the number is in 0 … {@link #MAX}
   */
  public static int bytes(long number) {
    if (number < 0 || number > MAX) {
      throw new IllegalArgumentException("not in 0 … 2^62 − 1: " + number);
    }
    if (number < 1 << 6) {
      return 1;
    } else if (number < 1 << 14) {
      return 2;
    }
    return number < 1 << 30 ? 4 : MAX_BYTES;
  }

  /**
   * Writes the shortest encoding at the buffer's position.
   *
   * @param buffer big-endian
   * @throws IllegalArgumentException unless the number is in 0 … {@link #MAX}
   * @throws java.nio.BufferOverflowException if fewer than {@link #bytes} bytes remain
   */
  public static void write(long number, ByteBuffer buffer) {
    switch (bytes(number)) {
      case 1 -> buffer.put((byte) number);
      case 2 -> buffer.putShort((short) (number | 1 << 14));
      case 4 -> buffer.putInt((int) (number | 2L << 30));
      default -> buffer.putLong(number | 3L << 62);
    }
  }

  /**
   * Reads a number at the buffer's position; longer encodings than needed are accepted.
   *
   * @param buffer big-endian
   * @return 0 … {@link #MAX}, or {@link #TRUNCATED}, with the position unchanged
   */
  public static long read(ByteBuffer buffer) {
    if (!buffer.hasRemaining()) {
      return TRUNCATED;
    }
    int first = Byte.toUnsignedInt(buffer.get(buffer.position()));
    int bytes = 1 << (first >> LENGTH_SHIFT);
    if (buffer.remaining() < bytes) {
      return TRUNCATED;
    }
    return switch (bytes) {
      case 1 -> buffer.get() & FIRST_BITS;
      case 2 -> buffer.getShort() & 0x3fff;
      case 4 -> buffer.getInt() & 0x3fff_ffff;
      default -> buffer.getLong() & MAX;
    };
  }
}
