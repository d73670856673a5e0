package dev.ferry.protocol;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Sha256;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * What the sums of all blocks of a file say together (protocol.md, section 10). Blocks may be added
 * in any order. It finds damage; against whoever can choose the content only a digest protects. Not
 * thread-safe.
 */
public final class BlockSums {
  /** The length of a block; the last one of a file may be shorter. */
  public static final int BLOCK_BYTES = 256 << 10;

  /** The length of {@link #combined}. */
  public static final int COMBINED_BYTES = 32;

  /**
   * The size from which on files are checked by the sums of their blocks, where both ends can:
   * below, the digest of the whole file takes no time to speak of.
   */
  public static final long MIN_FILE_BYTES = 16L << 20;

  private final byte[] combined = new byte[COMBINED_BYTES];

  /** How many blocks a file of that size has. */
  public static long count(long sizeBytes) {
    return (sizeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
  }

  /**
   * The sum of a block: CRC-32C and CRC-32 of its content, 64 bits.
   *
   * @param content from position to limit; left as it is
   */
  public static long of(ByteBuffer content) {
    CRC32C high = new CRC32C();
    high.update(content.duplicate());
    CRC32 low = new CRC32();
    low.update(content.duplicate());
    return high.getValue() << Integer.SIZE | low.getValue();
  }

  /** What the sums of all blocks of some content say together, {@value #COMBINED_BYTES} bytes. */
  public static Bytes ofAll(byte[] content) {
    BlockSums sums = new BlockSums();
    for (int from = 0; from < content.length; from += BLOCK_BYTES) {
      int length = Math.min(BLOCK_BYTES, content.length - from);
      sums.add(from / BLOCK_BYTES, of(ByteBuffer.wrap(content, from, length)));
    }
    return sums.combined();
  }

  /** Adds the sum of a block that was not added before. */
  public void add(long block, long sum) {
    byte[] numbers = ByteBuffer.allocate(2 * Long.BYTES).putLong(block).putLong(sum).array();
    byte[] digest = Sha256.of(numbers);
    for (int i = 0; i < COMBINED_BYTES; i++) {
      combined[i] ^= digest[i];
    }
  }

  /** All that was added, {@value #COMBINED_BYTES} bytes. */
  public Bytes combined() {
    return Bytes.copyOf(combined);
  }
}
