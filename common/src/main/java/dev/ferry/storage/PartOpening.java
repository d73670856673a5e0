package dev.ferry.storage;

import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.storage.SpaceLedger.Promise;
import dev.ferry.storage.TransferExecutors.TransferExecutor;
import java.io.IOException;
import java.util.List;

/**
 * Opens a part file, step by step on the executor of its transfer. What is found is verified by
 * slices, so that the disk workers have time for others.
 */
final class PartOpening {
  /** How many blocks are verified in one step: 16 MiB. */
  private static final int BLOCKS_IN_A_SLICE = 64;

  private final DiskPartialFileStore store;
  private final ReceiveRequest request;
  private final TransferExecutor executor;
  private final PartialFileStore.Listener listener;
  private final long sizeBytes;
  private final RangeSet written = new RangeSet(PartialFileStore.MAX_RANGES);

  PartOpening(
      DiskPartialFileStore store,
      ReceiveRequest request,
      TransferExecutor executor,
      PartialFileStore.Listener listener) {
    this.store = store;
    this.request = request;
    this.executor = executor;
    this.listener = listener;
    this.sizeBytes = request.attributes().sizeBytes();
  }

  /** A step that may fail. */
  private interface Step {
    void take() throws IOException;
  }

  void run() {
    guard(this::begin);
  }

  /** Whatever fails, the engine must hear of it. */
  private void guard(Step step) {
    try {
      step.take();
    } catch (IOException e) {
      fail(StorageErrors.translate("cannot open a part file", e));
    } catch (RuntimeException e) {
      fail(new StorageException(RefusalReason.IO_ERROR, "cannot open a part file: " + e, e));
    }
  }

  private void fail(StorageException cause) {
    executor.leave();
    store.engineThread().execute(nowNs -> listener.failed(cause, nowNs));
  }

  private void begin() throws IOException {
    StoreRoot root = store.root();
    Destination destination = store.destinationOf(request);
    if (sizeBytes > root.options().maxFileBytes()) {
      throw new StorageException(
          RefusalReason.TOO_LARGE, sizeBytes + " bytes are more than allowed");
    }
    root.check(destination);
    root.trim();
    StoredPart found = StoredPart.find(root, request);
    if (found == null) {
      create(destination);
    } else {
      verifyFrom(destination, found, 0);
    }
  }

  private void create(Destination destination) throws IOException {
    Promise space = store.root().space().promise(request.owner(), sizeBytes, 0);
    StoredPart created;
    try {
      created = StoredPart.create(store.root(), request);
    } catch (IOException | RuntimeException e) {
      space.end();
      throw e;
    }
    opened(destination, created, space);
  }

  /** Verifies one slice. */
  private void verifyFrom(Destination destination, StoredPart found, long slot) throws IOException {
    try {
      if (slot == 0 && found.file().sizeBytes() > sizeBytes) {
        found.file().truncate(sizeBytes);
      }
      verify(found.journal().records(slot, BLOCKS_IN_A_SLICE), found.blocks());
    } catch (IOException | RuntimeException e) {
      // What the disk does not give back is not worth another attempt.
      found.remove();
      written.clear();
      create(destination);
      return;
    }
    long next = slot + BLOCKS_IN_A_SLICE;
    if (next < found.journal().slots()) {
      executor.steps().execute(() -> guard(() -> verifyFrom(destination, found, next)));
    } else {
      resume(destination, found);
    }
  }

  private void verify(List<JournalRecord> records, PartBlocks blocks) throws IOException {
    for (JournalRecord each : records) {
      if (each.block() == JournalRecord.USE) {
        continue;
      }
      long start = each.start();
      long end = each.end(sizeBytes);
      if (each.block() >= Block.count(sizeBytes) || end > sizeBytes) {
        continue;
      }
      // Beyond the bound of the set a block is not remembered, and will be sent again.
      if (!written.containsAll(start, end) && written.add(start, end) != RangeSet.FULL) {
        if (blocks.verify(each)) {
          completeIfWritten(each, blocks);
          catchUp(blocks);
        } else {
          written.remove(start, end);
        }
      }
    }
  }

  /** Pieces that make up a block together are one from now on. */
  private void completeIfWritten(JournalRecord verified, PartBlocks blocks) throws IOException {
    long block = verified.block();
    if (!verified.isWhole()
        && written.containsAll(Block.start(block), Block.end(block, sizeBytes))) {
      blocks.complete(block);
    }
  }

  private static void catchUp(PartBlocks blocks) throws IOException {
    while (blocks.isBehind()) {
      blocks.hashNext();
    }
  }

  private void resume(Destination destination, StoredPart found) throws IOException {
    Promise space;
    try {
      long present = written.totalBytes();
      space = store.root().space().promise(request.owner(), sizeBytes - present, present);
    } catch (IOException e) {
      found.keep(found.takenBytes());
      throw e;
    }
    opened(destination, found, space);
  }

  private void opened(Destination destination, StoredPart stored, Promise space) {
    DiskPartialFile part =
        new DiskPartialFile(store, destination, stored, written, space, executor, listener);
    store.engineThread().execute(nowNs -> listener.opened(part, nowNs));
  }
}
