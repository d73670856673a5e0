package dev.ferry.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.Destination.IfTaken;
import dev.ferry.storage.KeptParts.Kept;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A directory in which files arrive. Part files lie in it directly, as {@code .ferry-….part}, each
 * locked by the process that writes it; published files lie at their places below it. Thread-safe.
 */
final class StoreRoot {
  /** How often the probe may be removed by others. */
  private static final int MAX_ATTEMPTS = 100;

  private final Path path;
  private final Path realPath;
  private final StoreOptions options;
  private final FileModes modes;
  private final KeptParts kept;
  private final RootQuota quota;
  private final SpaceLedger space;
  private final BlockBuffers buffers = new BlockBuffers();
  private final LongSupplier epochNs;
  private final SecureRandom random = new SecureRandom();
  private final Object namespaceLock = new Object();
  private final SmallFiles smallFiles = new SmallFiles(this);
  private final NewDirectories newDirectories = new NewDirectories();

  /**
   * Held for one directory at a time, and fair: who makes hundreds of them holds nobody up by more
   * than one.
   */
  private final ReentrantLock directoryLock = new ReentrantLock(true);

  private StoreRoot(Path path, StoreOptions options, LongSupplier epochNs) throws IOException {
    this.path = path;
    this.options = options;
    this.epochNs = epochNs;
    this.realPath = path.toRealPath();
    this.kept = new KeptParts(options, Runtime.getRuntime().maxMemory());
    this.quota = new RootQuota(options.quota());
    this.space =
        new SpaceLedger(
            Files.getFileStore(path), options.reserveBytes(), kept, quota, this::discard);
    this.modes = probe(path);
  }

  /**
   * Opens a root directory and makes sure that it can be written to. What a crashed process has
   * left is removed, except for part files that can be resumed.
   *
   * @param epochNs reads the wall clock, for the age of part files
   * @throws IOException if it is no directory or cannot be written to
   */
  static StoreRoot open(Path path, StoreOptions options, LongSupplier epochNs) throws IOException {
    StoreRoot root = new StoreRoot(path, options, epochNs);
    root.tidy();
    return root;
  }

  /**
   * Removes what crashed processes have left, except for part files that can be resumed and are
   * within the bounds. May be called again at any time: what this process, or another one, works on
   * stays as it is.
   */
  void tidy() throws IOException {
    try (Directory directory = directory()) {
      for (PartName name : kept.names()) {
        if (directory.attributes(name.part()) == null) {
          kept.remove(name); // Another process has resumed it, or somebody has removed it.
        }
      }
      StalePartSweeper.sweep(directory, this::ifFree, kept::contains).forEach(kept::add);
    }
    trim();
  }

  /**
   * Creates a file as any program would, to see whether that is possible and what the umask makes
   * of it. Another opening of the root may take the file for stale at the same time: it looks at
   * the lock, and removes the file.
   */
  private static FileModes probe(Path root) throws IOException {
    for (int i = 1; i < MAX_ATTEMPTS; i++) {
      try {
        return tryProbe(root);
      } catch (NoSuchFileException | OverlappingFileLockException e) {
        // Another one, under another name.
      }
    }
    return tryProbe(root);
  }

