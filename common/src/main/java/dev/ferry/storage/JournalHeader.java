package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.util.Bytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a journal: it tells of which transfer the part file is.
 *
 * <pre>
 * magic      8   "FerryJnl"
 * version    2   3
 * length     4   of what follows, without the checksum
 * size       8
 * modified   8   ns since 1970
 * mode       2
 * preserve   1   0 or 1
 * transfer   1 + n
 * name       2 + n, UTF-8
 * owner      1 + n
 * checksum   4   CRC-32C of all before
 * </pre>
 *
 * @param transfer tells the transfer from all others
 * @param name the name that the peer asked for
 * @param attributes the file's size, time and mode
 * @param preserve whether the published file was to get the time and the mode
 * @param owner who has sent what is in the part file
 */
record JournalHeader(
    Bytes transfer, String name, FileAttributes attributes, boolean preserve, Bytes owner) {
  /** No header is longer, in bytes. */
  static final int MAX_BYTES = 128 << 10;

  private static final long MAGIC = 0x46657272_794a6e6cL;
  private static final short VERSION = 3;
  private static final int PREFIX_BYTES = 14;
  private static final int FIXED_BYTES = 23;
  private static final int SUM_BYTES = 4;

  /** A header and its length in bytes. */
  record Decoded(JournalHeader header, int bytes) {}

  static JournalHeader of(ReceiveRequest file) {
    return new JournalHeader(
        file.transfer(), file.name(), file.attributes(), file.preserve(), file.owner());
  }

  /**
   * Whether a part of the one file is a part of the other: of the same transfer, as large, and as
   * old. That is no proof; the digest of the whole file is.
   */
  boolean isOf(ReceiveRequest file) {
    return transfer.equals(file.transfer())
        && name.equals(file.name())
        && attributes.sizeBytes() == file.attributes().sizeBytes()
        && FileAttributes.isSameTime(attributes.modifiedNs(), file.attributes().modifiedNs());
  }

  /** As it is in the file. */
  ByteBuffer encode() {
    byte[] id = transfer.toArray();
    byte[] text = name.getBytes(UTF_8);
    byte[] network = owner.toArray();
    int length = FIXED_BYTES + id.length + text.length + network.length;
    ByteBuffer buffer = ByteBuffer.allocate(PREFIX_BYTES + length + SUM_BYTES);
    buffer.putLong(MAGIC).putShort(VERSION).putInt(length);
    buffer.putLong(attributes.sizeBytes()).putLong(attributes.modifiedNs());
    buffer.putShort((short) attributes.mode()).put((byte) (preserve ? 1 : 0));
    buffer.put((byte) id.length).put(id);
    buffer.putShort((short) text.length).put(text);
    buffer.put((byte) network.length).put(network);
    buffer.putInt(Crc32c.of(buffer.duplicate().flip()));
    return buffer.flip();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param start the beginning of the file, up to {@link #MAX_BYTES} of it
   * @return null if that is no header, or one of another version, or of a file of unknown size
   */
  static @Nullable Decoded decode(ByteBuffer start) {
    if (start.remaining() < PREFIX_BYTES
        || start.getLong(start.position()) != MAGIC
        || start.getShort(start.position() + Long.BYTES) != VERSION) {
      return null;
    }
    int length = start.getInt(start.position() + Long.BYTES + Short.BYTES);
    if (length < FIXED_BYTES || length > start.remaining() - PREFIX_BYTES - SUM_BYTES) {
      return null;
    }
    int summed = PREFIX_BYTES + length;
    ByteBuffer all = start.slice(start.position(), summed + SUM_BYTES);
    if (all.getInt(summed) != Crc32c.of(all.duplicate().limit(summed))) {
      return null;
    }
    JournalHeader header = decodeFields(all.slice(PREFIX_BYTES, length));
    return header == null ? null : new Decoded(header, summed + SUM_BYTES);
  }

  private static @Nullable JournalHeader decodeFields(ByteBuffer fields) {
    try {
      long sizeBytes = fields.getLong();
      long modifiedNs = fields.getLong();
      int mode = fields.getShort();
      boolean preserve = fields.get() == 1;
      byte[] transfer = new byte[Byte.toUnsignedInt(fields.get())];
      fields.get(transfer);
      byte[] name = new byte[Short.toUnsignedInt(fields.getShort())];
      fields.get(name);
      byte[] owner = new byte[Byte.toUnsignedInt(fields.get())];
      fields.get(owner);
      if (sizeBytes == FileAttributes.UNKNOWN_SIZE) {
        return null; // No attempt can go on with what came bit by bit.
      }
      return new JournalHeader(
          Bytes.copyOf(transfer),
          new String(name, UTF_8),
          new FileAttributes(sizeBytes, modifiedNs, mode),
          preserve,
          Bytes.copyOf(owner));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null;
    }
  }
}
