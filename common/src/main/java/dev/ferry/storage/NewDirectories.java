package dev.ferry.storage;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directories that were made below a root for peers and have got no mode from one yet: the last
 * {@value #MAX_REMEMBERED}. Whoever sends a tree says the modes of its directories after all that
 * is in them, so they are there by then, as those are that were never a peer's. Thread-safe.
 */
final class NewDirectories {
  /** Some 100 bytes each. */
  static final int MAX_REMEMBERED = 4096;

  /** What tells them from others, the oldest first. */
  private final Set<Object> keys = new LinkedHashSet<>();

  /** Notes that a directory is new. */
  synchronized void add(@Nullable BasicFileAttributes made) {
    Object key = made == null ? null : made.fileKey();
    if (key == null) {
      return; // The file system tells none from others; it has no modes either.
    }
    if (keys.size() >= MAX_REMEMBERED) {
      Iterator<Object> oldest = keys.iterator();
      oldest.next();
      oldest.remove();
    }
    keys.add(key);
  }

  /** Whether a directory is new, which it is no longer then. */
  synchronized boolean take(Directory directory) throws IOException {
    Object key = directory.attributes().fileKey();
    return key != null && keys.remove(key);
  }
}