  private static FileModes tryProbe(Path root) throws IOException {
    Path probe = root.resolve(StalePartSweeper.probeName(new SecureRandom()));
    try (FileChannel channel = FileChannel.open(probe, CREATE_NEW, WRITE)) {
      channel.lock();
      return new FileModes(
          Files.readAttributes(probe, PosixFileAttributes.class, NOFOLLOW_LINKS).permissions());
    } catch (UnsupportedOperationException e) {
      return new FileModes(EnumSet.noneOf(PosixFilePermission.class));
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  StoreOptions options() {
    return options;
  }

  /** The real path of an entry: the same for all stores of this process in this directory. */
  Path realPathOf(String entry) {
    return realPath.resolve(entry);
  }

  private Path realPathOf(RelativePath file) {
    return file.below(realPath);
  }

  /** The path of an entry, as the operator named the root. */
  Path pathOf(String entry) {
    return path.resolve(entry);
  }

  /** The path of a file, in which others may exchange directories for links. */
  Path pathOf(RelativePath file) {
    return file.below(path);
  }

  /**
   * What tells a regular file from others; null where the file system has nothing of the kind.
   *
   * @throws StorageException if there is none, or it is the server's own
   */
  @Nullable Object keyOf(RelativePath file) throws IOException {
    try (Directory parent = Directory.open(path, file.directories())) {
      BasicFileAttributes found = parent.requireRegularFile(file.fileName());
      requireNotOwn(file, found);
      return found.fileKey();
    } catch (NoSuchFileException | NotRegularFileException | NotDirectoryException e) {
      String told = "there is no file that it could be another name of";
      throw new StorageException(RefusalReason.CANNOT_CREATE, told, told, e);
    }
  }

  /** Something that looks at a name, and takes it. */
  interface Taking {
    void run() throws IOException;
  }

  /** Takes a name while nobody else does. */
  void inNamespace(Taking taking) throws IOException {
    synchronized (namespaceLock) {
      taking.run();
    }
  }

  /** The part files that wait to be resumed. */
  KeptParts kept() {
    return kept;
  }

  /** What of the disk is promised. */
  SpaceLedger space() {
    return space;
  }

  /** What there is, if that is bounded. */
  RootQuota quota() {
    return quota;
  }

  /** The real path of the directory. */
  Path realPath() {
    return realPath;
  }

  /** Where to read blocks of the part files. */
  BlockBuffers buffers() {
    return buffers;
  }

  /** Removes part files that have expired, and the oldest ones beyond the bounds. */
  void trim() throws IOException {
    List<Kept> excess = kept.takeExcess(epochNs.getAsLong());
    if (excess.isEmpty()) {
      return;
    }
    try (Directory directory = directory()) {
      for (Kept each : excess) {
        StalePartSweeper.discard(directory, this::ifFree, each.name());
      }
    }
  }

  private void discard(Kept each) throws IOException {
    try (Directory directory = directory()) {
      StalePartSweeper.discard(directory, this::ifFree, each.name());
    }
  }

  /** Does something with a part file, unless this process holds it. */
  void ifFree(PartName part, LockedPart.Action action) throws IOException {
    LockedPart.ifFree(this, part, action);
  }

  PartName inventPartName() {
    return PartName.random(random);
  }

  /** Opens the directory itself. */
  Directory directory() throws IOException {
    return Directory.open(path);
  }

  /** Opens a directory below it. */
  Directory directory(List<String> names) throws IOException {
    return Directory.open(path, names);
  }

  /** Where it is, as the operator named it. */
  Path path() {
    return path;
  }

  /** The small files that arrive here many at a time. */
  SmallFiles smallFiles() {
    return smallFiles;
  }

  /** The directories whose modes a peer may still say. */
  NewDirectories newDirectories() {
    return newDirectories;
  }

  /** The permissions of what arrives here. */
  FileModes modes() {
    return modes;
  }

  /** Held by whoever makes a directory below the root, until it is flushed. */
  ReentrantLock directoryLock() {
    return directoryLock;
  }

  /**
   * Fails early where the publication would fail.
   *
   * @return how many names more there will be: 0 or 1
   */
  int check(Destination destination) throws IOException {
    checkPlace(destination, MountPoints.ofThisSystem());
    try (Directory parent = existingParent(destination.path())) {
      return parent == null || checkReplaceable(parent, destination) == null ? 1 : 0;
    }
  }

  /**
   * The same for one of many files.
   *
   * @param parents the directories that they lead to, as far as they are there
   */
  int check(Destination destination, long sizeBytes, RoundDirectories parents, MountPoints mounts)
      throws IOException {
    requireAllowed(sizeBytes);
    checkPlace(destination, mounts);
    Directory parent = parents.existing(destination.path().directories());
    return parent == null || checkReplaceable(parent, destination) == null ? 1 : 0;
  }

  /** Makes sure that a file is not larger than the operator allows. */
  void requireAllowed(long sizeBytes) throws StorageException {
    if (sizeBytes > options.maxFileBytes()) {
      throw new StorageException(
          RefusalReason.TOO_LARGE, sizeBytes + " bytes are more than allowed");
    }
  }

  private void checkPlace(Destination destination, MountPoints mounts) throws IOException {
    for (String component : destination.path().components()) {
      Directory.entry(path.getFileSystem(), component);
    }
    if (mounts.areBetween(realPath, realPathOf(destination.path()))) {
      throw new StorageException(
          RefusalReason.CANNOT_CREATE,
          "it is on another file system, to which files cannot be moved");
    }
  }

  /** The directory that is to hold the file, or null if it does not exist yet. */
  private @Nullable Directory existingParent(RelativePath file) throws IOException {
    try {
      return Directory.open(path, file.directories());
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Whether a regular file that is not empty lies at a path. */
  boolean holdsContent(RelativePath file) throws IOException {
    try (Directory parent = existingParent(file)) {
      BasicFileAttributes existing = parent == null ? null : parent.attributes(file.fileName());
      return existing != null && existing.isRegularFile() && existing.size() > 0;
    }
  }

  /**
   * Makes sure that an entry is not a file of the server's own.
   *
   * @param existing its attributes
   */
  void requireNotOwn(RelativePath file, BasicFileAttributes existing) throws IOException {
    if (options.access().isOwn(realPathOf(file), existing)) {
      throw new StorageException(RefusalReason.NOT_PERMITTED, "the file is the server's own");
    }
  }

  /** The file that is replaced, or kept; null if there is none. */
  private @Nullable BasicFileAttributes checkReplaceable(Directory parent, Destination destination)
      throws IOException {
    BasicFileAttributes existing = parent.attributes(destination.path().fileName());
    if (existing == null) {
      return null;
    }
    if (!existing.isRegularFile()) {
      throw new StorageException(
          RefusalReason.CANNOT_CREATE, "it is taken by something that is not a regular file");
    }
    requireNotOwn(destination.path(), existing);
    boolean isInTheWay =
        switch (destination.ifTaken()) {
          case REPLACE -> false;
          case REFUSE -> true;
          case KEEP -> existing.size() > 0;
        };
    if (isInTheWay) {
      throw new StorageException(RefusalReason.EXISTS, "a file of this name exists");
    }
    return existing;
  }

  /** Opens a directory below the root, and makes those that are missing for a part file. */
  Directory walk(List<String> names, PartName part) throws IOException {
    Directory current = directory();
    for (String name : names) {
      try (Directory parent = current) {
        current = child(parent, name, part);
      }
    }
    return current;
  }

  /**
   * Opens a directory in another one, and makes it for a part file if it is missing. One that
   * others see has been flushed: whoever makes it does both under the lock.
   */
  Directory child(Directory parent, String name, PartName part) throws IOException {
    directoryLock.lock();
    try {
      return parent.child(name);
    } catch (NoSuchFileException e) {
      createChild(parent, name, part.directory());
      return parent.child(name);
    } finally {
      directoryLock.unlock();
    }
  }

  /** Java has no mkdirat: the directory is made in the root and then moved to its place. */
  private void createChild(Directory parent, String name, String temporary) throws IOException {
    space.name(0, 1);
    try (Directory top = directory()) {
      Files.createDirectory(path.resolve(temporary));
      BasicFileAttributes made = top.attributes(temporary);
      try {
        top.move(temporary, parent, name);
        newDirectories.add(made);
      } catch (IOException e) {
        top.deleteDirectory(temporary);
        throw e;
      }
      parent.sync();
    } catch (IOException e) {
      quota.changeBack(0, 1);
      throw e;
    }
  }

  /**
   * Gives a part file the mode and the time that it will have when it is published. Links are not
   * followed.
   *
   * @param preserved whose time and mode it gets: exactly these permissions, even where the owner
   *     cannot write or others can, and no other bits; null for the mode that the umask leaves
   */
  void applyAttributes(PartName part, @Nullable FileAttributes preserved) throws IOException {
    try (Directory top = directory()) {
      modes.apply(top, path, part.part(), preserved);
    }
  }

  /** Makes a complete and flushed part file visible under its name, durably. */
  void publish(PartName part, Destination destination, SpaceLedger.Promise room)
      throws IOException {
    try (Directory parent = rename(part, destination, room)) {
      parent.sync();
    }
  }

  /** Gives a complete and flushed file its name, which is not flushed. */
  void move(
      Directory from,
      String name,
      Directory parent,
      Destination destination,
      SpaceLedger.Promise room)
      throws IOException {
    synchronized (namespaceLock) {
      BasicFileAttributes existing = checkReplaceable(parent, destination);
      moveAndCount(from, name, parent, destination.path().fileName(), existing, room);
    }
  }

  /** Room for the content was promised, but perhaps none for the name. */
  private void moveAndCount(
      Directory from,
      String name,
      Directory parent,
      String newName,
      @Nullable BasicFileAttributes existing,
      SpaceLedger.Promise room)
      throws IOException {
    if (!quota.limits().isLimited()) {
      from.move(name, parent, newName);
      return;
    }
    long bytes = from.requireRegularFile(name).size();
    int names = existing == null ? 1 : 0;
    quota.change(0, names);
    try {
      from.move(name, parent, newName);
    } catch (IOException e) {
      quota.changeBack(0, names);
      throw e;
    }
    room.named(existing == null ? bytes : bytes - existing.size());
  }

  private Directory rename(PartName part, Destination destination, SpaceLedger.Promise room)
      throws IOException {
    RelativePath target = destination.path();
    Directory parent = walk(target.directories(), part);
    synchronized (namespaceLock) {
      try (Directory top = directory()) {
        BasicFileAttributes existing = checkReplaceable(parent, destination);
        if (destination.ifTaken() == IfTaken.KEEP && existing != null) {
          top.delete(part.part());
        } else {
          moveAndCount(top, part.part(), parent, target.fileName(), existing, room);
        }
        return parent;
      } catch (IOException e) {
        parent.close();
        throw e;
      }
    }
  }

  /** Removes an entry of the root itself. */
  void remove(String entry) throws IOException {
    try (Directory top = directory()) {
      top.delete(entry);
    }
  }
}
