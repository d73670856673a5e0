package dev.ferry.storage;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Buffers in which content waits until it is worth a write. There are at most {@value #MOST} of
 * them, so that their memory, outside the heap, does not grow with the number of files.
 * Thread-safe.
 */
final class WriteBuffers {
  static final int BYTES = 64 << 10;

  /** How many files can have one at the same time. */
  static final int MOST = 16;

  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private int made;

  /** An empty buffer, or null if all are in use; {@link #giveBack} returns it. */
  synchronized @Nullable ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    if (buffer == null && made < MOST) {
      made++;
      buffer = ByteBuffer.allocateDirect(BYTES);
    }
    return buffer;
  }

  synchronized void giveBack(ByteBuffer buffer) {
    free.push(buffer.clear());
  }
}
