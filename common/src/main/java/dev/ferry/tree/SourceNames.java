package dev.ferry.tree;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the sources of a copy have, by names at the destination: what may stay there when everything
 * else is deleted. It holds all names. Not thread-safe.
 */
public final class SourceNames {
  private final IgnoreRules given;
  private final Set<String> names = new HashSet<>();
  private final List<Root> roots = new ArrayList<>();

  /** A source that is a directory. */
  private static final class Root {
    final String name;

    /** The patterns of files in the source, by the directory, with a slash behind it. */
    final Map<String, IgnoreRules> rules = new HashMap<>();

    Root(String name) {
      this.name = name;
    }

    /** Null for what is not in it. */
    @Nullable String below(String other) {
      if (name.isEmpty()) {
        return other;
      }
      return other.startsWith(name + "/") ? other.substring(name.length() + 1) : null;
    }
  }

  /**
   * Knows of nothing yet.
   *
   * @param given patterns that hold below each source; what they leave out is not deleted
   */
  public SourceNames(IgnoreRules given) {
    this.given = given;
  }

  /**
   * A source that is a directory begins.
   *
   * @param name its name at the destination; empty for the top
   */
  public void begin(String name) {
    roots.add(new Root(name));
  }

  /**
   * The source that began last has patterns of its own.
   *
   * @param below the directory that they hold in, below the source, with a slash behind it; empty
   *     for the source itself
   */
  void rules(String below, IgnoreRules rules) {
    if (!rules.isEmpty() && !roots.isEmpty()) {
      roots.get(roots.size() - 1).rules.put(below, rules);
    }
  }

  /** The sources have something, whether it is copied or not. */
  public void add(String name) {
    names.add(name);
  }

  /**
   * The directories at the destination in which something may be deleted: those of sources, but no
   * one that is in another one.
   */
  public List<String> outermost() {
    List<String> outermost = new ArrayList<>();
    for (Root root : roots) {
      boolean isBelow =
          roots.stream().anyMatch(other -> !other.name.equals(root.name) && isBelow(other, root));
      if (!isBelow && !outermost.contains(root.name)) {
        outermost.add(root.name);
      }
    }
    return outermost;
  }

  private static boolean isBelow(Root outer, Root root) {
    return outer.below(root.name) != null;
  }

  boolean has(String name) {
    return names.contains(name);
  }

  /** The names that are not among some others, in a form that is the same for all cases. */
  Set<String> foldedWithout(Set<String> others) {
    Set<String> folded = new HashSet<>();
    for (String name : names) {
      if (!others.contains(name)) {
        folded.add(folded(name));
      }
    }
    return folded;
  }

  /** What a file system may take for the same name. */
  static String folded(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKD)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }

  /** Whether the patterns of a source leave something out, so that the copy has no say in it. */
  boolean isLeftOut(String name, boolean isDirectory) {
    for (Root root : roots) {
      String below = root.below(name);
      if (below != null && isLeftOut(root, below, isDirectory)) {
        return true;
      }
    }
    return false;
  }

  /** What is in a directory that is left out is so as well. */
  private boolean isLeftOut(Root root, String below, boolean isDirectory) {
    for (int slash = below.indexOf('/'); slash >= 0; slash = below.indexOf('/', slash + 1)) {
      if (matches(root, below.substring(0, slash), true)) {
        return true;
      }
    }
    return matches(root, below, isDirectory);
  }

  /** As {@link SourceWalk} has it: first what was given, then from the innermost directory on. */
  private boolean matches(Root root, String below, boolean isDirectory) {
    Optional<Boolean> verdict = given.leavesOut(below, isDirectory);
    for (int end = below.lastIndexOf('/') + 1; verdict.isEmpty(); ) {
      IgnoreRules rules = root.rules.get(below.substring(0, end));
      if (rules != null) {
        verdict = rules.leavesOut(below.substring(end), isDirectory);
      }
      if (end == 0) {
        break;
      }
      end = below.lastIndexOf('/', end - 2) + 1;
    }
    return verdict.orElse(false);
  }
}
