package dev.ferry.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;

/**
 * What peers may name below a root, beyond the rules of {@link RemoteName}. Immutable.
 *
 * @param hiddenInLabMode whether names with a component that begins with a dot are allowed in lab
 *     mode, whose peers are never authenticated
 * @param hiddenInFerryMode the same in Ferry mode
 * @param ownFiles files of the server itself, such as its key, that peers neither replace nor get,
 *     whatever their names below the root
 * @param names which other names are allowed
 * @param links whether symbolic links are stored, and peers are told where they lead
 * @param modes whether directories get exactly the modes that peers say, those that were there
 *     before among them; else only those that were made for peers, and the owner can always use
 *     them
 */
public record AccessRules(
    boolean hiddenInLabMode,
    boolean hiddenInFerryMode,
    List<Path> ownFiles,
    NameRules names,
    boolean links,
    boolean modes) {
  /** No hidden names, no files of the server's own, no links, and no modes of what was there. */
  public static final AccessRules DEFAULT =
      new AccessRules(false, false, List.of(), NameRules.PORTABLE, false, false);

  /** Copies the list. */
  public AccessRules {
    ownFiles = List.copyOf(ownFiles);
  }

  /** The same rules for peers who are authenticated, as far as modes are concerned. */
  public AccessRules withModes(boolean newModes) {
    return new AccessRules(hiddenInLabMode, hiddenInFerryMode, ownFiles, names, links, newModes);
  }

  PathPolicy labNames() {
    return policy(hiddenInLabMode);
  }

  PathPolicy ferryNames() {
    return policy(hiddenInFerryMode);
  }

  private PathPolicy policy(boolean allowsHidden) {
    return name -> {
      RemoteName parsed = RemoteName.parse(name, names);
      if (!allowsHidden && parsed.isHidden()) {
        throw new InvalidNameException(
            "a component begins with a dot, which takes --hidden or a key file at the server");
      }
      return parsed.place();
    };
  }

  /**
   * Whether a file is the server's own, under this name or another one.
   *
   * @param path where it was found
   * @param found its attributes
   */
  boolean isOwn(Path path, BasicFileAttributes found) throws IOException {
    for (Path own : ownFiles) {
      if (isSame(path, found, own)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSame(Path path, BasicFileAttributes found, Path own) throws IOException {
    try {
      return found.fileKey() == null
          ? Files.isSameFile(path, own)
          : Objects.equals(
              found.fileKey(), Files.readAttributes(own, BasicFileAttributes.class).fileKey());
    } catch (FileSystemException e) {
      return false; // The server has read it at its start; it may be gone since.
    }
  }
}
