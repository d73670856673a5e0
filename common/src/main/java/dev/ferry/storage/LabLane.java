package dev.ferry.storage;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Nanos;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds what lab mode makes the disk do: its peers have proved nothing, and each datagram of
 * theirs can ask for a publication, with a flush for each directory that it makes. Publications
 * wait for the lane's own worker, and not for ever. Thread-safe.
 */
final class LabLane {
  /** How many publications may wait before a start alone is turned down. */
  static final int CROWDED = 64;

  /** How long a publication may wait; even Ferry's client has given up by then. */
  static final long PATIENCE_NS = 30 * Nanos.SECOND;

  /** How long those that wait when the server stops may go on. */
  static final long STOP_PATIENCE_NS = 5 * Nanos.SECOND;

  private final NanoClock clock;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile long stopByNs = Nanos.NEVER;

  LabLane(NanoClock clock) {
    this.clock = clock;
  }

  /** Whether a publication that nothing but a start asks for would wait for too long. */
  boolean isCrowded() {
    return waiting.get() >= CROWDED;
  }

  /** Counts a publication that begins to wait; returns the time by which it must have begun. */
  long enter() {
    waiting.incrementAndGet();
    return Nanos.after(clock.nanoTime(), PATIENCE_NS);
  }

  /**
   * Counts a publication whose turn has come.
   *
   * @param deadlineNs what {@link #enter} returned
   * @throws StorageException if that was too late
   */
  void begin(long deadlineNs) throws StorageException {
    waiting.decrementAndGet();
    if (Nanos.isDue(Nanos.earlier(deadlineNs, stopByNs), clock.nanoTime())) {
      throw busy();
    }
  }

  static StorageException busy() {
    return new StorageException(
        RefusalReason.BUSY, "too much of lab mode waits for the disk at the moment");
  }

  /** Ends the wait soon, because the server stops. */
  void stop() {
    stopByNs = Nanos.after(clock.nanoTime(), STOP_PATIENCE_NS);
  }
}
