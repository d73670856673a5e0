package dev.ferry.storage;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.storage.ArrivalHook.Arrival;
import dev.ferry.storage.BlockMemory.OpenBlock;
import dev.ferry.storage.SpaceLedger.Promise;
import dev.ferry.storage.TransferExecutors.TransferExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part file of Ferry mode. Each byte is stored once: what was already there is passed over, so
 * that what has been hashed stays what it is. Blocks come together in memory, as far as there is
 * room, and are written, hashed and entered in the journal by disk workers as soon as they are
 * complete. What finds no room is written on the engine's thread, and read back for that. A flush
 * of everything starts whenever enough has been written.
 *
 * <p>Less than {@link Flusher#FLUSH_EVERY_BYTES}, and what is in memory, may stay in the backlog
 * until more is written.
 */
final class DiskPartialFile implements PartialFile, PartContent.Listener {
  /** How many blocks are hashed in one step: 16 MiB. */
  private static final int BLOCKS_IN_A_SLICE = 64;

  /**
   * If more was there before, the digest of it would take longer than its comparison by sums; the
   * sender leaves it out then, too.
   */
  private static final long MAX_HASHED_BEFORE_BYTES = SourceDigest.MAX_LAG_BYTES;

  private final StoreRoot root;
  private final Destination destination;
  private final Bytes owner;
  private final StoredPart stored;
  private final OlderFile older;
  private final PartFilling filling;
  private final PartBlocks blocks;
  private final BlockMemory memory;
  private final PartContent content;
  private final List<ByteRange> present;
  private final PartComparison comparison;

  /** Whether what the comparison has found no longer counts as content. */
  private boolean knowsDamage;

  private final PartialFileStore.Listener listener;
  private final TransferExecutor executor;

  /** Where the sums of the blocks may vouch for the file; null where only the digest does. */
  private final @Nullable SpareCore spareCore;

  private final EngineThread engineThread;
  private final Promise space;
  private final Flusher flusher;

  /** The most that is possible, as long as it is unknown. */
  private long sizeBytes;

  /** Set on the engine's thread; work that is not worth while any more looks at it. */
  private volatile boolean ended;

  /**
   * The file that arrives in an open part file.
   *
   * @param owner who sends it
   * @param written what an earlier attempt has left of it, by its journal
   * @param space for the rest
   * @param blockSums whether the sums of the blocks may vouch for the file
   */
  DiskPartialFile(
      DiskPartialFileStore store,
      Destination destination,
      Bytes owner,
      StoredPart stored,
      RangeSet written,
      Promise space,
      boolean blockSums,
      TransferExecutor executor,
      PartialFileStore.Listener listener) {
    this.root = store.root();
    this.destination = destination;
    this.owner = owner;
    this.stored = stored;
    this.older = new OlderFile(root, destination.path());
    this.filling = new PartFilling(stored, older, root.buffers());
    this.blocks = stored.blocks();
    this.sizeBytes = stored.sizeBytes();
    this.present = written.ranges();
    this.comparison = new PartComparison(stored, written);
    this.listener = listener;
    this.executor = executor;
    this.spareCore = blockSums ? new SpareCore() : null;
    if (blockSums && written.totalBytes() > MAX_HASHED_BEFORE_BYTES) {
      blocks.leaveOutDigest();
    }
    this.engineThread = store.engineThread();
    this.space = space;
    this.flusher =
        new Flusher(
            space, stored::flush, executor.flushes(), executor.steps(), engineThread, this::tell);
    this.memory = store.memory();
    this.content = new PartContent(stored, written, store.memory(), flusher, this);
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
          catchUpIfNow(wasBehind);
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
      damaged.forEach(range -> content.written().remove(range.start(), range.end()));
      listener.compared(damaged, nowNs);
    }
  }

  @Override
  public void write(long offset, ByteBuffer src) throws StorageException {
    flusher.requireSound();
    Objects.checkFromToIndex(offset, offset + src.remaining(), sizeBytes);
    if (offset + src.remaining() > root.options().maxFileBytes()) {
      throw new StorageException(
          RefusalReason.TOO_LARGE, "more than the " + root.options().maxFileBytes() + " allowed");
    }
    try {
      content.write(offset, src);
    } catch (IOException e) {
      throw StorageErrors.translate("cannot write the part file", e);
    }
  }

  @Override
  public void copy(ByteRange range) throws StorageException {
    fill(PartFilling.Source.OLDER_FILE, range);
  }

  @Override
  public void zero(ByteRange range) throws StorageException {
    fill(PartFilling.Source.ZEROS, range);
  }

  private void fill(PartFilling.Source source, ByteRange range) throws StorageException {
    flusher.requireSound();
    Objects.checkFromToIndex(range.start(), range.end(), sizeBytes);
    root.requireAllowed(range.end());
    try {
      List<ByteRange> missing = content.claim(range);
      executor.steps().execute(() -> fill(source, missing));
    } catch (IOException e) {
      throw StorageErrors.translate("cannot write the part file", e);
    }
  }

  private void fill(PartFilling.Source source, List<ByteRange> missing) {
    boolean idle = filling.isOver();
    filling.add(source, missing);
    if (idle) {
      fillSlice();
    }
  }

  private void fillSlice() {
    if (filling.isOver()) {
      return; // It is the end.
    }
    guard(() -> tellFilled(filling.next(BLOCKS_IN_A_SLICE, this::complete)));
    if (flusher.hasFailed()) {
      filling.stop();
    } else if (!filling.isOver()) {
      executor.steps().execute(this::fillSlice);
    }
  }

  private void tellFilled(long bytes) {
    engineThread.execute(
        nowNs -> {
          if (!ended) {
            content.filled(bytes);
          }
        });
  }

  @Override
  public void endsAt(long sizeBytes) {
    this.sizeBytes = sizeBytes;
    content.endsAt(sizeBytes);
    executor.steps().execute(() -> stored.endsAt(sizeBytes));
  }

  @Override
  public void completeInMemory(OpenBlock block, long from, long to) {
    executor.steps().execute(() -> store(block, from, to));
  }

  private void store(OpenBlock block, long from, long to) {
    guard(
        () -> {
          stored.write(from, block.part(from, to));
          leaveOutDigestIfBusy(block.number());
          boolean wasBehind = blocks.isBehind();
          blocks.complete(block.number(), block.part(from, to));
          catchUpIfNow(wasBehind);
        });
    memory.giveBack(block);
    engineThread.execute(
        nowNs -> {
          if (!ended) {
            content.stored(to - from);
          }
        });
  }

  @Override
  public void completeInFile(long block) {
    executor.steps().execute(() -> guard(() -> complete(block)));
  }

  private void complete(long block) throws IOException {
    if (comparison.mustWait(block)) {
      return;
    }
    leaveOutDigestIfBusy(block);
    boolean wasBehind = blocks.isBehind();
    blocks.complete(block);
    catchUpIfNow(wasBehind);
  }

  private void leaveOutDigestIfBusy(long block) {
    if (spareCore != null && !blocks.leavesOutDigest() && spareCore.isTakenAt(block)) {
      blocks.leaveOutDigest();
    }
  }

  /** A block that came out of order is the next one of the digest now. */
  private void catchUpIfNow(boolean wasBehind) {
    if (blocks.isBehind() && !wasBehind) {
      executor.steps().execute(this::catchUp);
    }
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
      flusher.fail(StorageErrors.translate("cannot write and journal the part file", e));
    } catch (RuntimeException e) {
      flusher.fail(
          new StorageException(
              RefusalReason.IO_ERROR, "cannot write and journal the part file: " + e, e));
    }
  }

  @Override
  public long backlogBytes() {
    return flusher.hasFailed() ? 0 : flusher.backlogBytes() + content.inMemoryBytes();
  }

  private void end() {
    ended = true;
    space.end();
  }

  private void leave() {
    try {
      older.close();
    } catch (IOException e) {
      // It was only read.
    }
    executor.leave();
  }

  @Override
  public void publish(ContentCheck expected, PublicationListener listener) {
    content.writeOut();
    end();
    executor.afterAll(() -> publishOnceHashed(expected, listener));
  }

  /** Hashes one slice of what came out of order, or publishes if nothing is left to hash. */
  private void publishOnceHashed(ContentCheck expected, PublicationListener listener) {
    if (!filling.isOver()) {
      executor.steps().execute(() -> publishOnceHashed(expected, listener));
      return;
    }
    guard(
        () -> {
          for (int i = 0; i < BLOCKS_IN_A_SLICE && !isReady(expected); i++) {
            checkNext(expected);
          }
        });
    if (isReady(expected) || flusher.hasFailed()) {
      checkAndPublish(expected, listener);
    } else {
      executor.steps().execute(() -> publishOnceHashed(expected, listener));
    }
  }

  /** Whether all that is to be compared has been computed. */
  private boolean isReady(ContentCheck expected) {
    return (expected.blockSums() == null || blocks.isSummed())
        && (!comparesDigest(expected) || blocks.isWhole());
  }

  private void checkNext(ContentCheck expected) throws IOException {
    if (comparesDigest(expected) && !blocks.isWhole()) {
      blocks.hashNext();
    } else {
      blocks.sumNext();
    }
  }

  private boolean comparesDigest(ContentCheck expected) {
    return expected.sha256() != null && (expected.blockSums() == null || !blocks.leavesOutDigest());
  }

  private void checkAndPublish(ContentCheck expected, PublicationListener listener) {
    ArrivalHook hook = root.options().hook();
    if (hook == null) {
      publishAs(() -> publishNow(check(expected)), listener);
      return;
    }
    Arrival arrival;
    try {
      @Nullable String sha256Hex = check(expected);
      stored.file().flush();
      arrival = stored.file().arrival(destination, sha256Hex, owner);
    } catch (IOException | RuntimeException e) {
      publishAs(() -> fail(e), listener);
      return;
    }
    // A later attempt at the transfer finds what becomes of this one.
    executor.hold();
    hook.look(
        arrival,
        refusal ->
            executor
                .steps()
                .execute(
                    () -> {
                      publishIfPassed(arrival.sha256Hex(), refusal, listener);
                      executor.goOn();
                    }));
  }

  private void publishIfPassed(
      @Nullable String sha256Hex,
      @Nullable StorageException refusal,
      PublicationListener listener) {
    if (refusal == null) {
      publishAs(() -> publishNow(sha256Hex), listener);
    } else if (refusal.reason() == RefusalReason.BUSY) {
      keepWhole();
      leave();
      engineThread.execute(nowNs -> listener.failed(refusal, nowNs));
    } else {
      publishAs(() -> fail(refusal), listener);
    }
  }

  private void publishAs(Publication.Steps steps, PublicationListener listener) {
    Publication.attempt(steps, this::remove, engineThread, listener);
    leave();
  }

  private static String fail(Exception cause) throws IOException {
    throw Publication.asFailure(cause);
  }

  /** All of it is there, for a later attempt, and the hook will look at it then. */
  private void keepWhole() {
    try {
      keepNow(content.takenBytes());
    } catch (IOException e) {
      stored.remove();
    } finally {
      space.settle();
    }
  }

  private @Nullable String check(ContentCheck expected) throws IOException {
    flusher.requireSound();
    @Nullable Bytes sha256 = comparesDigest(expected) ? Bytes.copyOf(blocks.wholeDigest()) : null;
    boolean sumsDiffer =
        expected.blockSums() != null && !expected.blockSums().equals(blocks.allSums());
    boolean digestDiffers = sha256 != null && !Objects.equals(sha256, expected.sha256());
    if (sumsDiffer || digestDiffers || stored.file().sizeBytes() != stored.sizeBytes()) {
      throw new StorageException(
          RefusalReason.DIGEST_DIFFERS, "what has arrived is not what was sent");
    }
    return sha256 == null ? null : sha256.toString();
  }

  private @Nullable String publishNow(@Nullable String sha256Hex) throws IOException {
    stored.publish(destination, space);
    space.settle();
    return sha256Hex;
  }

  @Override
  public void keep() {
    content.writeOutWhatFits();
    end();
    long takenBytes = content.takenBytes();
    executor.afterAll(
        () -> {
          try {
            filling.stop().forEach(rest -> content.written().remove(rest.start(), rest.end()));
            keepNow(takenBytes);
          } catch (IOException e) {
            stored.remove();
          } finally {
            space.settle();
            leave();
          }
        });
  }

  private void keepNow(long takenBytes) throws IOException {
    if (!flusher.hasFailed()) {
      notePieces();
    }
    boolean isWorthless = !(blocks.isWorthKeeping() || !present.isEmpty());
    if (flusher.hasFailed() || !stored.isSizeGiven() || isWorthless) {
      stored.remove();
      return;
    }
    stored.noteTaken(takenBytes);
    stored.flush();
    stored.keep(takenBytes);
    space.settle();
    root.trim();
    root.space().makeRoom();
  }

  /**
   * Where there is no room for records of pieces, the whole blocks count. What has not been
   * compared has its old records, and gets no new ones.
   */
  private void notePieces() {
    try {
      if (knowsDamage || comparison.removeUnsureFrom(content.written())) {
        blocks.completePieces(content.written());
      }
    } catch (IOException e) {
      // As if the process had been killed.
    }
  }

  @Override
  public void discard() {
    content.drop();
    end();
    executor.afterAll(
        () -> {
          filling.stop();
          remove();
          leave();
        });
  }

  private void remove() {
    stored.remove();
    space.settle();
  }
}
