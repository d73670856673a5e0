package dev.ferry.clock;

/** A monotonic clock. The protocol cores never hold one: time reaches them as an argument. */
@FunctionalInterface
public interface NanoClock {
  /** The clock of this machine. */
  NanoClock SYSTEM = SystemClock.INSTANCE;

  /** The current time in nanoseconds since an arbitrary origin; never goes back. */
  long nanoTime();
}
