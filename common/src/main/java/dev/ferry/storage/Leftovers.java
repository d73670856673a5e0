package dev.ferry.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names of what a server makes for itself in its root, and how the next one recognises what is
 * left of it after a crash: a file is in use as long as a process holds its lock, a directory as
 * long as the part file for which it is made is there.
 */
final class Leftovers {
  /** A file that is not complete yet; locked by the process that writes it. */
  static final String PART_SUFFIX = ".part";

  /** A file that shows whether the root can be written to; locked, too. */
  static final String PROBE_SUFFIX = ".probe";

  private static final String DIRECTORY_SUFFIX = ".directory";

  private Leftovers() {}

  /** The name of a directory that is made so that a part file can be published in it. */
  static String directoryFor(String partName) {
    return stem(partName, PART_SUFFIX) + DIRECTORY_SUFFIX;
  }

  private static String stem(String name, String suffix) {
    return name.substring(0, name.length() - suffix.length());
  }

  /** Removes what processes that are gone have left behind. */
  static void remove(Directory root) throws IOException {
    List<String> names = root.list();
    for (String name : names) {
      if (isOwn(name, PART_SUFFIX) || isOwn(name, PROBE_SUFFIX)) {
        removeFileIfStale(root, name);
      }
    }
    // Only now: a part file that is still there is in use.
    for (String name : names) {
      if (isOwn(name, DIRECTORY_SUFFIX)) {
        removeDirectoryIfStale(root, name);
      }
    }
  }

  private static boolean isOwn(String name, String suffix) {
    return name.startsWith(StoreName.RESERVED_PREFIX) && name.endsWith(suffix);
  }

  private static void removeFileIfStale(Directory root, String name) throws IOException {
    BasicFileAttributes attributes = root.attributes(name);
    // To open anything else may wait, fail, or lead elsewhere.
    if (attributes == null || !attributes.isRegularFile()) {
      return;
    }
    try (FileChannel file = root.openFile(name);
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

  private static void removeDirectoryIfStale(Directory root, String name) throws IOException {
    if (root.attributes(stem(name, DIRECTORY_SUFFIX) + PART_SUFFIX) != null) {
      return;
    }
    BasicFileAttributes attributes = root.attributes(name);
    if (attributes == null || !attributes.isDirectory()) {
      return;
    }
    try {
      root.deleteDirectory(name);
    } catch (NoSuchFileException e) {
      // It has been moved to its place meanwhile.
    } catch (DirectoryNotEmptyException | AccessDeniedException e) {
      // Whoever made use of it: no server did.
    }
  }
}
