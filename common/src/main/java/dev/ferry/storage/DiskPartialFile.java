package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.storage.SpaceLedger.Promise;
import dev.ferry.storage.TransferExecutors.TransferExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * A part file of Ferry mode. Content is written on the engine's thread, each byte once: what was
 * already there is passed over, so that what has been hashed stays what it is. Pieces that follow
 * each other are written together, but a block that has become complete does not wait. Such blocks
 * are hashed and entered in the journal on disk workers. A flush of everything starts whenever
 * enough has been written.
 *
 * <p>Less than {@link Flusher#FLUSH_EVERY_BYTES} may stay in the backlog until more is written.
 */
final class DiskPartialFile implements PartialFile {
  /** How many blocks are hashed in one step: 16 MiB. */
  private static final int BLOCKS_IN_A_SLICE = 64;

  private final StoreRoot root;
  private final Destination destination;
  private final StoredPart stored;
  private final PartBlocks blocks;

  /**
   * What is in the file. What would need more than {@link PartialFileStore#MAX_RANGES} is stored,
   * but not hashed before the end nor found by a later attempt.
   */
  private final RangeSet written;

  /** What is not in {@link #written} yet. It completes no block. */
  private final PendingWrite pending;

  private final List<ByteRange> present;
  private final PartComparison comparison;

  /** Whether what the comparison has found is no longer in {@link #written}. */
  private boolean knowsDamage;

  private final PartialFileStore.Listener listener;

  /** What the file takes of the disk besides that, at most. */
  private long takenBesidesBytes;

  private final TransferExecutor executor;
  private final EngineThread engineThread;
  private final Promise space;
  private final Flusher flusher;

  /** Set on the engine's thread; work that is not worth while any more looks at it. */
  private volatile boolean ended;

  /**
   * The file that arrives in an open part file.
   *
   * @param written what an earlier attempt has left of it, by its journal
   * @param space for the rest
   */
  DiskPartialFile(
      DiskPartialFileStore store,
      Destination destination,
      StoredPart stored,
      RangeSet written,
      Promise space,
      TransferExecutor executor,
      PartialFileStore.Listener listener) {
    this.root = store.root();
    this.destination = destination;
    this.stored = stored;
    this.blocks = stored.blocks();
    this.written = written;
    this.pending = new PendingWrite(root.writeBuffers());
    this.present = written.ranges();
    this.comparison = new PartComparison(stored, written);
    this.listener = listener;
    this.takenBesidesBytes = Math.max(0, stored.takenBytes() - DiskUse.of(written));
    this.executor = executor;
    this.engineThread = store.engineThread();
    this.space = space;
    this.flusher =
        new Flusher(
            space, stored::flush, executor.flushes(), executor.steps(), engineThread, this::tell);
  }

  private void tell(long nowNs) {
    if (!ended) {
      listener.caughtUp(nowNs);
    }
  }

  @Override
  public List<ByteRange> present() {
    return present;
  }

  /** Compares what was there, on the disk workers; once. */
  void compare() {
    if (!comparison.isOver()) {
      executor.steps().execute(this::compareSlice);
    }
  }

  private void compareSlice() {
    if (ended) {
      return;
    }
    guard(
        () -> {
          boolean wasBehind = blocks.isBehind();
          comparison.next();
          if (comparison.isOver()) {
            for (long block : comparison.takeWaiting()) {
              blocks.complete(block);
            }
          }
          if (blocks.isBehind() && !wasBehind) {
            executor.steps().execute(this::catchUp);
          }
        });
    if (comparison.isOver() || flusher.hasFailed()) {
      List<ByteRange> damaged = comparison.isOver() ? comparison.unsure() : List.of();
      engineThread.execute(nowNs -> compared(damaged, nowNs));
    } else {
      executor.steps().execute(this::compareSlice);
    }
  }

  private void compared(List<ByteRange> damaged, long nowNs) {
    if (!ended) {
      knowsDamage = true;
      // Where there is no room for what a removal leaves, the digest of the whole file will tell.
      damaged.forEach(range -> written.remove(range.start(), range.end()));
      listener.compared(damaged, nowNs);
    }
  }

  private long sizeBytes() {
    return stored.sizeBytes();
  }

  @Override
  public void write(long offset, ByteBuffer src) throws StorageException {
    flusher.requireSound();
    long end = offset + src.remaining();
    Objects.checkFromToIndex(offset, end, sizeBytes());
    int limit = src.limit();
    try {
      if (!addToPending(offset, end, src)) {
        pending.write(this::writeGap);
        writeGaps(offset, end, src);
      }
    } catch (IOException e) {
      throw StorageErrors.translate("cannot write the part file", e);
    }
    src.limit(limit).position(limit);
  }

  /** Whether the content can wait, or has completed what waited. */
  private boolean addToPending(long offset, long end, ByteBuffer src) throws IOException {
    int bytes = src.remaining();
    if (bytes == 0 || !isMissing(offset, end)) {
      return false;
    }
    if (!pending.takes(offset, bytes)) {
      pending.write(this::writeGap);
    }
    if (!pending.add(offset, src)) {
      return false;
    }
    boolean mayCompleteBlock =
        Block.at(pending.start()) != Block.at(end) || end == sizeBytes() || written.contains(end);
    if (mayCompleteBlock || pending.isFull(bytes)) {
      pending.write(this::writeGap);
    }
    return true;
  }

  /** Whether nothing between two offsets has come yet. */
  private boolean isMissing(long from, long to) {
    boolean waits = from < pending.end() && to > pending.start();
    if (waits || written.firstGap(from) != from) {
      return false;
    }
    long next = written.nextStart(from);
    return next == RangeSet.NONE || next >= to;
  }

  private void writeGaps(long offset, long end, ByteBuffer src) throws IOException {
    int base = src.position();
    long from = written.firstGap(offset);
    while (from < end) {
      long next = written.nextStart(from);
      long to = next == RangeSet.NONE ? end : Math.min(next, end);
      src.limit(base + (int) (to - offset)).position(base + (int) (from - offset));
      writeGap(from, to, src);
      from = written.firstGap(to);
    }
  }

  private void writeGap(long from, long to, ByteBuffer src) throws IOException {
    stored.file().write(from, src);
    if (written.add(from, to) != RangeSet.FULL) {
      for (long block = Block.at(from); block <= Block.at(to - 1); block++) {
        completeIfWritten(block);
      }
    } else {
      takenBesidesBytes += DiskUse.ofRange(to - from);
    }
    flusher.wrote(to - from);
  }

  private void completeIfWritten(long block) {
    if (written.containsAll(Block.start(block), Block.end(block, sizeBytes()))) {
      executor.steps().execute(() -> complete(block));
    }
  }

  private void complete(long block) {
    guard(
        () -> {
          if (comparison.mustWait(block)) {
            return;
          }
          boolean wasBehind = blocks.isBehind();
          blocks.complete(block);
          if (blocks.isBehind() && !wasBehind) {
            executor.steps().execute(this::catchUp);
          }
        });
  }

  /** Hashes one slice of what came out of order. */
  private void catchUp() {
    guard(
        () -> {
          for (int i = 0; i < BLOCKS_IN_A_SLICE && blocks.isBehind(); i++) {
            blocks.hashNext();
          }
          if (blocks.isBehind()) {
            executor.steps().execute(this::catchUp);
          }
        });
  }

  /** A step whose failure is the end of the part file. */
  private interface Work {
    void run() throws IOException;
  }

  private void guard(Work work) {
    try {
      flusher.requireSound();
      work.run();
    } catch (IOException e) {
      flusher.fail(StorageErrors.translate("cannot hash and journal the part file", e));
    } catch (RuntimeException e) {
      flusher.fail(
          new StorageException(
              RefusalReason.IO_ERROR, "cannot hash and journal the part file: " + e, e));
    }
  }

  @Override
  public long backlogBytes() {
    return flusher.backlogBytes();
  }

  private void end() {
    ended = true;
    writePending();
    space.end();
  }

  private void writePending() {
    if (flusher.hasFailed()) {
      pending.drop();
      return;
    }
    try {
      pending.write(this::writeGap);
    } catch (IOException e) {
      flusher.fail(StorageErrors.translate("cannot write the part file", e));
    }
  }

  @Override
  public void publish(byte[] sha256, PublicationListener listener) {
    end();
    byte[] expected = sha256.clone();
    executor.afterAll(() -> publishOnceHashed(expected, listener));
  }

  /** Hashes one slice of what came out of order, or publishes if nothing is left to hash. */
  private void publishOnceHashed(byte[] expected, PublicationListener listener) {
    guard(
        () -> {
          for (int i = 0; i < BLOCKS_IN_A_SLICE && !blocks.isWhole(); i++) {
            blocks.hashNext();
          }
        });
    if (blocks.isWhole() || flusher.hasFailed()) {
      Publication.attempt(() -> publishNow(expected), stored::remove, engineThread, listener);
      executor.leave();
    } else {
      executor.steps().execute(() -> publishOnceHashed(expected, listener));
    }
  }

  private String publishNow(byte[] expected) throws IOException {
    flusher.requireSound();
    byte[] actual = blocks.wholeDigest();
    if (!Arrays.equals(actual, expected) || stored.file().sizeBytes() != sizeBytes()) {
      throw new StorageException(
          RefusalReason.DIGEST_DIFFERS, "what has arrived is not what was sent");
    }
    stored.publish(destination);
    return HexFormat.of().formatHex(actual);
  }

  @Override
  public void keep() {
    end();
    long takenBytes = Math.min(sizeBytes(), DiskUse.of(written) + takenBesidesBytes);
    executor.afterAll(
        () -> {
          try {
            keepNow(takenBytes);
          } catch (IOException e) {
            stored.remove();
          } finally {
            executor.leave();
          }
        });
  }

  private void keepNow(long takenBytes) throws IOException {
    if (!flusher.hasFailed()) {
      notePieces();
    }
    if (flusher.hasFailed() || !(blocks.isWorthKeeping() || !present.isEmpty())) {
      stored.remove();
      return;
    }
    stored.noteTaken(takenBytes);
    stored.flush();
    stored.keep(takenBytes);
    root.trim();
  }

  /**
   * Where there is no room for records of pieces, the whole blocks count. What has not been
   * compared has its old records, and gets no new ones.
   */
  private void notePieces() {
    try {
      if (knowsDamage || comparison.removeUnsureFrom(written)) {
        blocks.completePieces(written);
      }
    } catch (IOException e) {
      // As if the process had been killed.
    }
  }

  @Override
  public void discard() {
    pending.drop();
    end();
    executor.afterAll(
        () -> {
          stored.remove();
          executor.leave();
        });
  }
}
