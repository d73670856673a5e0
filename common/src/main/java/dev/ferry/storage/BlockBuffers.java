package dev.ferry.storage;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Buffers of one block each, for reuse. There are at most as many as disk workers have needed at
 * the same time. Thread-safe.
 */
final class BlockBuffers {
  private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

  /** An empty buffer with room for a block; {@link #giveBack} returns it. */
  ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    return buffer == null ? ByteBuffer.allocate(Block.BYTES) : buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    free.add(buffer);
  }
}
