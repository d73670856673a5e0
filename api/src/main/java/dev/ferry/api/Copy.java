package dev.ferry.api;

import java.util.concurrent.CompletableFuture;

/**
 * A copy of trees that runs, on threads of its own. What could not be copied does not end it,
 * unless it concerns the server as a whole. Thread-safe.
 */
public final class Copy implements AutoCloseable {
  private final RunningCopy running;
  private final CompletableFuture<CopySummary> future;

  Copy(RunningCopy running, CompletableFuture<CopySummary> future) {
    this.running = running;
    this.future = future;
  }

  /**
   * Waits for the end.
   *
   * @throws TransferException if something has ended all of it, such as a server that is gone, or
   *     {@link #close}; what was not begun by then has no result
   * @throws InterruptedException if the thread is interrupted, after the copy was stopped and the
   *     server told; that takes some seconds at most
   */
  public CopySummary await() throws TransferException, InterruptedException {
    return running.await();
  }

  /**
   * The end as a future, which fails with what {@link #await} throws. To cancel it stops the copy,
   * and does not wait for that; every call returns the same one.
   */
  public CompletableFuture<CopySummary> future() {
    return future;
  }

  /**
   * Stops the copy if it runs, which fails with {@link TransferException.Reason#STOPPED} then, and
   * waits for that, some seconds at most. What has arrived is kept, so that the same copy goes on
   * with it.
   */
  @Override
  public void close() {
    running.beginStop();
    running.endStop();
  }
}
