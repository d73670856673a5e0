package dev.ferry.storage;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says of one block, or of a piece of one: number (4), checksum of its content (8),
 * CRC-32C of both (4). Of a piece the number has its highest bit set, and the checksum is its start
 * in the block (18 bits), its length less one (18 bits), and the low 28 bits of the checksum.
 *
 * @param block its number, 0 … 2^30, or {@link #USE}
 * @param from where the piece starts in the block, in bytes; 0 for a whole block
 * @param length its length in bytes; {@link #WHOLE} for a whole block
 * @param checksum {@link Block#checksum} of its content, 28 bits of it for a piece
 */
record JournalRecord(long block, int from, int length, long checksum) {
  /**
   * The number in a record that says instead, if it is the last one, what the part file takes of
   * the disk.
   */
  static final long USE = 0xffff_ffffL;

  /** The length of a record. */
  static final int BYTES = 16;

  /** Stands for all of a block, whatever its length. */
  static final int WHOLE = 0;

  private static final int SUMMED_BYTES = BYTES - Integer.BYTES;
  private static final long PIECE = 1L << 31;
  private static final int OFFSET_BITS = 18;
  private static final int SUM_BITS = 28;

  /** A complete block. */
  static JournalRecord ofBlock(long block, ByteBuffer content) {
    return new JournalRecord(block, 0, WHOLE, Block.checksum(content));
  }

  /** A piece of a block that is not complete. */
  static JournalRecord ofPiece(long block, int from, ByteBuffer content) {
    return new JournalRecord(
        block, from, content.remaining(), low(Block.checksum(content), SUM_BITS));
  }

  /** What the part file takes of the disk, in bytes. */
  static JournalRecord ofUse(long takenBytes) {
    return new JournalRecord(USE, 0, WHOLE, takenBytes);
  }

  /** Whether it is of all of a block. */
  boolean isWhole() {
    return length == WHOLE;
  }

  /** Where its content starts in the file. */
  long start() {
    return Block.start(block) + from;
  }

  /** Where its content ends in a file of that size. */
  long end(long sizeBytes) {
    return isWhole() ? Block.end(block, sizeBytes) : start() + length;
  }

  /** Whether it is of content of a file of that size. */
  boolean isWithin(long sizeBytes) {
    return block != USE && block < Block.count(sizeBytes) && end(sizeBytes) <= sizeBytes;
  }

  /** Whether the content has the checksum. */
  boolean matches(ByteBuffer content) {
    long actual = Block.checksum(content);
    return checksum == (isWhole() ? actual : low(actual, SUM_BITS));
  }

  /** As it is in the file. */
  ByteBuffer encode() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    if (isWhole()) {
      buffer.putInt((int) block).putLong(checksum);
    } else {
      long place = (long) from << OFFSET_BITS | (length - 1);
      buffer.putInt((int) (block | PIECE)).putLong(place << SUM_BITS | checksum);
    }
    buffer.putInt(Crc32c.of(buffer.duplicate().flip()));
    return buffer.flip();
  }

  /**
   * Takes {@link #BYTES} from a buffer.
   *
   * @return null if that is no record
   */
  static @Nullable JournalRecord decode(ByteBuffer buffer) {
    ByteBuffer bytes = buffer.slice(buffer.position(), BYTES);
    buffer.position(buffer.position() + BYTES);
    if (bytes.getInt(SUMMED_BYTES) != Crc32c.of(bytes.duplicate().limit(SUMMED_BYTES))) {
      return null;
    }
    long number = Integer.toUnsignedLong(bytes.getInt());
    long rest = bytes.getLong();
    if (number == USE || (number & PIECE) == 0) {
      return new JournalRecord(number, 0, WHOLE, rest);
    }
    long place = rest >>> SUM_BITS;
    int from = (int) low(place >>> OFFSET_BITS, OFFSET_BITS);
    int length = (int) low(place, OFFSET_BITS) + 1;
    return from + length > Block.BYTES
        ? null
        : new JournalRecord(number & ~PIECE, from, length, low(rest, SUM_BITS));
  }

  private static long low(long number, int bits) {
    return number & (1L << bits) - 1;
  }
}
