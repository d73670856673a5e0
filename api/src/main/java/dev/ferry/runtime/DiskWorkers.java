package dev.ferry.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The threads that wait for the disk. They are daemons, so that a busy disk does not keep a failed
 * client from ending.
 */
public final class DiskWorkers implements Executor, AutoCloseable {
  private static final int THREADS = 2;

  /** How long a client waits for its disk at the end. */
  private static final long CLOSE_TIMEOUT_MS = 2000;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "disk");
            thread.setDaemon(true);
            return thread;
          });

  @Override
  public void execute(Runnable task) {
    threads.execute(task);
  }

  /**
   * Waits until kept part files are flushed and discarded ones removed, but not for long. May be
   * called twice, from any thread.
   */
  @Override
  public void close() {
    threads.shutdown();
    try {
      threads.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
