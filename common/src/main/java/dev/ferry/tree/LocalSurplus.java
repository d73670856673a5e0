package dev.ferry.tree;

import dev.ferry.storage.LocalEntries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out what a directory of this machine has and the sources of a copy into it have not, and
 * deletes it. Links below the directory are never followed. Not thread-safe.
 */
public final class LocalSurplus {
  private final LocalEntries entries;

  /**
   * Looks at nothing yet.
   *
   * @param root the destination
   */
  public LocalSurplus(Path root) {
    this.entries = new LocalEntries(root);
  }

  /** Is told what has become of what was to be deleted. */
  public interface Outcomes {
    /** It is not there any more. */
    void deleted(String name);

    /** It is. */
    void notDeleted(String name, IOException cause);
  }

  /**
   * Finds out what is surplus; the parameters are those of {@link Surplus#of}.
   *
   * @throws IOException if something cannot be looked at
   */
  public Surplus find(SourceNames sources, Surplus.Keep keep, boolean isCopied) throws IOException {
    Surplus.Listing listing =
        visitor -> {
          for (String directory : sources.outermost()) {
            entries.forEachBelow(directory, visitor::visit);
          }
        };
    return Surplus.of(sources, listing, keep, isCopied);
  }

  /** Deletes it. */
  public void delete(Surplus surplus, Outcomes outcomes) {
    LocalEntries.Outcomes told =
        new LocalEntries.Outcomes() {
          @Override
          public void removed(String name) {
            outcomes.deleted(name);
          }

          @Override
          public void notRemoved(String name, IOException cause) {
            outcomes.notDeleted(name, cause);
          }
        };
    byParent(surplus.files())
        .forEach((parent, names) -> entries.remove(parent, names, false, told));
    for (List<String> directories : surplus.directories()) {
      byParent(directories).forEach((parent, names) -> entries.remove(parent, names, true, told));
    }
  }

  private static Map<String, List<String>> byParent(Collection<String> names) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String name : names) {
      String parent = name.substring(0, Math.max(0, name.lastIndexOf('/')));
      groups.computeIfAbsent(parent, each -> new ArrayList<>()).add(name);
    }
    return groups;
  }
}
