package dev.ferry.protocol.util;

import dev.ferry.protocol.FileAttributes;

/**
 * A part of a file.
 *
 * @param start the offset of its first byte, at least 0
 * @param end the offset after its last byte, greater than {@code start}, at most {@link
 *     FileAttributes#MAX_SIZE_BYTES}
 */
public record ByteRange(long start, long end) {
  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if it is violated
   */
  public ByteRange {
    if (start < 0 || end <= start || end > FileAttributes.MAX_SIZE_BYTES) {
      throw new IllegalArgumentException("no range: " + start + " … " + end);
    }
  }

  /** How many bytes are in it, at least 1. */
  public long length() {
    return end - start;
  }
}
