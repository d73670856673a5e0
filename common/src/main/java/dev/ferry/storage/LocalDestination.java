package dev.ferry.storage;

import dev.ferry.clock.WallClock;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;

/**
 * A path that the user of this machine chose for one file. The store's root is the directory of
 * that path, and the file gets its name from the path, whatever the peer calls it.
 */
public final class LocalDestination {
  private LocalDestination() {}

  /**
   * Opens a store for a file.
   *
   * @param destination where the file is to appear; absolute or relative, with links or without.
   *     The rules for peers' names do not apply to it
   * @param diskWorkers runs what waits for the disk
   * @param engineThread is told how it ended
   * @param memory for blocks that are arriving; one for all files of the thread
   * @throws StorageException if the directory does not exist or takes no files, or the name cannot
   *     be a file's
   */
  public static PartialFileStore open(
      Path destination,
      StoreOptions options,
      Executor diskWorkers,
      EngineThread engineThread,
      BlockMemory memory)
      throws StorageException {
    Path directory = directoryOf(destination);
    return open(openRoot(directory, options), destination, diskWorkers, engineThread, memory);
  }

  /**
   * The directory that a destination is in.
   *
   * @throws StorageException if the name cannot be a file's
   */
  static Path directoryOf(Path destination) throws StorageException {
    Path fileName = destination.getFileName();
    Path directory = destination.toAbsolutePath().getParent();
    if (fileName == null || fileName.toString().isEmpty() || directory == null) {
      throw new StorageException(
          RefusalReason.CANNOT_CREATE, "the destination is not the name of a file");
    }
    return directory;
  }

  static StoreRoot openRoot(Path directory, StoreOptions options) throws StorageException {
    try {
      return StoreRoot.open(directory, options, WallClock::epochNanos);
    } catch (NoSuchFileException e) {
      throw new StorageException(
          RefusalReason.CANNOT_CREATE, "the destination's directory does not exist", e);
    } catch (IOException e) {
      throw StorageErrors.translate("the destination's directory cannot be used", e);
    }
  }

  static PartialFileStore open(
      StoreRoot root,
      Path destination,
      Executor diskWorkers,
      EngineThread engineThread,
      BlockMemory memory)
      throws StorageException {
    Path fileName = destination.getFileName();
    String name = NativePaths.text(fileName);
    if (name.toLowerCase(Locale.ROOT).startsWith(RemoteName.RESERVED_PREFIX)) {
      throw new StorageException(
          RefusalReason.NAME_NOT_ALLOWED, "the name is reserved for unfinished files");
    }
    RelativePath place = new RelativePath(List.of(), name);
    return new DiskPartialFileStore(
        root, peersName -> place, new FairWorkers(diskWorkers), engineThread, memory);
  }
}
