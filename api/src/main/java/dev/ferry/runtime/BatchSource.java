package dev.ferry.runtime;

import dev.ferry.protocol.client.BatchFile;
import dev.ferry.protocol.client.FileBatch;
import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the files of a batch on a thread of its own, a bounded number ahead of the engine: the
 * loop waits neither for who finds the files nor for the disk that opens them.
 */
final class BatchSource implements FileBatch.Source, AutoCloseable {
  /** So many files are open ahead. */
  private static final int AHEAD = 256;

  /** How long to wait at the end for who finds the files. */
  private static final long CLOSE_TIMEOUT_MS = 1000;

  private final BlockingQueue<BatchFile> prepared = new ArrayBlockingQueue<>(AHEAD);
  private final CountDownLatch first = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean ended;
  private volatile boolean closed;

  /** What has been prepared when there was no room for it any more. */
  private volatile @Nullable BatchFile last;

  private volatile Runnable wakeUp = () -> {};

  /**
   * Begins to prepare.
   *
   * @param prepare may take its time
   */
  BatchSource(Iterator<? extends BatchRequest> files, Function<BatchRequest, BatchFile> prepare) {
    this.thread = new Thread(() -> prepareAll(files, prepare), "batch");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for the first file; returns false if there is none. */
  boolean awaitFirst() {
    try {
      first.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !isExhausted();
  }

  /** Says who is to be told that there is something after there was nothing. Thread-safe. */
  void wakes(Runnable newWakeUp) {
    wakeUp = newWakeUp;
    newWakeUp.run();
  }

  private void prepareAll(
      Iterator<? extends BatchRequest> files, Function<BatchRequest, BatchFile> prepare) {
    try {
      while (!closed && files.hasNext()) {
        last = prepare.apply(files.next());
        boolean wasEmpty = prepared.isEmpty();
        prepared.put(last);
        first.countDown();
        last = null;
        if (wasEmpty) {
          wakeUp.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended = true;
      first.countDown();
      wakeUp.run();
    }
  }

  @Override
  public @Nullable BatchFile poll() {
    BatchFile next = prepared.poll();
    if (next == null && ended) {
      next = last;
      last = null;
    }
    return next;
  }

  @Override
  public boolean isExhausted() {
    return ended && prepared.isEmpty() && last == null;
  }

  /** Prepares no more; what has been taken so far can still be polled. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_TIMEOUT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
