package dev.ferry.storage;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs tasks one at a time, in order, on the disk workers. A worker takes one task and then serves
 * other executors, so that long work by slices does not hold them up.
 *
 * <p>Workers that have been shut down take nothing new. What has been begun must end all the same:
 * a kept part file must be flushed, a discarded one removed. The thread that asks then runs the
 * tasks itself; it is a worker that finishes its last task, and the shutdown waits for that.
 *
 * <p>Thread-safe.
 */
final class SerialExecutor implements Executor {
  private final Executor diskWorkers;
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  /** Whether a thread runs a task, or is going to. */
  private boolean active;

  SerialExecutor(Executor diskWorkers) {
    this.diskWorkers = diskWorkers;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      tasks.add(task);
      if (active) {
        return;
      }
      active = true;
    }
    if (!handOver()) {
      work();
    }
  }

  /** Runs the next task, and the others too if the workers do not take them. */
  private void work() {
    boolean more = true;
    while (more) {
      try {
        next().run();
      } finally {
        more = hasMore() && !handOver();
      }
    }
  }

  private synchronized Runnable next() {
    return tasks.remove();
  }

  private synchronized boolean hasMore() {
    active = !tasks.isEmpty();
    return active;
  }

  /** Whether the workers take what is left. */
  private boolean handOver() {
    try {
      diskWorkers.execute(this::work);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
