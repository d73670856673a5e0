package dev.ferry.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** A part file consists of blocks of {@value #BYTES} bytes; the last one may be shorter. */
final class Block {
  static final int BYTES = 256 << 10;

  private Block() {}

  /** The number of the block that an offset is in. */
  static long at(long offset) {
    return offset / BYTES;
  }

  /** The offset of a block's first byte. */
  static long start(long block) {
    return block * BYTES;
  }

  /** The offset after a block's last byte in a file of that size. */
  static long end(long block, long sizeBytes) {
    return Math.min(start(block + 1), sizeBytes);
  }

  /** How many there are in a file of that size. */
  static long count(long sizeBytes) {
    return (sizeBytes + BYTES - 1) / BYTES;
  }

  /**
   * The checksum of a block's content: CRC-32C and CRC-32 together, 64 bits. It finds damage, and
   * blocks of another file. Against forgery only the digest of the whole file protects.
   *
   * @param content its position stays
   */
  static long checksum(ByteBuffer content) {
    CRC32 low = new CRC32();
    low.update(content.duplicate());
    return (long) Crc32c.of(content) << Integer.SIZE | low.getValue();
  }
}
