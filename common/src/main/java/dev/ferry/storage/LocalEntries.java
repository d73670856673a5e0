package dev.ferry.storage;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies below a directory of this machine that the user has chosen, looked at and removed.
 * Links below it are never followed. Not thread-safe.
 */
public final class LocalEntries {
  private final Path root;

  /** Looks at nothing yet. */
  public LocalEntries(Path root) {
    this.root = root;
  }

  /** Looks at what there is. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Looks at one thing.
     *
     * @param name below the root, with slashes
     * @param isDirectory whether it is one, and no link
     */
    void visit(String name, boolean isDirectory);
  }

  /** Is told what has become of what was to be removed. */
  public interface Outcomes {
    void removed(String name);

    void notRemoved(String name, IOException cause);
  }

  private static List<String> components(String name) {
    return name.isEmpty() ? List.of() : Splitter.on('/').splitToList(name);
  }

  /**
   * Shows all that is below a directory, each directory before what is in it.
   *
   * @param below empty for the root
   * @throws IOException if something of it cannot be looked at
   */
  public void forEachBelow(String below, Visitor visitor) throws IOException {
    try (Directory directory = Directory.open(root, components(below))) {
      show(directory, below.isEmpty() ? "" : below + "/", visitor);
    } catch (NoSuchFileException e) {
      // There is nothing, or it went meanwhile.
    }
  }

  private static void show(Directory directory, String path, Visitor visitor) throws IOException {
    directory.forEach(
        entry -> {
          BasicFileAttributes found = directory.attributes(entry);
          if (found == null) {
            return;
          }
          visitor.visit(path + entry, found.isDirectory());
          if (found.isDirectory()) {
            try (Directory child = directory.child(entry)) {
              show(child, path + entry + "/", visitor);
            }
          }
        });
  }

  /**
   * Removes things in one directory, and flushes that.
   *
   * @param parent below the root; empty for that
   * @param names of things in it, below the root; directories must be empty
   * @param areDirectories whether all are directories, or none is
   */
  public void remove(
      String parent, Collection<String> names, boolean areDirectories, Outcomes outcomes) {
    try (Directory directory = Directory.open(root, components(parent))) {
      for (String name : names) {
        IOException cause = remove(directory, name, areDirectories);
        if (cause == null) {
          outcomes.removed(name);
        } else {
          outcomes.notRemoved(name, cause);
        }
      }
      directory.sync();
    } catch (IOException e) {
      outcomes.notRemoved(parent, e);
    }
  }

  /** Why it is still there; null if it is not. */
  private static @Nullable IOException remove(
      Directory directory, String name, boolean isDirectory) {
    String entry = name.substring(name.lastIndexOf('/') + 1);
    try {
      if (isDirectory) {
        directory.deleteDirectory(entry);
      } else {
        directory.delete(entry);
      }
      return null;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      return e;
    }
  }
}
