package dev.ferry.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the directories that the files of a round lead to, many under one lock, and flushes each
 * directory that has got a new one once. A directory that others see has been flushed: whoever
 * makes it does both under the lock. Not thread-safe.
 */
final class MissingDirectories {
  /** So many levels are walked under one lock; others who want a directory wait for no more. */
  private static final int LEVELS_AT_ONCE = 64;

  private final StoreRoot root;
  private final SmallFileDirectory temporary;
  private final Map<List<String>, IOException> failures = new HashMap<>();

  /**
   * Makes nothing yet.
   *
   * @param temporary where directories are made before they are moved to their places, because Java
   *     has no mkdirat
   */
  MissingDirectories(StoreRoot root, SmallFileDirectory temporary) {
    this.root = root;
    this.temporary = temporary;
  }

  /** Makes those that are not there; what has failed {@link #require} tells. */
  void make(Collection<List<String>> wanted) {
    List<List<String>> together = new ArrayList<>();
    int levels = 0;
    for (List<String> each : wanted) {
      together.add(each);
      levels += each.size();
      if (levels >= LEVELS_AT_ONCE) {
        makeTogether(together);
        together.clear();
        levels = 0;
      }
    }
    makeTogether(together);
  }

  /**
   * Makes sure that a directory was made, and is durable.
   *
   * @throws IOException why not
   */
  void require(List<String> names) throws IOException {
    IOException failure = failures.get(names);
    if (failure != null) {
      throw failure;
    }
  }

  private void makeTogether(List<List<String>> wanted) {
    root.directoryLock().lock();
    try {
      // By the parent: the new ones below it matter to those that lead there.
      Map<List<String>, List<List<String>>> changed = new LinkedHashMap<>();
      for (List<String> names : wanted) {
        try {
          walk(names, changed);
        } catch (IOException e) {
          failures.put(names, e);
        }
      }
      changed.forEach(this::flush);
    } finally {
      root.directoryLock().unlock();
    }
  }

  private void walk(List<String> names, Map<List<String>, List<List<String>>> changed)
      throws IOException {
    Directory current = root.directory();
    try {
      for (int i = 0; i < names.size(); i++) {
        Directory child;
        List<String> parent = names.subList(0, i);
        try {
          child = current.child(names.get(i));
        } catch (NoSuchFileException e) {
          changed.computeIfAbsent(parent, added -> new ArrayList<>());
          makeChild(current, names.get(i));
          child = current.child(names.get(i));
        }
        // Made by another one of these, and perhaps not flushed yet.
        List<List<String>> concerned = changed.get(parent);
        if (concerned != null) {
          concerned.add(names);
        }
        current.close();
        current = child;
      }
    } finally {
      current.close();
    }
  }

  private void makeChild(Directory parent, String name) throws IOException {
    root.space().name(0, 1);
    String made = temporary.nextName();
    try {
      Files.createDirectory(temporary.path().resolve(made));
      move(made, parent, name);
    } catch (IOException e) {
      root.quota().changeBack(0, 1);
      throw e;
    }
  }

  private void move(String made, Directory parent, String name) throws IOException {
    BasicFileAttributes attributes = temporary.handle().attributes(made);
    try {
      temporary.handle().move(made, parent, name);
      root.newDirectories().add(attributes);
    } catch (IOException e) {
      temporary.handle().deleteDirectory(made);
      throw e;
    }
  }

  private void flush(List<String> parent, List<List<String>> concerned) {
    try (Directory directory = root.directory(parent)) {
      directory.sync();
    } catch (IOException e) {
      concerned.forEach(names -> failures.putIfAbsent(names, e));
    }
  }
}
