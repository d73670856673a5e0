package dev.ferry.storage;

import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.SpaceLedger.Promise;
import dev.ferry.storage.TransferExecutors.TransferExecutor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Opens a small file in a round of {@link SmallFiles}: makes sure that it may be stored, and takes
 * memory and the promise of room for it. Nothing is created on the disk.
 */
final class SmallFileOpening {
  private static final String WHAT = "cannot open a part file";

  private final DiskPartialFileStore store;
  private final ReceiveRequest request;
  private final TransferExecutor executor;
  private final PartialFileStore.Listener listener;
  private boolean over;

  SmallFileOpening(
      DiskPartialFileStore store,
      ReceiveRequest request,
      TransferExecutor executor,
      PartialFileStore.Listener listener) {
    this.store = store;
    this.request = request;
    this.executor = executor;
    this.listener = listener;
  }

  /** What a failure means for the peer. */
  static StorageException asFailure(Exception e) {
    return e instanceof IOException io
        ? StorageErrors.translate(WHAT, io)
        : new StorageException(RefusalReason.IO_ERROR, WHAT + ": " + e, e);
  }

  /** Opens it, or has a part file opened for it. */
  void open(RoundDirectories parents, MountPoints mounts, EngineCalls calls) {
    try {
      if (store.root().kept().has(request.transfer())) {
        openPart();
        return;
      }
      Destination destination = store.destinationOf(request);
      int names =
          store.root().check(destination, request.attributes().sizeBytes(), parents, mounts);
      SmallFileMemory.Piece memory =
          store.memory().smallFiles().take((int) request.attributes().sizeBytes());
      if (memory == null) {
        openPart();
      } else {
        opened(destination, names, memory, calls);
      }
    } catch (IOException | RuntimeException e) {
      fail(asFailure(e), calls);
    }
  }

  /** There is something to be gone on with, or no memory. */
  private void openPart() {
    over = true;
    executor.steps().execute(new PartOpening(store, request, executor, listener)::run);
  }

  private void opened(
      Destination destination, int names, SmallFileMemory.Piece memory, EngineCalls calls)
      throws IOException {
    long sizeBytes = request.attributes().sizeBytes();
    @Nullable Promise space = null;
    try {
      space = store.root().space().promise(request.owner(), sizeBytes, 0, names);
    } finally {
      if (space == null) {
        memory.giveBack();
      }
    }
    over = true;
    SmallFile file = new SmallFile(store, request, destination, memory, space, executor);
    calls.add(store.engineThread(), nowNs -> listener.opened(file, nowNs));
  }

  /** It cannot be stored. Does nothing if something has become of it. */
  void fail(StorageException cause, EngineCalls calls) {
    if (!over) {
      over = true;
      executor.leave();
      calls.add(store.engineThread(), nowNs -> listener.failed(cause, nowNs));
    }
  }
}
