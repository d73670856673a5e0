package dev.ferry.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a file is to appear below a root.
 *
 * @param directories the directories that lead to it, outermost first; may be empty
 * @param fileName its own name
 */
record RelativePath(List<String> directories, String fileName) {
  RelativePath {
    directories = List.copyOf(directories);
  }

  /** The directories and the file's own name, outermost first. */
  List<String> components() {
    List<String> components = new ArrayList<>(directories);
    components.add(fileName);
    return components;
  }

  /** The path of the file below a directory. */
  Path below(Path directory) {
    Path path = directory;
    for (String component : components()) {
      path = path.resolve(NativePaths.of(directory.getFileSystem(), component));
    }
    return path;
  }
}
