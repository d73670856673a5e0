package dev.ferry.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies below a server's root. */
final class RootView {
  private static final String UNFINISHED = ".ferry-";

  private RootView() {}

  /** The names of everything below a directory, in order; links are not followed. */
  static List<String> tree(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths
          .filter(path -> !path.equals(directory))
          .map(path -> directory.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  /** The names of the server's own files: part files and the like. */
  static List<String> unfinished(Path root) throws IOException {
    try (Stream<Path> paths = Files.list(root)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(UNFINISHED))
          .toList();
    }
  }

  /** Waits until the server, which removes them beside everything else, has only so many left. */
  static void awaitUnfinished(Path root, int count) {
    await().until(() -> unfinished(root), names -> names.size() == count);
  }
}
