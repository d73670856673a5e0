package dev.ferry.protocol;

import java.util.function.LongConsumer;

/** The thread that drives an engine, as seen by work that runs beside it. Thread-safe. */
@FunctionalInterface
public interface EngineThread {
  /**
   * Runs a task on that thread, soon.
   *
   * @param task is given the time at which it runs, in nanoseconds
   */
  void execute(LongConsumer task);
}
