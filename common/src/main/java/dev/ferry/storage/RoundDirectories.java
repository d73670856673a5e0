package dev.ferry.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directories below a root that the files of one round lead to, each opened once. Not
 * thread-safe.
 */
final class RoundDirectories implements Closeable {
  private final StoreRoot root;
  private final Map<List<String>, Directory> open = new HashMap<>();

  RoundDirectories(StoreRoot root) {
    this.root = root;
  }

  /**
   * A directory, which stays open until the round is over; null if there is none.
   *
   * @param names the way to it from the root
   * @throws java.nio.file.NotDirectoryException if the way leads over something else
   */
  @Nullable Directory existing(List<String> names) throws IOException {
    Directory known = open.get(names);
    if (known != null) {
      return known;
    }
    try {
      Directory opened = root.directory(names);
      open.put(names, opened);
      return opened;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    for (Directory each : open.values()) {
      each.close();
    }
  }
}
