package dev.ferry.protocol.util;

/**
 * A part of a file.
 *
 * @param start the offset of its first byte, at least 0
 * @param end the offset after its last byte, greater than {@code start}, at most {@link #MAX_END}
 */
public record ByteRange(long start, long end) {
  /** The greatest end of a range: 2<sup>48</sup>, which is also the size of the largest file. */
  public static final long MAX_END = 1L << 48;

  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if it is violated
   */
  public ByteRange {
    if (start < 0 || end <= start || end > MAX_END) {
      throw new IllegalArgumentException("no range: " + start + " … " + end);
    }
  }

  /** The number of bytes in the range, at least 1. */
  public long length() {
    return end - start;
  }
}
