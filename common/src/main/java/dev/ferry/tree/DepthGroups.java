package dev.ferry.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Directories by how many others they are in, so that those with the longest ways can be removed
 * before those that they are in. Not thread-safe.
 */
public final class DepthGroups {
  private final Map<Long, List<String>> groups =
      new TreeMap<>((one, other) -> Long.compare(other, one));

  /** Adds a directory, by a name with slashes. */
  public void add(String name) {
    long depth = name.chars().filter(unit -> unit == '/').count();
    groups.computeIfAbsent(depth, each -> new ArrayList<>()).add(name);
  }

  /** The groups, none of which has a directory that is in another one of it. */
  public List<List<String>> deepestFirst() {
    return List.copyOf(groups.values());
  }
}
