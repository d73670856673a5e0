package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import com.google.common.util.concurrent.MoreExecutors;
import dev.ferry.engine.ContentSink;
import dev.ferry.engine.Depot;
import dev.ferry.engine.EngineThread;
import dev.ferry.engine.StorageException;
import dev.ferry.wire.RefusalReason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The root directory of a server. Part files lie in it directly, as {@code .ferry-….part}, each
 * locked by the process that writes it; published files lie at their names below it.
 *
 * <p>{@link #check}, {@link #open} and writing run on the engine's thread; flushing and publishing
 * run on the given executor.
 */
public final class DiskDepot implements Depot {
  private static final int RANDOM_NAME_BYTES = 8;

  private final Path root;
  private final DepotOptions options;
  private final Executor diskWorkers;
  private final EngineThread engineThread;
  private final FileStore fileStore;
  private final FileModes modes;
  private final SecureRandom random = new SecureRandom();
  private final Object namespaceLock = new Object();

  private DiskDepot(
      Path root,
      DepotOptions options,
      Executor diskWorkers,
      EngineThread engineThread,
      FileStore fileStore,
      FileModes modes) {
    this.root = root;
    this.options = options;
    this.diskWorkers = diskWorkers;
    this.engineThread = engineThread;
    this.fileStore = fileStore;
    this.modes = modes;
  }

  /**
   * Opens a root directory, makes sure that it can be written to, and removes what a process which
   * is gone has left behind.
   *
   * @param diskWorkers runs what waits for the disk
   * @param engineThread is told how publications end
   * @throws IOException if it is no directory or cannot be written to
   */
  public static DiskDepot open(
      Path root, DepotOptions options, Executor diskWorkers, EngineThread engineThread)
      throws IOException {
    try (Directory directory = Directory.open(root)) {
      Leftovers.remove(directory);
    }
    return new DiskDepot(
        root, options, diskWorkers, engineThread, Files.getFileStore(root), probe(root));
  }

  /**
   * Creates a file as any program would, to see whether that is possible and what the umask makes
   * of it.
   */
  private static FileModes probe(Path root) throws IOException {
    Path probe = root.resolve(randomName(new SecureRandom(), Leftovers.PROBE_SUFFIX));
    try (FileChannel channel = FileChannel.open(probe, CREATE_NEW, WRITE)) {
      channel.lock();
      return new FileModes(
          Files.readAttributes(probe, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .permissions());
    } catch (UnsupportedOperationException e) {
      return new FileModes(EnumSet.noneOf(PosixFilePermission.class));
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static String randomName(SecureRandom random, String suffix) {
    return StoreName.RESERVED_PREFIX + randomHex(random) + suffix;
  }

  private static String randomHex(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_NAME_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public @Nullable RefusalReason check(String name, long sizeBytes) {
    try {
      StoreName.parse(name);
    } catch (InvalidNameException e) {
      return RefusalReason.NAME_NOT_ALLOWED;
    }
    return sizeBytes > options.maxFileBytes() ? RefusalReason.TOO_LARGE : null;
  }

  @Override
  public String inventName(String extension) {
    return "upload-" + randomHex(random) + "." + extension;
  }

  @Override
  public ContentSink open(String name, long sizeBytes) throws StorageException {
    try {
      StoreName storeName = StoreName.parse(name);
      checkDestination(storeName);
      requireSpace(sizeBytes);
      String partName = randomName(random, Leftovers.PART_SUFFIX);
      try (Directory directory = Directory.open(root)) {
        FileChannel channel = directory.createFile(partName);
        return new DiskSink(
            this,
            storeName,
            partName,
            channel,
            MoreExecutors.newSequentialExecutor(diskWorkers),
            engineThread);
      }
    } catch (IOException e) {
      throw StorageErrors.translate("cannot create a part file", e);
    }
  }

  /** Fails early where publication is bound to fail. */
  private void checkDestination(StoreName name) throws IOException {
    for (String component : name.components()) {
      Directory.entry(root.getFileSystem(), component);
    }
    try (Directory parent = existingParent(name)) {
      if (parent != null) {
        checkReplaceable(parent, name);
      }
    }
  }

  /** The directory that is to hold the file, or null if it does not exist yet. */
  private @Nullable Directory existingParent(StoreName name) throws IOException {
    try {
      return walk(name.directories(), null);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private void checkReplaceable(Directory parent, StoreName name)
      throws StorageException, IOException {
    BasicFileAttributes existing = parent.attributes(name.fileName());
    if (existing == null) {
      return;
    }
    if (!existing.isRegularFile()) {
      throw new StorageException(
          RefusalReason.CANNOT_CREATE, "the name is taken by something that is not a regular file");
    }
    if (!options.overwrite()) {
      throw new StorageException(RefusalReason.EXISTS, "a file of this name exists");
    }
  }

  /**
   * Makes sure that the disk can take more.
   *
   * @throws StorageException if the reserve would be touched
   */
  void requireSpace(long bytes) throws StorageException, IOException {
    long usable = fileStore.getUsableSpace();
    if (usable - options.reserveBytes() < bytes) {
      throw new StorageException(
          RefusalReason.NO_SPACE,
          String.format(
              Locale.ROOT,
              "%d bytes wanted, %d free, %d kept in reserve",
              bytes,
              usable,
              options.reserveBytes()));
    }
  }

  /**
   * Opens a directory below the root.
   *
   * @param partName the part file for which missing directories are made, or null to make none
   */
  private Directory walk(List<String> names, @Nullable String partName) throws IOException {
    Directory current = Directory.open(root);
    for (String name : names) {
      try (Directory parent = current) {
        current = child(parent, name, partName);
      }
    }
    return current;
  }

  private Directory child(Directory parent, String name, @Nullable String partName)
      throws IOException {
    try {
      return parent.child(name);
    } catch (NoSuchFileException e) {
      if (partName == null) {
        throw e;
      }
    }
    createChild(parent, name, Leftovers.directoryFor(partName));
    return parent.child(name);
  }

  /** Java has no mkdirat: the directory is made in the root and then moved to its place. */
  private void createChild(Directory parent, String name, String temporary) throws IOException {
    try (Directory top = Directory.open(root)) {
      Files.createDirectory(root.resolve(temporary));
      try {
        top.move(temporary, parent, name);
      } catch (IOException e) {
        top.deleteDirectory(temporary);
        throw e;
      }
      parent.sync();
    }
  }

  /** Makes a complete and flushed part file visible under its name. Called beside the engine. */
  void publish(StoreName name, String partName) throws IOException {
    try (Directory parent = rename(name, partName)) {
      parent.sync();
    }
  }

  private Directory rename(StoreName name, String partName) throws IOException {
    synchronized (namespaceLock) {
      Directory parent = walk(name.directories(), partName);
      try (Directory top = Directory.open(root)) {
        checkReplaceable(parent, name);
        top.move(partName, parent, name.fileName());
        return parent;
      } catch (IOException e) {
        parent.close();
        throw e;
      }
    }
  }

  /** Gives a part file the permissions that it will have when published. */
  void makeReadable(String partName) throws IOException {
    try (Directory top = Directory.open(root)) {
      top.makeReadable(partName, modes);
    }
  }

  /** Removes a part file. */
  void remove(String partName) throws IOException {
    try (Directory top = Directory.open(root)) {
      top.delete(partName);
    }
  }
}
