package dev.ferry.protocol.connection;

import org.jspecify.annotations.Nullable;

/**
 * What a client wants to open, one file after the other, as there is room for them in the
 * connection. Not thread-safe.
 */
public interface FileQueue {
  /** Whether there is a file to be opened now. */
  boolean hasNext();

  /**
   * The next file, which is opened at once, with the number in the {@link TransferContext}; null if
   * there is none after all.
   */
  @Nullable TransferFactory next(long nowNs);

  /** Whether there will be no more. */
  boolean isExhausted();
}
