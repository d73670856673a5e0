package dev.ferry.runtime;

import org.jspecify.annotations.Nullable;

/** Which files are to be transferred. Who transfers them asks for one after the other. */
@FunctionalInterface
public interface FileJobs {
  /** Waits for the next file; null if there are no more. Thread-safe. */
  @Nullable FileJob next() throws InterruptedException;
}
