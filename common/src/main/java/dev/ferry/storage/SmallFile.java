package dev.ferry.storage;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.storage.SpaceLedger.Promise;
import dev.ferry.storage.TransferExecutors.TransferExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * A small file, one of many, that comes together in memory and is published with others ({@link
 * SmallFiles}). It has neither a part file nor a journal, unless it is kept before it is whole.
 */
final class SmallFile implements PartialFile {
  /** A larger file has a part file: the time that it takes is that of its content. */
  static final long MAX_BYTES = 64 << 10;

  /** Less is not worth keeping: nor has it records in a journal. */
  private static final int MIN_KEPT_BYTES = 1024;

  private final DiskPartialFileStore store;
  private final ReceiveRequest request;
  private final Destination destination;
  private final SmallFileMemory.Piece memory;
  private final ByteBuffer content;
  private final RangeSet written = new RangeSet(PartialFileStore.MAX_RANGES);
  private final Promise space;
  private final TransferExecutor executor;

  /**
   * A file of which nothing has come.
   *
   * @param memory as much as the file is long
   * @param space for all of it
   */
  SmallFile(
      DiskPartialFileStore store,
      ReceiveRequest request,
      Destination destination,
      SmallFileMemory.Piece memory,
      Promise space,
      TransferExecutor executor) {
    this.store = store;
    this.request = request;
    this.destination = destination;
    this.memory = memory;
    this.content = memory.content();
    this.space = space;
    this.executor = executor;
  }

  @Override
  public List<ByteRange> present() {
    return List.of();
  }

  @Override
  public void write(long offset, ByteBuffer src) throws StorageException {
    int bytes = src.remaining();
    Objects.checkFromToIndex(offset, offset + bytes, content.capacity());
    long added = written.add(offset, offset + bytes);
    content.put((int) offset, src, src.position(), bytes);
    src.position(src.limit());
    if (added <= 0) {
      return;
    }
    try {
      if (space.used(added)) {
        executor.steps().execute(space::makeRoom);
      }
    } catch (IOException e) {
      throw StorageErrors.translate("cannot store the file", e);
    }
  }

  @Override
  public long backlogBytes() {
    return written.totalBytes();
  }

  @Override
  public void publish(ContentCheck expected, PublicationListener listener) {
    space.end();
    SmallFilePublication publication =
        new SmallFilePublication(
            content, expected, destination, space, store.engineThread(), listener, this::end);
    store.root().smallFiles().publish(request.owner(), publication, store.diskWorkers());
  }

  private void end() {
    space.settle();
    memory.giveBack();
    executor.leave();
  }

  @Override
  public void keep() {
    space.end();
    if (written.totalBytes() < MIN_KEPT_BYTES) {
      end();
      return;
    }
    executor.afterAll(
        () -> {
          try {
            keepAsPart();
          } catch (IOException e) {
            // As if the process had been killed.
          } finally {
            end();
          }
        });
  }

  /** Makes a part file of what has come, as if it had been one. */
  private void keepAsPart() throws IOException {
    StoredPart stored = StoredPart.create(store.root(), request);
    boolean kept = false;
    try {
      for (ByteRange range : written.ranges()) {
        stored.file().write(range.start(), slice(range.start(), range.end()));
      }
      if (written.containsAll(0, content.capacity())) {
        stored.blocks().complete(0, slice(0, content.capacity()));
      } else {
        stored.blocks().completePieces(written);
      }
      if (stored.blocks().isWorthKeeping()) {
        stored.noteTaken(DiskUse.of(written));
        stored.flush();
        stored.keep(DiskUse.of(written));
        kept = true;
      }
    } finally {
      if (!kept) {
        stored.remove();
      }
    }
    store.root().trim();
  }

  private ByteBuffer slice(long from, long to) {
    return content.slice((int) from, (int) (to - from));
  }

  @Override
  public void discard() {
    space.end();
    end();
  }
}
