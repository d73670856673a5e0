package dev.ferry.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a destination has and the sources of a copy have not, so that it is to be deleted: as {@code
 * rsync --delete} has it, but that nothing is deleted which patterns leave out, nor a directory
 * with something in it that stays.
 *
 * @param files and links
 * @param directories in groups, of which each is to be deleted before the next one: those with the
 *     longest ways come first
 */
public record Surplus(List<String> files, List<List<String>> directories) {
  /** What there is at a destination. */
  @FunctionalInterface
  public interface Listing {
    /** Shows everything, in any order; may be asked twice. */
    void forEach(Visitor visitor) throws IOException;
  }

  /** Looks at what is at a destination. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Looks at one thing.
     *
     * @param name its name at the destination, with slashes
     * @param isDirectory whether it is one, and no link
     */
    void visit(String name, boolean isDirectory);
  }

  /** Says what has to stay for other reasons. */
  @FunctionalInterface
  public interface Keep {
    /** Whether it stays, and what is in it. */
    boolean keeps(String name, boolean isDirectory);
  }

  /** Copies the lists. */
  public Surplus {
    files = List.copyOf(files);
    directories = List.copyOf(directories);
  }

  /** How many things there are to be deleted. */
  public long count() {
    return files.size() + directories.stream().mapToLong(List::size).sum();
  }

  /**
   * Finds out what is surplus.
   *
   * @param sources all of what they have
   * @param there what there is below {@link SourceNames#outermost}, at least
   * @param keep what stays although the sources do not have it
   * @param isCopied whether all of the sources is there: then what is there under a name that
   *     differs by its case alone, and not under its own, is the same on that file system
   */
  public static Surplus of(SourceNames sources, Listing there, Keep keep, boolean isCopied)
      throws IOException {
    Set<String> missing = isCopied ? missing(sources, there) : Set.of();
    List<String> files = new ArrayList<>();
    List<String> directories = new ArrayList<>();
    Set<String> stay = new HashSet<>();
    there.forEach(
        (name, isDirectory) -> {
          boolean isSame = !missing.isEmpty() && missing.contains(SourceNames.folded(name));
          if (sources.has(name)
              || isSame
              || sources.isLeftOut(name, isDirectory)
              || keep.keeps(name, isDirectory)) {
            keepWay(name, stay);
          } else if (isDirectory) {
            directories.add(name);
          } else {
            files.add(name);
          }
        });
    DepthGroups groups = new DepthGroups();
    directories.stream().filter(name -> !stay.contains(name)).forEach(groups::add);
    return new Surplus(files, groups.deepestFirst());
  }

  /** What of the sources is not there under its name, folded. */
  private static Set<String> missing(SourceNames sources, Listing there) throws IOException {
    Set<String> found = new HashSet<>();
    there.forEach(
        (name, isDirectory) -> {
          if (sources.has(name)) {
            found.add(name);
          }
        });
    return sources.foldedWithout(found);
  }

  /** What is on the way to something that stays does so as well. */
  private static void keepWay(String name, Set<String> stay) {
    for (int end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      if (!stay.add(name.substring(0, end))) {
        return;
      }
    }
  }
}
