package dev.ferry.runtime;

import dev.ferry.protocol.RateCap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks once a second how fast may be sent, and tells it if it has changed. Asks on a thread of its
 * own, because the answer may lie on a slow disk.
 */
final class RateWatch {
  private static final long INTERVAL_SECONDS = 1;

  private final LongSupplier rate;
  private final LongConsumer listener;
  private @Nullable ScheduledExecutorService thread;
  private long lastBytesPerSecond;

  private RateWatch(LongSupplier rate, LongConsumer listener) {
    this.rate = rate;
    this.listener = listener;
  }

  /**
   * Tells the rate before it returns, and from then on when it changes.
   *
   * @param rate bytes per second, or null for no cap at all; what it throws later is ignored
   * @param listener is called on any thread
   */
  static RateWatch start(@Nullable LongSupplier rate, LongConsumer listener) {
    RateWatch watch = new RateWatch(rate == null ? () -> RateCap.UNLIMITED : rate, listener);
    watch.look();
    if (rate != null) {
      watch.repeat();
    }
    return watch;
  }

  /** A transfer without a cap, as most are, does without the thread and its classes. */
  private void repeat() {
    ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread created = new Thread(task, "ferry-max-rate");
              created.setDaemon(true);
              return created;
            });
    ScheduledFuture<?> unused =
        started.scheduleWithFixedDelay(
            this::lookSafely, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    thread = started;
  }

  private void look() {
    long bytesPerSecond = rate.getAsLong();
    if (bytesPerSecond != lastBytesPerSecond) {
      lastBytesPerSecond = bytesPerSecond;
      listener.accept(bytesPerSecond);
    }
  }

  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException e) {
      // The last rate holds, and the next look may succeed.
    }
  }

  /** Asks no more. */
  void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
