package dev.ferry.runtime;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.AccessRules;
import dev.ferry.storage.LocalDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What comes from a server into a directory of this machine beside regular files, which {@link
 * BatchRunner} fetches. Names are as the server has said them, and are checked. Not thread-safe.
 */
public final class LocalTree {
  private final Path path;
  private final TransferOptions options;
  private final boolean knowsServer;
  private boolean isNew;
  private @Nullable LocalDirectory opened;

  /**
   * A tree; nothing is looked at yet.
   *
   * @param path the directory
   * @param knowsServer whether the server has to show that it has the user's key: only then
   *     directories that were there get the modes that it says
   */
  public LocalTree(Path path, TransferOptions options, boolean knowsServer) {
    this.path = path;
    this.options = options;
    this.knowsServer = knowsServer;
  }

  /** Says that the directory was made for what comes into it. */
  public void setNew() {
    isNew = true;
  }

  private LocalDirectory directory() throws StorageException {
    LocalDirectory known = opened == null ? open() : opened;
    opened = known;
    return known;
  }

  private LocalDirectory open() throws StorageException {
    return LocalDirectory.open(
        path,
        Download.storeOptions(options).withAccess(AccessRules.DEFAULT.withModes(knowsServer)));
  }

  /**
   * Makes a directory, and those on the way, as far as they are missing.
   *
   * @param below with slashes
   * @throws StorageException if it cannot be made
   */
  public void makeDirectory(String below) throws StorageException {
    directory().makeDirectory(below, null);
  }

  /**
   * Makes a symbolic link.
   *
   * @param below with slashes
   * @param target where it leads, as the server says; below the tree, or it is turned down
   * @param modifiedNs in nanoseconds since 1970 UTC
   * @throws StorageException if it cannot be made
   */
  public void makeLink(String below, String target, long modifiedNs) throws StorageException {
    FileAttributes attributes = new FileAttributes(FileKind.LINK, 0, modifiedNs, 0);
    directory().makeLink(below, target, options.preserves() ? attributes : null);
  }

  /**
   * Makes another name of a file.
   *
   * @param below with slashes
   * @param first the name that the file has already, likewise
   * @throws StorageException if it cannot be made
   */
  public void makeOtherName(String below, String first) throws StorageException {
    directory().makeOtherName(below, first);
  }

  /**
   * Gives a directory its time and mode, once nothing comes into it any more. Of a server that is
   * not known, the mode is left out unless the directory is new, and never takes the owner's
   * access.
   *
   * @param below with slashes; empty for the tree itself
   * @param modifiedNs in nanoseconds since 1970 UTC
   * @param mode permission bits
   * @throws StorageException if that is not possible
   */
  public void dressDirectory(String below, long modifiedNs, int mode) throws StorageException {
    FileAttributes preserved = new FileAttributes(FileKind.DIRECTORY, 0, modifiedNs, mode);
    if (below.isEmpty()) {
      directory().dress(preserved, isNew);
    } else {
      directory().makeDirectory(below, preserved);
    }
  }
}
