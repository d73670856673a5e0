package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.storage.KeptParts.Kept;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file beside a part file, by which its transfer can be resumed: a {@link JournalHeader}, then a
 * {@link JournalRecord} for each block that was completed, in the order of their completion, and at
 * an orderly end for the pieces of others. Records are only ever appended. All have the same
 * length, so a torn or damaged one is skipped. A block may have several records, if an earlier one
 * was found to be wrong.
 *
 * <p>A record is no proof. Records do not wait until their blocks are flushed, so after a power cut
 * the record may be there and the block not. A record counts only once it has been compared with
 * the content.
 *
 * <p>Not thread-safe, but for {@link #flush}.
 */
final class PartJournal implements Closeable {
  private final FileChannel channel;
  private final JournalHeader header;
  private final int headerBytes;

  /** How many records the file has, with damaged ones. */
  private long slots;

  private PartJournal(FileChannel channel, JournalHeader header, int headerBytes, long slots) {
    this.channel = channel;
    this.header = header;
    this.headerBytes = headerBytes;
    this.slots = slots;
  }

  /** Creates a journal without records. */
  static PartJournal create(Directory directory, PartName name, JournalHeader header)
      throws IOException {
    FileChannel channel = directory.createFile(name.journal(), READ, WRITE);
    try {
      ByteBuffer bytes = header.encode();
      LockedPart.tryLockJournal(channel);
      PartJournal journal = new PartJournal(channel, header, bytes.remaining(), 0);
      journal.write(0, bytes);
      return journal;
    } catch (IOException e) {
      try (channel) {
        directory.delete(name.journal());
      }
      throw e;
    }
  }

  /**
   * Opens the journal of a part file that this process holds, and locks it.
   *
   * @return null if its header is damaged, or of another version
   */
  static @Nullable PartJournal open(Directory directory, PartName name) throws IOException {
    PartJournal journal = openUnlocked(directory, name);
    if (journal != null) {
      LockedPart.tryLockJournal(journal.channel);
    }
    return journal;
  }

  private static @Nullable PartJournal openUnlocked(Directory directory, PartName name)
      throws IOException {
    directory.requireRegularFile(name.journal());
    FileChannel channel = directory.openFile(name.journal(), READ, WRITE);
    PartJournal journal = null;
    try {
      journal = read(channel);
      return journal;
    } finally {
      if (journal == null) {
        channel.close();
      }
    }
  }

  /**
   * A part file that can be resumed, which this process does not hold; null if it has no journal,
   * or none that can be read.
   */
  static @Nullable Kept keptPart(Directory directory, PartName name, BasicFileAttributes part)
      throws IOException {
    try (PartJournal journal = openUnlocked(directory, name)) {
      if (journal == null) {
        return null;
      }
      long taken = journal.takenBytes();
      return Kept.of(name, journal.header(), part, taken < 0 ? part.size() : taken);
    } catch (NoSuchFileException | NotRegularFileException | AccessDeniedException e) {
      return null;
    }
  }

  /** What the part file takes of the disk, if that was written when it was closed; otherwise −1. */
  private long takenBytes() throws IOException {
    List<JournalRecord> last = slots == 0 ? List.of() : records(slots - 1, 1);
    boolean says = !last.isEmpty() && last.get(0).block() == JournalRecord.USE;
    return says ? last.get(0).checksum() : -1;
  }

  private static @Nullable PartJournal read(FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(size, JournalHeader.MAX_BYTES));
    readUpTo(channel, 0, start);
    JournalHeader.Decoded decoded = JournalHeader.decode(start.flip());
    return decoded == null
        ? null
        : new PartJournal(
            channel,
            decoded.header(),
            decoded.bytes(),
            (size - decoded.bytes()) / JournalRecord.BYTES);
  }

  private static void readUpTo(FileChannel channel, long offset, ByteBuffer dst)
      throws IOException {
    long position = offset;
    int bytes = 0;
    while (dst.hasRemaining() && bytes >= 0) {
      bytes = channel.read(dst, position);
      position += bytes;
    }
  }

  /** The transfer that it belongs to. */
  JournalHeader header() {
    return header;
  }

  /** How many records there are, with damaged ones. */
  long slots() {
    return slots;
  }

  /**
   * Reads records.
   *
   * @param firstSlot the first record's number, 0 … {@link #slots}
   * @param maxSlots how many at most
   * @return those that are not damaged
   */
  List<JournalRecord> records(long firstSlot, int maxSlots) throws IOException {
    int wanted = (int) Math.min(maxSlots, slots - firstSlot);
    ByteBuffer bytes = ByteBuffer.allocate(wanted * JournalRecord.BYTES);
    readUpTo(channel, position(firstSlot), bytes);
    bytes.flip();
    List<JournalRecord> records = new ArrayList<>();
    while (bytes.remaining() >= JournalRecord.BYTES) {
      JournalRecord found = JournalRecord.decode(bytes);
      if (found != null) {
        records.add(found);
      }
    }
    return records;
  }

  /** Adds a record. It overwrites the rest of a torn one. */
  void append(JournalRecord next) throws IOException {
    write(position(slots), next.encode());
    slots++;
  }

  private long position(long slot) {
    return headerBytes + slot * JournalRecord.BYTES;
  }

  private void write(long offset, ByteBuffer src) throws IOException {
    long position = offset;
    while (src.hasRemaining()) {
      position += channel.write(src, position);
    }
  }

  /** Flushes it. From any thread. */
  void flush() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
