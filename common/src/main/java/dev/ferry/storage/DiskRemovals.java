package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.RemovalStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Removes what lies below a root, by the same names as in a {@link DiskLabStore}: one after the
 * other, on the disk workers; those who have something removed have their turns. Links are not
 * followed, neither on the way nor at the end; Ferry's own files, and the root itself, stay.
 */
public final class DiskRemovals implements RemovalStore {
  private static final int RETRY_SECONDS = 1;

  private final Path root;
  private final AccessRules access;
  private final FairWorkers workers;
  private final Bytes owner;
  private final EngineThread engineThread;
  private @Nullable StoreRoot counted;

  /**
   * Removes below a root.
   *
   * @param access what peers may name
   * @param diskWorkers waits for the disk
   * @param engineThread is told the outcomes
   */
  public DiskRemovals(
      Path root, AccessRules access, Executor diskWorkers, EngineThread engineThread) {
    this(root, access, new FairWorkers(new SerialExecutor(diskWorkers)), Bytes.EMPTY, engineThread);
  }

  private DiskRemovals(
      Path root, AccessRules access, FairWorkers workers, Bytes owner, EngineThread engineThread) {
    this.root = root;
    this.access = access;
    this.workers = workers;
    this.owner = owner;
    this.engineThread = engineThread;
  }

  /** Has what is removed taken off what a store counts, which is in the same root. */
  public DiskRemovals countedBy(DiskLabStore store) {
    counted = store.root();
    return this;
  }

  @Override
  public DiskRemovals ofOwner(Bytes newOwner) {
    DiskRemovals removals = new DiskRemovals(root, access, workers, newOwner, engineThread);
    removals.counted = counted;
    return removals;
  }

  @Override
  public void remove(String name, Listener listener, long nowNs) {
    try {
      workers.of(owner).execute(() -> remove(name, listener));
    } catch (RejectedExecutionException e) {
      listener.failed(StorageException.busy("it stops", RETRY_SECONDS), nowNs);
    }
  }

  private void remove(String name, Listener listener) {
    try {
      remove(access.ferryNames().placeOf(RemoteName.withoutDot(name)));
      engineThread.execute(listener::removed);
    } catch (NoSuchFileException e) {
      tell(listener, DiskSourceStore.none(e));
    } catch (DirectoryNotEmptyException e) {
      String told = "the directory is not empty";
      tell(listener, new StorageException(RefusalReason.CANNOT_CREATE, told, told, e));
    } catch (IOException e) {
      StorageException translated = StorageErrors.translate("cannot remove it", e);
      // The name leads over something that is no directory: then there is no such file.
      boolean isNone = e instanceof NotDirectoryException;
      tell(listener, isNone ? DiskSourceStore.none(e) : translated);
    }
  }

  private void tell(Listener listener, StorageException cause) {
    engineThread.execute(nowNs -> listener.failed(cause, nowNs));
  }

  private void remove(RelativePath place) throws IOException {
    try (Directory parent = Directory.open(root, place.directories())) {
      StoreRoot store = counted;
      if (store == null) {
        remove(parent, place);
      } else {
        // Nothing else takes the name between the look at it and its removal.
        store.inNamespace(() -> store.quota().changeBack(remove(parent, place), 1));
      }
      parent.sync();
    }
  }

  /** Returns how many bytes there were with the name. */
  private long remove(Directory parent, RelativePath place) throws IOException {
    BasicFileAttributes found = parent.attributes(place.fileName());
    if (found == null) {
      throw new NoSuchFileException(place.fileName());
    }
    if (found.isDirectory()) {
      parent.deleteDirectory(place.fileName());
    } else {
      requireRemovable(place, found);
      parent.delete(place.fileName());
    }
    return TreeEntries.contentBytes(found);
  }

  private void requireRemovable(RelativePath place, BasicFileAttributes found) throws IOException {
    if (!found.isRegularFile() && !found.isSymbolicLink()) {
      throw refused("it is neither a file nor a directory");
    }
    if (found.isRegularFile() && access.isOwn(place.below(root), found)) {
      throw refused("the file is the server's own");
    }
  }

  private static StorageException refused(String told) {
    return new StorageException(RefusalReason.NOT_PERMITTED, told, told, null);
  }
}
