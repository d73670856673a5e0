package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.storage.KeptParts.Kept;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Removes what a crashed process has left in a root. A part file is in use as long as a process
 * holds its lock or that of its journal, a directory or a journal as long as its part file is
 * there.
 */
final class StalePartSweeper {
  /** The suffix of a file that shows whether the root can be written to; locked like a part. */
  private static final String PROBE_SUFFIX = ".probe";

  private StalePartSweeper() {}

  /** What this process holds, which must not even be opened ({@link LockedPart}). */
  interface Claims {
    /** Does something with a part file or its journal, unless this process holds them. */
    void ifFree(PartName part, LockedPart.Action action) throws IOException;
  }

  /** A random name for a probe. */
  static String probeName(Random random) {
    return PartName.random(random).stem() + PROBE_SUFFIX;
  }

  /**
   * Removes what processes that are gone have left behind, except for part files with a journal.
   *
   * @param isKnown which part files are not to be looked at: those that this process keeps, because
   *     their transfers could not be resumed in that moment
   * @return the part files with a journal, which stay; another process may hold some of them
   */
  static List<Kept> sweep(Directory root, Claims claims, Predicate<PartName> isKnown)
      throws IOException {
    List<String> entries = root.list(RemoteName.RESERVED_PREFIX);
    List<Kept> kept = new ArrayList<>();
    for (String entry : entries) {
      PartName part = PartName.ofPart(entry);
      if (part != null && !isKnown.test(part)) {
        claims.ifFree(part, () -> keepOrRemove(root, part, kept));
      } else if (part == null && entry.endsWith(PROBE_SUFFIX)) {
        removeFileIfStale(root, entry, null);
      }
    }
    // Only now: a part file that is still there is in use, or kept.
    for (String entry : entries) {
      removeIfAlone(root, entry);
    }
    return kept;
  }

  private static void keepOrRemove(Directory root, PartName part, List<Kept> kept)
      throws IOException {
    BasicFileAttributes attributes = root.attributes(part.part());
    if (attributes != null && attributes.isSymbolicLink()) {
      removeLink(root, part.part());
    }
    if (attributes == null || !attributes.isRegularFile()) {
      return;
    }
    Kept found = PartJournal.keptPart(root, part, attributes);
    if (found == null) {
      removeFileIfStale(root, part.part(), part);
    } else {
      kept.add(found);
    }
  }

  /**
   * Somebody has put it in the place of one of Ferry's own files, or it is on its way to its place:
   * who makes it then makes it once more.
   */
  private static void removeLink(Directory root, String name) throws IOException {
    try {
      root.delete(name);
    } catch (NoSuchFileException | AccessDeniedException e) {
      // It was removed meanwhile, or is another user's.
    }
  }

  private static void removeIfAlone(Directory root, String entry) throws IOException {
    PartName journal = PartName.ofJournal(entry);
    if (journal != null) {
      removeJournalIfAlone(root, journal);
    }
    PartName directory = PartName.ofDirectory(entry);
    if (directory != null) {
      removeDirectoryIfAlone(root, directory);
    }
  }

  /** Removes a part file that was kept, and its journal, unless another process has it. */
  static void discard(Directory root, Claims claims, PartName part) throws IOException {
    claims.ifFree(
        part,
        () -> {
          BasicFileAttributes attributes = root.attributes(part.part());
          if (attributes != null && attributes.isSymbolicLink()) {
            removeLink(root, part.part());
          }
          removeFileIfStale(root, part.part(), part);
          removeJournalIfAlone(root, part);
        });
  }

  private static void removeJournalIfAlone(Directory root, PartName part) throws IOException {
    if (root.attributes(part.part()) != null) {
      return;
    }
    BasicFileAttributes attributes = root.attributes(part.journal());
    if (attributes == null || !(attributes.isRegularFile() || attributes.isSymbolicLink())) {
      return;
    }
    try {
      root.delete(part.journal());
    } catch (NoSuchFileException e) {
      // Its own process has removed it meanwhile.
    } catch (AccessDeniedException e) {
      // Another user's.
    }
  }

  /**
   * Removes a file that no process holds.
   *
   * @param part whose file it is; null if it has no journal
   */
  private static void removeFileIfStale(Directory root, String name, @Nullable PartName part)
      throws IOException {
    BasicFileAttributes attributes = root.attributes(name);
    // To open anything else may wait, fail, or lead elsewhere.
    if (attributes == null || !attributes.isRegularFile()) {
      return;
    }
    try (FileChannel file = root.openOwnFile(name, WRITE);
        @Nullable FileLock lock = file.tryLock()) {
      if (lock != null && (part == null || !isJournalLocked(root, part))) {
        root.delete(name);
      }
    } catch (OverlappingFileLockException | NoSuchFileException e) {
      // It is in use, or was removed meanwhile: not stale.
    } catch (AccessDeniedException e) {
      // Another user's. A root that cannot be written to is noticed by the probe.
    }
  }

  /** Whether another process publishes the part file, which is locked by this one meanwhile. */
  static boolean isJournalLocked(Directory root, PartName part) throws IOException {
    BasicFileAttributes attributes = root.attributes(part.journal());
    if (attributes == null || !attributes.isRegularFile()) {
      return false;
    }
    try (FileChannel journal = root.openOwnFile(part.journal(), WRITE);
        @Nullable FileLock lock = LockedPart.tryLockJournal(journal)) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return true; // It was published, or removed, just now.
    }
  }

  private static void removeDirectoryIfAlone(Directory root, PartName part) throws IOException {
    if (root.attributes(part.part()) != null) {
      return;
    }
    BasicFileAttributes attributes = root.attributes(part.directory());
    if (attributes == null || !attributes.isDirectory()) {
      return;
    }
    try {
      removeContent(root, part.directory());
      root.deleteDirectory(part.directory());
    } catch (NoSuchFileException e) {
      // It has been moved to its place meanwhile.
    } catch (DirectoryNotEmptyException | NotDirectoryException | AccessDeniedException e) {
      // Another program has put something into it, or it is another user's.
    }
  }

  /** Removes small files that were not published, and directories that were not moved. */
  private static void removeContent(Directory root, String name) throws IOException {
    try (Directory directory = root.child(name)) {
      for (String entry : directory.list("")) {
        BasicFileAttributes attributes =
            SmallFileDirectory.isName(entry) ? directory.attributes(entry) : null;
        if (attributes != null && attributes.isDirectory()) {
          directory.deleteDirectory(entry);
        } else if (attributes != null) {
          directory.delete(entry);
        }
      }
    }
  }
}
