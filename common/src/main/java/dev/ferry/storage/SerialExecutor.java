package dev.ferry.storage;

import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.Executor;

/**
 * What the disk does for one transfer, in order. Flushes wait longest and have an order of their
 * own, so that they do not hold up the journal: after a kill only what is not in it is sent again.
 * Thread-safe.
 */
final class SerialExecutor {
  private final Executor steps;
  private final Executor flushes;
  private int users;

  /**
   * Creates one.
   *
   * @param diskWorkers does the work
   */
  SerialExecutor(Executor diskWorkers) {
    steps = MoreExecutors.newSequentialExecutor(diskWorkers);
    flushes = MoreExecutors.newSequentialExecutor(diskWorkers);
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

  /** Counts a user; for {@link TransferExecutors}. */
  SerialExecutor enter() {
    users++;
    return this;
  }

  /** Counts one less; for {@link TransferExecutors}. */
  boolean leave() {
    users--;
    return users == 0;
  }
}
