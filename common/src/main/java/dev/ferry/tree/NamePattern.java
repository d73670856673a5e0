package dev.ferry.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for names with slashes, as a shell has it: {@code *}, {@code ?} and {@code [a-z]} match
 * within a component, and no dot at its beginning; a backslash takes the next character as it is.
 * Immutable.
 */
public final class NamePattern {
  private static final String SPECIAL = "*?[";

  private final String base;
  private final List<String> components;
  private final List<Glob> globs;

  private NamePattern(String base, List<String> components) {
    this.base = base;
    this.components = components;
    this.globs = components.stream().map(Glob::new).toList();
  }

  /**
   * Reads a pattern.
   *
   * @param path without a slash at its end
   * @return null if nothing in it is special, so that it stands for itself
   */
  public static @Nullable NamePattern of(String path) {
    List<String> all = List.of(path.split("/", -1));
    if (all.stream().noneMatch(NamePattern::isSpecial)) {
      return null;
    }
    int plain = 0;
    while (!isSpecial(all.get(plain)) && all.get(plain).indexOf('\\') < 0) {
      plain++;
    }
    return new NamePattern(String.join("/", all.subList(0, plain)), all.subList(plain, all.size()));
  }

  private static boolean isSpecial(String component) {
    for (int i = 0; i < component.length(); i++) {
      if (component.charAt(i) == '\\') {
        i++;
      } else if (SPECIAL.indexOf(component.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** The directory in which what matches is, or below which; empty for the top. */
  public String base() {
    return base;
  }

  /** Whether what matches may be in directories in {@link #base}. */
  public boolean isDeep() {
    return globs.size() > 1;
  }

  /**
   * Whether a name matches.
   *
   * @param name below {@link #base}, with slashes
   */
  public boolean matches(String name) {
    List<String> parts = List.of(name.split("/", -1));
    if (parts.size() != globs.size()) {
      return false;
    }
    for (int i = 0; i < globs.size(); i++) {
      String part = parts.get(i);
      boolean isHidden = part.startsWith(".") && !components.get(i).startsWith(".");
      if (isHidden || !globs.get(i).matches(part)) {
        return false;
      }
    }
    return true;
  }
}
