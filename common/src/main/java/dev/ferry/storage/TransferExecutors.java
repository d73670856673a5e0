package dev.ferry.storage;

import dev.ferry.protocol.util.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What the disk does for each transfer under way, in order. An attempt at a transfer therefore
 * finds what the attempt before it has kept. Thread-safe.
 */
final class TransferExecutors {
  private final Executor diskWorkers;
  private final Map<Bytes, TransferExecutor> executors = new HashMap<>();

  TransferExecutors(Executor diskWorkers) {
    this.diskWorkers = diskWorkers;
  }

  /**
   * The work of one transfer. Flushes wait longest and have a queue of their own, so that they do
   * not hold up the journal: after a kill only what is not in it is sent again.
   */
  static final class TransferExecutor {
    private final SerialExecutor steps;
    private final SerialExecutor flushes;
    private int users;

    private TransferExecutor(Executor diskWorkers) {
      steps = new SerialExecutor(diskWorkers);
      flushes = new SerialExecutor(diskWorkers);
    }

    /** Runs everything but flushes, one at a time, in order. */
    Executor steps() {
      return steps;
    }

    /** Runs flushes, one at a time, in order. */
    Executor flushes() {
      return flushes;
    }

    /** Runs a step after all flushes and steps that have been asked for before. */
    void afterAll(Runnable step) {
      flushes.execute(() -> steps.execute(step));
    }
  }

  /** The executor of a transfer. Each call is paired with one of {@link #leave}. */
  synchronized TransferExecutor enter(Bytes transfer) {
    TransferExecutor executor =
        executors.computeIfAbsent(transfer, id -> new TransferExecutor(diskWorkers));
    executor.users++;
    return executor;
  }

  /** Ends one use of a transfer's executor, after its last step. */
  synchronized void leave(Bytes transfer) {
    executors.computeIfPresent(
        transfer, (id, executor) -> --executor.users == 0 ? null : executor);
  }
}
