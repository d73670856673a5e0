package dev.ferry.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Flushes many files at the same time, so that the file system has several to write to its journal
 * at once. On ext4 16 threads flush 256 files in a quarter to half of the time of one; more do not
 * help. Thread-safe.
 */
final class ParallelFlush {
  private static final int THREADS = 16;
  private static final long IDLE_SECONDS = 1;

  /** For all roots of the process; threads end when there is nothing to do. */
  private static final ThreadPoolExecutor POOL =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread thread = new Thread(task, "flush");
            thread.setDaemon(true);
            return thread;
          });

  static {
    POOL.allowCoreThreadTimeOut(true);
  }

  private ParallelFlush() {}

  /** Runs flushes, which do not throw; returns when all have ended. */
  static void runAll(List<Runnable> flushes) {
    int others = Math.min(THREADS, flushes.size()) - 1;
    List<Future<?>> running = new ArrayList<>();
    for (int i = 1; i <= others; i++) {
      int from = i;
      running.add(POOL.submit(() -> run(flushes, from, others + 1)));
    }
    run(flushes, 0, others + 1);
    running.forEach(ParallelFlush::await);
  }

  private static void run(List<Runnable> flushes, int from, int step) {
    for (int i = from; i < flushes.size(); i += step) {
      flushes.get(i).run();
    }
  }

  private static void await(Future<?> future) {
    boolean interrupted = false;
    boolean over = false;
    while (!over) {
      try {
        future.get();
        over = true;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
