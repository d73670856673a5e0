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
 * Opens a part file, step by step on the executor of its transfer. Of what is found only the
 * journal is read, by slices, so that the disk workers have time for others.
 */
final class PartOpening {
  /** How many records are read in one step: 64 KiB. */
  private static final int RECORDS_IN_A_SLICE = 4096;

  private final DiskPartialFileStore store;
  private final ReceiveRequest request;
  private final TransferExecutor executor;
  private final PartialFileStore.Listener listener;
  private final long sizeBytes;

  /** What is there by the journal. What does not fit is not remembered, and will be sent again. */
  private final RangeSet present = new RangeSet(PartialFileStore.MAX_RANGES);

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
    root.requireAllowed(sizeBytes);
    int names = root.check(destination);
    root.trim();
    if (!request.attributes().isSizeKnown()) {
      create(destination, names); // Nobody goes on with such a file.
      return;
    }
    StoredPart found = StoredPart.find(root, request);
    if (found == null) {
      create(destination, names);
    } else {
      readFrom(destination, names, found, 0);
    }
  }

  private void create(Destination destination, int names) throws IOException {
    SpaceLedger ledger = store.root().space();
    Promise space =
        request.attributes().isSizeKnown()
            ? ledger.promise(request.owner(), sizeBytes, 0, names)
            : ledger.promiseAsItGrows(request.owner(), names);
    StoredPart created;
    try {
      created = StoredPart.create(store.root(), request);
    } catch (IOException | RuntimeException e) {
      space.settle();
      throw e;
    }
    opened(destination, created, space);
  }

  /** Reads one slice. */
  private void readFrom(Destination destination, int names, StoredPart found, long slot)
      throws IOException {
    try {
      if (slot == 0 && found.file().sizeBytes() > sizeBytes) {
        found.file().truncate(sizeBytes);
      }
      note(found.journal().records(slot, RECORDS_IN_A_SLICE), found.file().sizeBytes());
    } catch (IOException | RuntimeException e) {
      // What the disk does not give back is not worth another attempt.
      found.remove();
      present.clear();
      create(destination, names);
      return;
    }
    long next = slot + RECORDS_IN_A_SLICE;
    if (next < found.journal().slots()) {
      executor.steps().execute(() -> guard(() -> readFrom(destination, names, found, next)));
    } else {
      resume(destination, names, found);
    }
  }

  private void note(List<JournalRecord> records, long fileBytes) {
    for (JournalRecord each : records) {
      if (each.isWithin(sizeBytes) && each.end(sizeBytes) <= fileBytes) {
        present.add(each.start(), each.end(sizeBytes));
      }
    }
  }

  private void resume(Destination destination, int names, StoredPart found) throws IOException {
    Promise space;
    try {
      long there = present.totalBytes();
      space = store.root().space().promise(request.owner(), sizeBytes - there, there, names);
    } catch (IOException e) {
      found.keep(found.takenBytes());
      throw e;
    }
    opened(destination, found, space);
  }

  private void opened(Destination destination, StoredPart stored, Promise space) {
    DiskPartialFile part =
        new DiskPartialFile(
            store,
            destination,
            request.owner(),
            stored,
            present,
            space,
            request.blockSums(),
            executor,
            listener);
    store.engineThread().execute(nowNs -> listener.opened(part, nowNs));
    part.compare();
  }
}
