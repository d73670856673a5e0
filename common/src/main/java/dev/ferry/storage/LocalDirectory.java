package dev.ferry.storage;

import dev.ferry.clock.WallClock;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.StorageException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A directory of this machine, chosen by the user, below which files of a peer are to appear.
 * Thread-safe.
 */
public final class LocalDirectory {
  private final StoreRoot root;

  private LocalDirectory(StoreRoot root) {
    this.root = root;
  }

  /**
   * Opens a directory. What earlier programs have left there is tidied up, so it is done once for
   * many files.
   *
   * @throws StorageException if it does not exist, or takes no files
   */
  public static LocalDirectory open(Path directory, StoreOptions options) throws StorageException {
    try {
      return new LocalDirectory(StoreRoot.open(directory, options, WallClock::epochNanos));
    } catch (IOException e) {
      throw StorageErrors.translate("it cannot be stored", e);
    }
  }

  /**
   * The directory that a file which the user has named is to appear in; the same for many files.
   *
   * @throws StorageException if it does not exist, or takes no files, or the name cannot be a
   *     file's
   */
  public static LocalDirectory around(Path destination, StoreOptions options)
      throws StorageException {
    Path directory = LocalDestination.directoryOf(destination);
    return new LocalDirectory(LocalDestination.openRoot(directory, options));
  }

  /**
   * Opens a store for a file that the user has named, as {@link LocalDestination#open}.
   *
   * @param destination in this directory
   */
  public PartialFileStore at(
      Path destination, Executor diskWorkers, EngineThread engineThread, BlockMemory memory)
      throws StorageException {
    return LocalDestination.open(root, destination, diskWorkers, engineThread, memory);
  }

  /**
   * Opens a store for a file below it. Directories on the way are made, and links there are not
   * followed.
   *
   * @param below the name below the directory, as the peer has said it: it is checked by the rules
   *     for names of this system
   * @param diskWorkers runs what waits for the disk
   * @param engineThread is told how it ended
   * @param memory for blocks that are arriving; one for all files of the thread
   * @throws StorageException if the name is not allowed
   */
  public PartialFileStore below(
      String below, Executor diskWorkers, EngineThread engineThread, BlockMemory memory)
      throws StorageException {
    try {
      RelativePath place = placeOf(below);
      return new DiskPartialFileStore(
          root, peersName -> place, new FairWorkers(diskWorkers), engineThread, memory);
    } catch (IOException e) {
      throw StorageErrors.translate("it cannot be stored", e);
    }
  }

  private static RelativePath placeOf(String below) throws InvalidNameException {
    NameRules rules = File.separatorChar == '/' ? NameRules.POSIX : NameRules.PORTABLE;
    return RemoteName.parse(below, rules).place();
  }

  /**
   * Makes a symbolic link below it.
   *
   * @param below as for {@link #below}
   * @param target as the peer has said it: it is checked, and must lead to something below this
   *     directory
   * @param preserved whose time it gets; null for the present time
   * @throws StorageException if it cannot be made
   */
  public void makeLink(String below, String target, @Nullable FileAttributes preserved)
      throws StorageException {
    try {
      boolean mayReplace = root.options().overwrite();
      new TreeEntries(root).makeLink(placeOf(below), target, mayReplace, preserved);
    } catch (IOException e) {
      throw StorageErrors.translate("it cannot be stored", e);
    }
  }

  /**
   * Makes another name of a file below it.
   *
   * @param below as for {@link #below}
   * @param first the name that the file has already, likewise
   * @throws StorageException if it cannot be made
   */
  public void makeOtherName(String below, String first) throws StorageException {
    try {
      boolean mayReplace = root.options().overwrite();
      new TreeEntries(root).makeOtherName(placeOf(below), placeOf(first), mayReplace);
    } catch (IOException e) {
      throw StorageErrors.translate("it cannot be stored", e);
    }
  }

  /**
   * Gives it a time and a mode.
   *
   * @param isNew whether it was made for what comes into it
   * @throws StorageException if that is not possible
   */
  public void dress(FileAttributes preserved, boolean isNew) throws StorageException {
    try {
      new TreeEntries(root).dressRoot(preserved, isNew);
    } catch (IOException e) {
      throw StorageErrors.translate("its time cannot be set", e);
    }
  }

  /**
   * Makes a directory below it, and those on the way, as far as they are missing.
   *
   * @param below as for {@link #below}
   * @param preserved whose time and mode it gets, also if it is there; null for those that come of
   *     themselves, and to leave one that is there as it is
   * @throws StorageException if it cannot be made
   */
  public void makeDirectory(String below, @Nullable FileAttributes preserved)
      throws StorageException {
    try {
      new TreeEntries(root).makeDirectory(placeOf(below), preserved, true);
    } catch (IOException e) {
      throw StorageErrors.translate("it cannot be stored", e);
    }
  }
}
