package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Flushes a part file from time to time on a disk worker, so that little is left to flush at the
 * end. A flush that failed is never repeated: it is the end of the part file. Used on the engine's
 * thread, except for the methods that say otherwise.
 */
final class Flusher {
  /** How much may be written before the next flush starts. */
  static final long FLUSH_EVERY_BYTES = 8L << 20;

  private final SpaceLedger.Promise space;
  private final Flush flush;
  private final Executor flushes;
  private final Executor barrier;
  private final EngineThread engineThread;
  private final LongConsumer caughtUp;
  private volatile @Nullable StorageException failure;
  private long writtenBytes;
  private long flushedBytes;
  private boolean flushing;

  /** One flush. */
  interface Flush {
    /** Waits for the disk. */
    void run() throws IOException;
  }

  /**
   * A flusher of a part file in which nothing has been written yet.
   *
   * @param space what the file may take of the disk
   * @param flushes runs flushes, one at a time
   * @param barrier runs steps in order; a flush counts only once the steps that were there when it
   *     ended have run
   * @param caughtUp is told the time when the backlog has become smaller
   */
  Flusher(
      SpaceLedger.Promise space,
      Flush flush,
      Executor flushes,
      Executor barrier,
      EngineThread engineThread,
      LongConsumer caughtUp) {
    this.space = space;
    this.flush = flush;
    this.flushes = flushes;
    this.barrier = barrier;
    this.engineThread = engineThread;
    this.caughtUp = caughtUp;
  }

  /**
   * Counts what takes room on the disk from now on.
   *
   * @throws StorageException if the reserve of the disk would be touched
   */
  void uses(long bytes) throws IOException {
    if (space.used(bytes)) {
      barrier.execute(space::makeRoom);
    }
  }

  /** Counts what was written, and starts a flush if enough has come together. */
  void wrote(long bytes) {
    writtenBytes += bytes;
    startIfDue();
  }

  private void startIfDue() {
    if (flushing || backlogBytes() < FLUSH_EVERY_BYTES) {
      return;
    }
    flushing = true;
    long target = writtenBytes;
    flushes.execute(() -> run(target));
  }

  private void run(long target) {
    if (failure == null) {
      try {
        flush.run();
      } catch (IOException e) {
        fail(StorageErrors.translate("cannot flush the part file", e));
      }
    }
    barrier.execute(() -> engineThread.execute(nowNs -> flushed(target, nowNs)));
  }

  private void flushed(long target, long nowNs) {
    flushing = false;
    flushedBytes = target;
    if (failure == null) {
      startIfDue();
    }
    caughtUp.accept(nowNs);
  }

  /** How much was written and is not flushed yet, in bytes; nothing once it has failed. */
  long backlogBytes() {
    return failure == null ? writtenBytes - flushedBytes : 0;
  }

  /** Makes this the end of the part file. From any thread; the first cause stays. */
  synchronized void fail(StorageException cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  /** Whether something has failed. From any thread. */
  boolean hasFailed() {
    return failure != null;
  }

  /**
   * Makes sure that nothing has failed. From any thread.
   *
   * @throws StorageException what has
   */
  void requireSound() throws StorageException {
    StorageException cause = failure;
    if (cause != null) {
      throw cause;
    }
  }
}
