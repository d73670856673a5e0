package dev.ferry.api;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of something that runs on another thread. Thread-safe. */
final class End {
  private final CountDownLatch reached = new CountDownLatch(1);

  /** It is over. */
  void reach() {
    reached.countDown();
  }

  /** Waits for it. */
  void await() throws InterruptedException {
    reached.await();
  }

  /** Waits for it; false after a timeout or another interruption, which the thread remembers. */
  boolean await(long timeoutNs) {
    try {
      return reached.await(timeoutNs, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
