package dev.ferry.api;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How a copy ends. To cancel it stops the copy. */
final class CopyFuture extends CompletableFuture<CopySummary> {
  private volatile @Nullable RunningCopy copy;

  /** Says what to stop; once, before anybody has this future. */
  void stops(RunningCopy newCopy) {
    copy = newCopy;
  }

  /** The copy has ended. */
  void end(RunningCopy ended) {
    try {
      complete(ended.outcome());
    } catch (TransferException | RuntimeException | Error e) {
      completeExceptionally(e);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    RunningCopy running = copy;
    if (cancelled && running != null) {
      running.beginStop();
    }
    return cancelled;
  }

  /** What follows is no copy, and stops none. */
  @Override
  public <T> CompletableFuture<T> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
