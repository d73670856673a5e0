package dev.ferry.tree;

import org.jspecify.annotations.Nullable;

/**
 * One line of a file as gitignore(5) describes it. Immutable.
 *
 * @param includes whether what matches is taken, in spite of earlier patterns
 * @param directoriesOnly whether it matches nothing but directories
 * @param byName whether it is compared with the last component of a path, at any depth
 */
record IgnorePattern(Glob glob, boolean includes, boolean directoriesOnly, boolean byName) {
  /** Reads a line; null if it says nothing. */
  static @Nullable IgnorePattern parse(String line) {
    if (line.startsWith("#")) {
      return null;
    }
    String rest = withoutTrailingBlanks(line);
    boolean includes = rest.startsWith("!");
    rest = includes ? rest.substring(1) : rest;
    boolean directoriesOnly = rest.endsWith("/");
    rest = directoriesOnly ? rest.substring(0, rest.length() - 1) : rest;
    if (rest.isEmpty()) {
      return null;
    }
    boolean byName = rest.indexOf('/') < 0;
    String pattern = rest.startsWith("/") ? rest.substring(1) : rest;
    return new IgnorePattern(new Glob(pattern), includes, directoriesOnly, byName);
  }

  private static String withoutTrailingBlanks(String line) {
    int end = 0;
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '\\' && i + 1 < line.length()) {
        i++;
        end = i + 1;
      } else if (line.charAt(i) != ' ') {
        end = i + 1;
      }
    }
    return line.substring(0, end);
  }

  /**
   * Whether it says something of a path.
   *
   * @param path relative to the directory of the pattern, with slashes
   */
  boolean matches(String path, boolean isDirectory) {
    return (isDirectory || !directoriesOnly)
        && glob.matches(byName ? path.substring(path.lastIndexOf('/') + 1) : path);
  }
}
