package dev.ferry.storage;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The part files of one root that this process holds. It must not even open one a second time: on
 * POSIX systems it would lose its lock on it when it closes it. Thread-safe.
 */
final class PartsInUse {
  private static final Set<Path> OF_ALL_ROOTS = ConcurrentHashMap.newKeySet();

  private final Path root;

  /**
   * The part files of a root.
   *
   * @param root its real path
   */
  PartsInUse(Path root) {
    this.root = root;
  }

  /** Takes a part file, unless somebody in this process has it. */
  boolean claim(PartName name) {
    return OF_ALL_ROOTS.add(root.resolve(name.part()));
  }

  boolean contains(PartName name) {
    return OF_ALL_ROOTS.contains(root.resolve(name.part()));
  }

  void release(PartName name) {
    OF_ALL_ROOTS.remove(root.resolve(name.part()));
  }
}
