package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * How a server recognises what is left in its root of one that crashed: a file is in use as long as
 * a process holds its lock, a directory as long as the part file for which it is made is there.
 */
final class Leftovers {
  /** A file that shows whether the root can be written to; locked like a part file. */
  private static final String PROBE_SUFFIX = ".probe";

  private Leftovers() {}

  /** Makes up a name for a probe. */
  static String probeName(Random random) {
    return PartName.random(random).stem() + PROBE_SUFFIX;
  }

  /** Removes what processes that are gone have left behind. */
  static void remove(Directory root, PartsInUse inUse) throws IOException {
    List<String> entries = root.list(StoreName.RESERVED_PREFIX);
    for (String entry : entries) {
      PartName part = PartName.ofPart(entry);
      if ((part != null && !inUse.contains(part)) || entry.endsWith(PROBE_SUFFIX)) {
        removeFileIfStale(root, entry);
      }
    }
    // Only now: a part file that is still there is in use.
    for (String entry : entries) {
      PartName part = PartName.ofDirectory(entry);
      if (part != null) {
        removeDirectoryIfStale(root, part);
      }
    }
  }

  private static void removeFileIfStale(Directory root, String name) throws IOException {
    BasicFileAttributes attributes = root.attributes(name);
    // To open anything else may wait, fail, or lead elsewhere.
    if (attributes == null || !attributes.isRegularFile()) {
      return;
    }
    try (FileChannel file = root.openFile(name, WRITE);
        @Nullable FileLock lock = file.tryLock()) {
      if (lock != null) {
        root.delete(name);
      }
    } catch (OverlappingFileLockException | NoSuchFileException e) {
      // Somebody is at it: not stale.
    } catch (AccessDeniedException e) {
      // Another user's. If it is the root that is closed, its probe will tell.
    }
  }

  private static void removeDirectoryIfStale(Directory root, PartName part) throws IOException {
    if (root.attributes(part.part()) != null) {
      return;
    }
    BasicFileAttributes attributes = root.attributes(part.directory());
    if (attributes == null || !attributes.isDirectory()) {
      return;
    }
    try {
      root.deleteDirectory(part.directory());
    } catch (NoSuchFileException e) {
      // It has been moved to its place meanwhile.
    } catch (DirectoryNotEmptyException | AccessDeniedException e) {
      // Whoever made use of it: no server did.
    }
  }
}
