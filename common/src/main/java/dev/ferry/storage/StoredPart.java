package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.storage.KeptParts.Kept;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part file that can be resumed, its journal, and its complete blocks. Not thread-safe, but for
 * {@link #flush}.
 */
final class StoredPart {
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(Block.BYTES).asReadOnlyBuffer();

  private final StoreRoot root;
  private final LockedPart file;
  private final PartJournal journal;
  private final PartBlocks blocks;

  private volatile long sizeBytes;

  private final boolean isNew;

  /** What the part file took of the disk when it was opened. */
  private final long takenBytes;

  private StoredPart(
      StoreRoot root, LockedPart file, PartJournal journal, long takenBytes, boolean isNew) {
    this.isNew = isNew;
    this.takenBytes = takenBytes;
    this.root = root;
    this.file = file;
    this.journal = journal;
    this.sizeBytes = Block.mostBytes(journal.header().attributes());
    this.blocks = new PartBlocks(file, journal, root.buffers());
  }

  /** Creates a part file and its journal. */
  static StoredPart create(StoreRoot root, ReceiveRequest request) throws IOException {
    LockedPart file = LockedPart.create(root, READ, WRITE);
    try (Directory directory = root.directory()) {
      JournalHeader header = JournalHeader.of(request);
      return new StoredPart(
          root, file, PartJournal.create(directory, file.name(), header), 0, true);
    } catch (IOException e) {
      file.remove();
      throw e;
    }
  }

  /**
   * Opens what an earlier attempt at the same transfer has left, not yet verified. What is left of
   * the transfer of another version of the file is removed.
   *
   * @return null if there is none that can be used
   */
  static @Nullable StoredPart find(StoreRoot root, ReceiveRequest request) throws IOException {
    List<Kept> left = root.kept().take(request.transfer());
    left.sort(Comparator.comparingLong(Kept::takenBytes).reversed());
    StoredPart found = null;
    try (Directory directory = root.directory()) {
      for (Kept kept : left) {
        if (found == null) {
          found = open(root, directory, kept, request);
        } else {
          root.kept().add(kept);
        }
      }
    }
    return found;
  }

  private static @Nullable StoredPart open(
      StoreRoot root, Directory directory, Kept kept, ReceiveRequest request) throws IOException {
    LockedPart file;
    try {
      file = reopen(root, directory, kept.name());
    } catch (NoSuchFileException | NotRegularFileException | AccessDeniedException e) {
      // Another program has removed or changed it.
      StalePartSweeper.discard(directory, root::ifFree, kept.name());
      return null;
    }
    if (file == null) {
      return null;
    }
    PartJournal journal = openJournal(directory, file);
    if (journal == null) {
      file.remove();
      StalePartSweeper.discard(directory, root::ifFree, kept.name());
      return null;
    }
    StoredPart stored = new StoredPart(root, file, journal, kept.takenBytes(), false);
    if (!journal.header().name().equals(request.name())) {
      stored.close();
      root.kept().add(kept);
      return null;
    }
    if (!journal.header().isOf(request)) {
      stored.remove();
      return null;
    }
    return stored;
  }

  /**
   * Null if this or another process holds it; while it is published its journal alone is locked.
   */
  private static @Nullable LockedPart reopen(StoreRoot root, Directory directory, PartName name)
      throws IOException {
    LockedPart file = LockedPart.reopen(root, name);
    if (file == null) {
      return null;
    }
    boolean isFree = false;
    try {
      isFree = !StalePartSweeper.isJournalLocked(directory, name);
    } finally {
      if (!isFree) {
        file.close();
      }
    }
    return isFree ? file : null;
  }

  /** Null if there is none that can be used. */
  private static @Nullable PartJournal openJournal(Directory directory, LockedPart file)
      throws IOException {
    try {
      return PartJournal.open(directory, file.name());
    } catch (NoSuchFileException | NotRegularFileException | AccessDeniedException e) {
      return null;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** The part file last: whoever claims it then may lock the journal. */
  private void close() throws IOException {
    try {
      journal.close();
    } finally {
      file.close();
    }
  }

  LockedPart file() {
    return file;
  }

  PartJournal journal() {
    return journal;
  }

  PartBlocks blocks() {
    return blocks;
  }

  /** How long the file is going to be, in bytes; the most that is possible if that is unknown. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** Whether the size was known when it was opened; only then can a later attempt go on with it. */
  boolean isSizeGiven() {
    return journal.header().attributes().isSizeKnown();
  }

  /** The size has become known; where the blocks are completed. */
  void endsAt(long newSizeBytes) {
    sizeBytes = newSizeBytes;
    blocks.endsAt(newSizeBytes);
  }

  /** Flushes the content, then the journal, then the directory that both are in. */
  void flush() throws IOException {
    file.flush();
    journal.flush();
    try (Directory directory = root.directory()) {
      directory.sync();
    }
  }

  /** What the part file took of the disk when it was opened, in bytes. */
  long takenBytes() {
    return takenBytes;
  }

  /**
   * Writes down what the part file takes of the disk, for other processes. Where there is no room
   * for that, its length counts.
   */
  void noteTaken(long newTakenBytes) {
    try {
      journal.append(JournalRecord.ofUse(newTakenBytes));
    } catch (IOException e) {
      // As if the process had been killed.
    }
  }

  /**
   * Closes both, so that a later attempt finds them.
   *
   * @param newTakenBytes what the part file takes of the disk
   */
  void keep(long newTakenBytes) throws IOException {
    try (Directory directory = root.directory()) {
      Kept kept =
          Kept.of(
              file.name(),
              journal.header(),
              directory.requireRegularFile(file.name().part()),
              newTakenBytes);
      // Before it is free: whoever tidies up then must know it.
      root.kept().add(kept);
    } finally {
      close();
    }
  }

  /** Writes content; zeros not into a new file whose store leaves them out. */
  void write(long offset, ByteBuffer src) throws IOException {
    if (isNew && root.options().sparse() && src.equals(zeros(src.remaining()))) {
      file.extend(sizeBytes);
      src.position(src.limit());
    } else {
      file.write(offset, src);
    }
  }

  /** As many zeros as a block may have. */
  private static ByteBuffer zeros(int bytes) {
    return ZEROS.slice(0, bytes);
  }

  /**
   * Makes sure that there are zeros: a new file has them wherever nothing was written, and another
   * one may have anything.
   *
   * @param end no more than a block beyond {@code start}
   */
  void zero(long start, long end) throws IOException {
    if (isNew) {
      file.extend(sizeBytes);
    } else {
      file.write(start, zeros((int) (end - start)));
    }
  }

  /** Publishes the part file, and removes its journal. */
  void publish(Destination destination, SpaceLedger.Promise space) throws IOException {
    file.publish(destination, space);
    removeJournal();
  }

  /** Removes both. */
  void remove() {
    file.remove();
    removeJournal();
  }

  private void removeJournal() {
    try (journal) {
      root.remove(file.name().journal());
    } catch (IOException e) {
      // The next start of a server removes it: there is no part file of that name.
    }
  }
}
