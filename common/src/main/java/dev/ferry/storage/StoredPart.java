package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.storage.KeptParts.Kept;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part file and its journal, open. */
record StoredPart(StoreRoot root, LockedPart file, PartJournal journal) {
  /** Creates both. */
  static StoredPart create(StoreRoot root, ReceiveRequest incoming) throws IOException {
    LockedPart file = LockedPart.create(root, READ, WRITE);
    try (Directory directory = root.directory()) {
      JournalHeader header = JournalHeader.of(incoming);
      return new StoredPart(root, file, PartJournal.create(directory, file.name(), header));
    } catch (IOException e) {
      file.remove();
      throw e;
    }
  }

  /**
   * Finds what an earlier attempt at the same transfer has left, not yet verified; null if there is
   * nothing to be had. What is left of the transfer of another version of the file is removed.
   */
  static @Nullable StoredPart find(StoreRoot root, ReceiveRequest incoming) throws IOException {
    List<Kept> left = root.kept().take(incoming.transfer());
    left.sort(Comparator.comparingLong(Kept::sizeBytes).reversed());
    StoredPart found = null;
    try (Directory directory = root.directory()) {
      for (Kept kept : left) {
        if (found == null) {
          found = open(root, directory, kept, incoming);
        } else {
          root.kept().add(kept);
        }
      }
    }
    return found;
  }

  private static @Nullable StoredPart open(
      StoreRoot root, Directory directory, Kept kept, ReceiveRequest incoming) throws IOException {
    JournalHeader header = PartJournal.headerOf(directory, kept.name());
    if (header != null && !header.name().equals(incoming.name())) {
      root.kept().add(kept);
      return null;
    }
    if (header == null || !header.isOf(incoming)) {
      StalePartSweeper.discard(directory, kept.name());
      return null;
    }
    try {
      return open(root, directory, kept.name());
    } catch (NoSuchFileException | NotRegularFileException | AccessDeniedException e) {
      // Somebody has been at it.
      return null;
    }
  }

  private static @Nullable StoredPart open(StoreRoot root, Directory directory, PartName name)
      throws IOException {
    LockedPart file = LockedPart.reopen(root, name);
    if (file == null) {
      return null;
    }
    PartJournal journal = null;
    try {
      journal = PartJournal.open(directory, name);
      return journal == null ? null : new StoredPart(root, file, journal);
    } finally {
      if (journal == null) {
        file.close();
      }
    }
  }

  /** Flushes what there is, the journal last, and that both are there. */
  void flush() throws IOException {
    file.flush();
    journal.flush();
    try (Directory directory = root.directory()) {
      directory.sync();
    }
  }

  /** Closes both, so that a later attempt finds them. */
  void keep() throws IOException {
    try (Directory directory = root.directory();
        journal) {
      Kept kept =
          Kept.of(file.name(), journal.header(), directory.requireRegularFile(file.name().part()));
      file.close();
      root.kept().add(kept);
    }
  }

  /** Removes both. */
  void remove() {
    file.remove();
    removeJournal();
  }

  /** Removes the journal of a part file that is no longer there. */
  void removeJournal() {
    try (journal) {
      root.remove(file.name().journal());
    } catch (IOException e) {
      // The next start of a server removes it: there is no part file of that name.
    }
  }
}
