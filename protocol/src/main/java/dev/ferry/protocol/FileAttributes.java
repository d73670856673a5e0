package dev.ferry.protocol;

import dev.ferry.protocol.util.ByteRange;
import java.util.Objects;

/**
 * The attributes of a file that are transferred with its content (protocol.md, section 10).
 *
 * @param sizeBytes 0 … {@link #MAX_SIZE_BYTES}
 * @param modifiedNs the time of its last change, in nanoseconds since 1970 UTC; any value
 * @param mode its permission bits, 0 … {@value #MAX_MODE}
 */
public record FileAttributes(long sizeBytes, long modifiedNs, int mode) {
  /** The size of the largest file, and the greatest end of data: 2<sup>48</sup> bytes. */
  public static final long MAX_SIZE_BYTES = ByteRange.MAX_END;

  /** All permission bits: 777 octal. */
  public static final int MAX_MODE = 0b111_111_111;

  /** The length on the wire, in bytes. */
  public static final int BYTES = 18;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is violated
   */
  public FileAttributes {
    if (!isSize(sizeBytes) || !isMode(mode)) {
      throw new IllegalArgumentException("no file of " + sizeBytes + " bytes and mode " + mode);
    }
  }

  /** Written out, because the one that comes of itself is linked in some 20 ms at its first use. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FileAttributes that
        && sizeBytes == that.sizeBytes
        && modifiedNs == that.modifiedNs
        && mode == that.mode;
  }

  @Override
  public int hashCode() {
    return Objects.hash(sizeBytes, modifiedNs, mode);
  }

  public static boolean isSize(long sizeBytes) {
    return sizeBytes >= 0 && sizeBytes <= MAX_SIZE_BYTES;
  }

  public static boolean isMode(int mode) {
    return mode >= 0 && mode <= MAX_MODE;
  }
}
