package dev.ferry.protocol;

import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Nanos;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a file that are transferred with its content (protocol.md, section 10).
 *
 * @param kind what it is; its content is that of the kind
 * @param sizeBytes 0 … {@link #MAX_SIZE_BYTES}, or {@link #UNKNOWN_SIZE}
 * @param modifiedNs the time of its last change, in nanoseconds since 1970 UTC; any value
 * @param mode its permission bits, 0 … {@value #MAX_MODE}
 */
public record FileAttributes(FileKind kind, long sizeBytes, long modifiedNs, int mode) {
  /** The size of the largest file, and the greatest end of data: 2<sup>48</sup> bytes. */
  public static final long MAX_SIZE_BYTES = ByteRange.MAX_END;

  /** The size of content that comes bit by bit, until its end has come: 2<sup>64</sup> − 1. */
  public static final long UNKNOWN_SIZE = -1;

  /** All permission bits: 777 octal. */
  public static final int MAX_MODE = 0b111_111_111;

  /** The length on the wire, in bytes. */
  public static final int BYTES = 18;

  /** By what the kind is multiplied where it stands with the mode. */
  private static final int KIND_FACTOR = 4096;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is violated
   */
  public FileAttributes {
    if (!isSizeOrUnknown(kind, sizeBytes) || !isMode(mode)) {
      throw new IllegalArgumentException("no file of " + sizeBytes + " bytes and mode " + mode);
    }
  }

  /** The attributes of a regular file. */
  public FileAttributes(long sizeBytes, long modifiedNs, int mode) {
    this(FileKind.FILE, sizeBytes, modifiedNs, mode);
  }

  /** Kind and mode in one number, as they are on the wire. */
  public int kindAndMode() {
    return kind.number() * KIND_FACTOR + mode;
  }

  /**
   * Attributes of something to be transferred, off the wire.
   *
   * @return null if there are none of these numbers
   */
  public static @Nullable FileAttributes of(long sizeBytes, long modifiedNs, int kindAndMode) {
    FileAttributes listed = listed(sizeBytes, modifiedNs, kindAndMode);
    return listed == null || listed.kind == FileKind.UNTOLD ? null : listed;
  }

  /**
   * Attributes in a list, off the wire.
   *
   * @return null if there are none of these numbers
   */
  static @Nullable FileAttributes listed(long sizeBytes, long modifiedNs, int kindAndMode) {
    FileKind kind = FileKind.of(kindAndMode / KIND_FACTOR);
    int mode = kindAndMode % KIND_FACTOR;
    return kind == null || !isSizeOrUnknown(kind, sizeBytes) || !isMode(mode)
        ? null
        : new FileAttributes(kind, sizeBytes, modifiedNs, mode);
  }

  /** Written out, because the one that comes of itself is linked in some 20 ms at its first use. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FileAttributes that
        && kind == that.kind
        && sizeBytes == that.sizeBytes
        && modifiedNs == that.modifiedNs
        && mode == that.mode;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, sizeBytes, modifiedNs, mode);
  }

  public static boolean isSize(long sizeBytes) {
    return sizeBytes >= 0 && sizeBytes <= MAX_SIZE_BYTES;
  }

  /** Whether that is a size, or says that there is none yet. */
  private static boolean isSizeOrUnknown(FileKind kind, long sizeBytes) {
    return isSize(sizeBytes) || (kind == FileKind.FILE && sizeBytes == UNKNOWN_SIZE);
  }

  /** Whether the size is known. */
  public boolean isSizeKnown() {
    return sizeBytes != UNKNOWN_SIZE;
  }

  public static boolean isMode(int mode) {
    return mode >= 0 && mode <= MAX_MODE;
  }

  /**
   * Whether two times are the same, or one of them the other without what some programs and file
   * systems drop when they copy a file: all below a microsecond, a millisecond, or a second.
   */
  public static boolean isSameTime(long oneNs, long otherNs) {
    long earlierNs = Math.min(oneNs, otherNs);
    long laterNs = Math.max(oneNs, otherNs);
    return earlierNs == laterNs
        || earlierNs == laterNs - Math.floorMod(laterNs, Nanos.MICROSECOND)
        || earlierNs == laterNs - Math.floorMod(laterNs, Nanos.MILLISECOND)
        || earlierNs == laterNs - Math.floorMod(laterNs, Nanos.SECOND);
  }
}
