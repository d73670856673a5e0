package dev.ferry.tree;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The patterns of one directory that leave files out, in the syntax of gitignore(5): of those that
 * match, the last one counts. Immutable.
 */
public final class IgnoreRules {
  /** No patterns. */
  public static final IgnoreRules NONE = new IgnoreRules(List.of());

  private final List<IgnorePattern> patterns;

  private IgnoreRules(List<IgnorePattern> patterns) {
    this.patterns = patterns;
  }

  /** Reads patterns, one a line; empty lines and comments are none. */
  public static IgnoreRules of(Collection<String> lines) {
    List<IgnorePattern> patterns = new ArrayList<>();
    for (String line : lines) {
      IgnorePattern pattern = IgnorePattern.parse(line);
      if (pattern != null) {
        patterns.add(pattern);
      }
    }
    return patterns.isEmpty() ? NONE : new IgnoreRules(patterns);
  }

  /** Reads the text of a file; a byte order mark at its beginning means nothing. */
  static IgnoreRules ofText(String text) {
    String bare = text.startsWith("\ufeff") ? text.substring(1) : text;
    List<String> lines = new ArrayList<>();
    for (String line : bare.split("\n", -1)) {
      lines.add(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }
    return of(lines);
  }

  boolean isEmpty() {
    return patterns.isEmpty();
  }

  /**
   * Whether a path is left out; empty if no pattern says anything of it. What is in a directory
   * that is left out is so as well, whatever the patterns say of it: that is up to the caller.
   *
   * @param path relative to the directory of the patterns, with slashes
   */
  public Optional<Boolean> leavesOut(String path, boolean isDirectory) {
    for (int i = patterns.size() - 1; i >= 0; i--) {
      if (patterns.get(i).matches(path, isDirectory)) {
        return Optional.of(!patterns.get(i).includes());
      }
    }
    return Optional.empty();
  }
}
