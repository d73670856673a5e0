package dev.ferry.storage;

import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.storage.TransferExecutors.TransferExecutor;
import java.io.IOException;
import java.util.List;

/**
 * How a part file is opened, step by step on the executor of its transfer. Verifying what is found goes
 * by slices, so that the disk workers have time for others.
 */
final class PartOpening {
  /** How many blocks are verified in one step: 16 MiB. */
  private static final int BLOCKS_IN_A_SLICE = 64;

  private final DiskPartialFileStore depot;
  private final ReceiveRequest file;
  private final TransferExecutor executor;
  private final PartialFileStore.Listener listener;
  private final RangeSet written = new RangeSet(DiskPartialFile.MAX_RANGES);

  PartOpening(
      DiskPartialFileStore depot,
      ReceiveRequest file,
      TransferExecutor executor,
      PartialFileStore.Listener listener) {
    this.depot = depot;
    this.file = file;
    this.executor = executor;
    this.listener = listener;
  }

  /** A step that may fail. */
  private interface Step {
    void take() throws IOException;
  }

  void run() {
    guard(this::begin);
  }

  /** Whatever it is, the engine must hear of it. */
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
    depot.leave(file);
    depot.engineThread().execute(nowNs -> listener.failed(cause, nowNs));
  }

  private void begin() throws IOException {
    StoreRoot root = depot.root();
    RelativePath place = depot.naming().placeOf(file.name());
    if (sizeBytes() > root.options().maxFileBytes()) {
      throw new StorageException(
          RefusalReason.TOO_LARGE, sizeBytes() + " bytes are more than allowed");
    }
    root.checkDestination(place, DiskPartialFile.mayReplace(root, file));
    root.trim();
    StoredPart found = StoredPart.find(root, file);
    if (found == null) {
      create(place);
    } else {
      verifyFrom(place, found, newBlocks(found), 0);
    }
  }

  private long sizeBytes() {
    return file.attributes().sizeBytes();
  }

  private PartBlocks newBlocks(StoredPart stored) {
    return new PartBlocks(stored.file(), stored.journal(), sizeBytes(), depot.buffers());
  }

  private void create(RelativePath place) throws IOException {
    depot.root().requireSpace(sizeBytes());
    StoredPart created = StoredPart.create(depot.root(), file);
    opened(place, created, newBlocks(created));
  }

  /** One slice. */
  private void verifyFrom(RelativePath place, StoredPart found, PartBlocks blocks, long slot)
      throws IOException {
    try {
      if (slot == 0 && found.file().sizeBytes() > sizeBytes()) {
        found.file().truncate(sizeBytes());
      }
      verify(found.journal().records(slot, BLOCKS_IN_A_SLICE), blocks);
    } catch (IOException | RuntimeException e) {
      // What the disk does not give back is not worth another attempt.
      found.remove();
      written.clear();
      create(place);
      return;
    }
    long next = slot + BLOCKS_IN_A_SLICE;
    if (next < found.journal().slots()) {
      executor.steps().execute(() -> guard(() -> verifyFrom(place, found, blocks, next)));
    } else {
      resume(place, found, blocks);
    }
  }

  private void verify(List<JournalRecord> records, PartBlocks blocks) throws IOException {
    for (JournalRecord each : records) {
      if (each.block() >= Block.count(sizeBytes())) {
        continue;
      }
      long start = Block.start(each.block());
      long end = Block.end(each.block(), sizeBytes());
      // Beyond the bound of the set a block is not remembered, and will be sent again.
      if (!written.containsAll(start, end) && written.add(start, end) != RangeSet.FULL) {
        if (blocks.verify(each)) {
          catchUp(blocks);
        } else {
          written.remove(start, end);
        }
      }
    }
  }

  private static void catchUp(PartBlocks blocks) throws IOException {
    while (blocks.isBehind()) {
      blocks.hashNext();
    }
  }

  private void resume(RelativePath place, StoredPart found, PartBlocks blocks) throws IOException {
    try {
      depot.root().requireSpace(sizeBytes() - written.totalBytes());
    } catch (IOException e) {
      found.keep();
      throw e;
    }
    opened(place, found, blocks);
  }

  private void opened(RelativePath place, StoredPart stored, PartBlocks blocks) {
    DiskPartialFile part =
        new DiskPartialFile(depot, file, place, stored, blocks, written, executor, listener);
    depot.engineThread().execute(nowNs -> listener.opened(part, nowNs));
  }
}
