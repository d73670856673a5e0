package dev.ferry.storage;

import dev.ferry.protocol.util.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Runs what the disk does for each transfer under way, in order. An attempt at a transfer therefore
 * finds what the attempt before it has kept. Thread-safe.
 */
final class TransferExecutors {
  private final FairWorkers diskWorkers;
  private final Map<Bytes, TransferExecutor> executors = new HashMap<>();

  TransferExecutors(FairWorkers diskWorkers) {
    this.diskWorkers = diskWorkers;
  }

  /**
   * The executor of a transfer; its user ends the use with {@link TransferExecutor#leave}.
   *
   * @param owner whose turn it is when it does something
   */
  synchronized TransferExecutor enter(Bytes transfer, Bytes owner) {
    TransferExecutor executor =
        executors.computeIfAbsent(transfer, key -> new TransferExecutor(key, owner));
    executor.users++;
    return executor;
  }

  private synchronized boolean isUsedOnce(TransferExecutor executor) {
    return executor.users == 1;
  }

  private synchronized void leave(TransferExecutor executor) {
    executor.users--;
    if (executor.users == 0) {
      executors.remove(executor.transfer);
    }
  }

  /**
   * The work of one transfer. Flushes wait longest and have a queue of their own, so that they do
   * not hold up the journal: after a kill only what is not in it is sent again.
   */
  final class TransferExecutor {
    private final Bytes transfer;
    private final SerialExecutor steps;
    private final SerialExecutor flushes;
    private int users;
    private boolean held;
    private final List<Runnable> heldBack = new ArrayList<>();

    private TransferExecutor(Bytes transfer, Bytes owner) {
      this.transfer = transfer;
      Executor workers = diskWorkers.of(owner);
      this.steps = new SerialExecutor(workers);
      this.flushes = new SerialExecutor(workers);
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
      synchronized (this) {
        if (held) {
          heldBack.add(step);
          return;
        }
      }
      flushes.execute(() -> steps.execute(step));
    }

    /** Runs a step after all that earlier uses have asked for: on this thread if there are none. */
    void afterEarlierUses(Runnable step) {
      if (isUsedOnce(this)) {
        step.run();
      } else {
        afterAll(step);
      }
    }

    /**
     * Holds back what {@link #afterAll} is to run from now on, until {@link #goOn}: something else
     * than the disk is waited for.
     */
    synchronized void hold() {
      held = true;
    }

    /** Lets what was held back go on. */
    void goOn() {
      List<Runnable> steps;
      synchronized (this) {
        held = false;
        steps = List.copyOf(heldBack);
        heldBack.clear();
      }
      steps.forEach(this::afterAll);
    }

    /** Ends one use, after its last step. */
    void leave() {
      TransferExecutors.this.leave(this);
    }
  }
}
