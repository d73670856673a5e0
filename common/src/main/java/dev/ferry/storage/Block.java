package dev.ferry.storage;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.FileAttributes;
import java.nio.ByteBuffer;

/** A part file consists of blocks of {@value #BYTES} bytes; the last one may be shorter. */
final class Block {
  static final int BYTES = BlockSums.BLOCK_BYTES;

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

  /** The size of a file; if it is not known, as much as it can become. */
  static long mostBytes(FileAttributes file) {
    return file.isSizeKnown() ? file.sizeBytes() : FileAttributes.MAX_SIZE_BYTES;
  }

  /** How many there are in a file of that size. */
  static long count(long sizeBytes) {
    return BlockSums.count(sizeBytes);
  }

  /**
   * The checksum of a block's content, {@link BlockSums#of}. It finds damage, and blocks of another
   * file. Against forgery only the digest of the whole file protects.
   *
   * @param content its position stays
   */
  static long checksum(ByteBuffer content) {
    return BlockSums.of(content);
  }
}
