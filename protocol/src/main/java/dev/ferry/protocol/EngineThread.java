package dev.ferry.protocol;

import java.util.function.LongConsumer;

/** The thread that drives an engine, as other threads see it. Thread-safe. */
@FunctionalInterface
public interface EngineThread {
  /**
   * Runs a task on the engine's thread, soon.
   *
   * @param task gets the time at which it runs, in nanoseconds
   */
  void execute(LongConsumer task);
}
