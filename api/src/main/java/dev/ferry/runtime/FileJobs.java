package dev.ferry.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Which files are to be transferred, and what is to be asked of the server. Who does so asks for
 * one after the other.
 */
@FunctionalInterface
public interface FileJobs {
  /** Waits for the next request; null if there are no more. Thread-safe. */
  @Nullable BatchRequest next() throws InterruptedException;
}
