package dev.ferry.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The regular files below a root, read-only, by the same names as in a {@link DiskLabStore}. Links
 * are not followed, and Ferry's own files cannot be opened.
 */
public final class DiskSourceStore implements SourceStore {
  /** How often a file may be replaced while it is being opened. */
  private static final int MAX_ATTEMPTS = 3;

  private final Path root;
  private final AccessRules access;
  private final FairWorkers diskWorkers;
  private final FairWorkers verifying;
  private final Bytes owner;
  private final EngineThread engineThread;
  private final @Nullable DirectoryLists lists;

  /** What all lists take of the disk. */
  private final AtomicLong listBytes;

  /**
   * The files below a root. The disk is not looked at before a file is opened.
   *
   * @param access what peers may name
   * @param diskWorkers compute digests
   * @param engineThread is told the digests
   */
  public DiskSourceStore(
      Path root, AccessRules access, FairWorkers diskWorkers, EngineThread engineThread) {
    this(root, access, diskWorkers, diskWorkers, Bytes.EMPTY, engineThread, null, new AtomicLong());
  }

  /** The same, but without turns. */
  public DiskSourceStore(
      Path root, AccessRules access, Executor diskWorkers, EngineThread engineThread) {
    this(root, access, new FairWorkers(diskWorkers), engineThread);
  }

  private DiskSourceStore(
      Path root,
      AccessRules access,
      FairWorkers diskWorkers,
      FairWorkers verifying,
      Bytes owner,
      EngineThread engineThread,
      @Nullable DirectoryLists lists,
      AtomicLong listBytes) {
    this.listBytes = listBytes;
    this.owner = owner;
    this.lists = lists;
    this.verifying = verifying;
    this.root = root;
    this.access = access;
    this.diskWorkers = diskWorkers;
    this.engineThread = engineThread;
  }

  @Override
  public SourceFile open(String name) throws StorageException {
    return in(name, (parent, place) -> open(parent, place, diskWorkers.of(owner)));
  }

  @Override
  public SourceFile openToVerify(String name) throws StorageException {
    return in(name, (parent, place) -> open(parent, place, verifying.of(owner)));
  }

  @Override
  public FileAttributes attributes(String name) throws StorageException {
    Optional<FileAttributes> file =
        in(
            name,
            (parent, place) -> {
              BasicFileAttributes found = parent.attributes(place.fileName());
              if (found != null && found.isDirectory()) {
                return Optional.empty();
              }
              BasicFileAttributes regular = parent.requireRegularFile(place.fileName());
              requireForeign(place, regular);
              return Optional.of(DiskSourceFile.attributesOf(regular));
            });
    String told = "it is a directory";
    return file.orElseThrow(
        () -> new StorageException(RefusalReason.CANNOT_CREATE, told, told, null));
  }

  /** Looks at a file in its open directory. */
  @FunctionalInterface
  private interface Look<T> {
    T at(Directory parent, RelativePath place) throws IOException;
  }

  private <T> T in(String name, Look<T> look) throws StorageException {
    try {
      RelativePath place = access.ferryNames().placeOf(name);
      try (Directory parent = Directory.open(root, place.directories())) {
        return look.at(parent, place);
      }
    } catch (NoSuchFileException | NotRegularFileException e) {
      throw none(e);
    } catch (UnsizedFileException e) {
      String reason = String.valueOf(e.getReason());
      throw new StorageException(RefusalReason.NOT_PERMITTED, reason, reason, e);
    } catch (IOException e) {
      StorageException translated = StorageErrors.translate("cannot open the file", e);
      // The name leads over something that is no directory, or is none on this system.
      throw translated.reason() == RefusalReason.CANNOT_CREATE ? none(translated) : translated;
    }
  }

  /** The same, but for peers that may have lists of directories. */
  public DiskSourceStore withLists() {
    DirectoryLists made = new DirectoryLists(root, access, diskWorkers, engineThread, listBytes);
    return new DiskSourceStore(
        root, access, diskWorkers, verifying, owner, engineThread, made, listBytes);
  }

  /** The same, but digests of files that are only verified are computed elsewhere. */
  public DiskSourceStore verifyingOn(FairWorkers newVerifying) {
    return new DiskSourceStore(
        root, access, diskWorkers, newVerifying, owner, engineThread, lists, listBytes);
  }

  @Override
  public DiskSourceStore ofOwner(Bytes newOwner) {
    return new DiskSourceStore(
        root, access, diskWorkers, verifying, newOwner, engineThread, lists, listBytes);
  }

  @Override
  public void list(String name, boolean all, long kinds, ListListener listener, long nowNs) {
    if (lists == null) {
      SourceStore.super.list(name, all, kinds, listener, nowNs);
    } else {
      lists.list(owner, new DirectoryLists.Wanted(name, all, kinds), listener, nowNs);
    }
  }

  static StorageException none(IOException cause) {
    String told =
        cause.getCause() instanceof InvalidPathException
            ? ((StorageException) cause).told() // No name of this system.
            : "";
    return new StorageException(RefusalReason.NO_SUCH_FILE, "there is no such file", told, cause);
  }

  @Override
  public void digests(String name, ListListener listener, long nowNs) {
    DiskFileContent source;
    try {
      source = in(name, this::openContent);
    } catch (StorageException e) {
      listener.failed(e, nowNs);
      return;
    }
    new BlockDigests(root, source, verifying.of(owner), engineThread, listBytes, listener)
        .list(nowNs);
  }

  private SourceFile open(Directory parent, RelativePath place, Executor digests)
      throws IOException {
    return sourceFile(openContent(parent, place), digests);
  }

  private DiskFileContent openContent(Directory parent, RelativePath place) throws IOException {
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      DiskFileContent source = tryOpen(parent, place);
      if (source != null) {
        return source;
      }
    }
    throw new IOException("another program replaces the file again and again");
  }

  /** Null if the file was replaced meanwhile: either of the two may have been opened. */
  private @Nullable DiskFileContent tryOpen(Directory parent, RelativePath place)
      throws IOException {
    BasicFileAttributes before = parent.requireRegularFile(place.fileName());
    Path path = place.below(root);
    requireForeign(place, before);
    FileTime changed = FileTimes.changed(path, NOFOLLOW_LINKS);
    FileChannel channel = parent.openFile(place.fileName(), READ);
    DiskFileContent source = null;
    try {
      BasicFileAttributes after = parent.requireRegularFile(place.fileName());
      if (Objects.equals(before.fileKey(), after.fileKey())) {
        source = new DiskFileContent(path, channel, after, changed, NOFOLLOW_LINKS);
      }
      return source;
    } finally {
      if (source == null) {
        channel.close();
      }
    }
  }

  private void requireForeign(RelativePath place, BasicFileAttributes found) throws IOException {
    if (access.isOwn(place.below(root), found)) {
      throw new StorageException(RefusalReason.NOT_PERMITTED, "the file is the server's own");
    }
  }

  private SourceFile sourceFile(DiskFileContent source, Executor digests) throws IOException {
    try {
      return new DiskSourceFile(source, digests, engineThread);
    } catch (IOException e) {
      source.close();
      throw e;
    }
  }
}
