package dev.ferry.storage;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says of one block: number (4), checksum of its content (8), CRC-32C of both (4).
 *
 * @param block its number, 0 … 2^30, or {@link #USE}
 * @param checksum {@link Block#checksum} of its content
 */
record JournalRecord(long block, long checksum) {
  /**
   * The number in a record that says instead, if it is the last one, what the part file takes of
   * the disk.
   */
  static final long USE = 0xffff_ffffL;

  /** The length of a record. */
  static final int BYTES = 16;

  private static final int SUMMED_BYTES = BYTES - Integer.BYTES;

  /** As it is in the file. */
  ByteBuffer encode() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    buffer.putInt((int) block).putLong(checksum);
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
    return new JournalRecord(Integer.toUnsignedLong(bytes.getInt()), bytes.getLong());
  }
}
