package dev.ferry.storage;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Buffers of one block, at most as many as there are tasks at work at a time. Thread-safe. */
final class BlockBuffers {
  private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

  /** A buffer, empty and with room for a block. To be given back. */
  ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    return buffer == null ? ByteBuffer.allocate(Block.BYTES) : buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    free.add(buffer);
  }
}
