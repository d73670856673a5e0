package dev.ferry.storage;

import java.io.IOException;

/** Where content comes from bit by bit, such as standard input. Used by one thread. */
@FunctionalInterface
public interface PipeInput {
  /**
   * Reads some content, and waits for it.
   *
   * @return how many bytes, at least 1; −1 at the end
   */
  int read(byte[] buffer, int offset, int length) throws IOException;
}
