package dev.ferry.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of content that follow each other in a file, and wait to be written together: a write
 * costs several times what the copying of a packet does. Has a buffer only while something waits.
 * Not thread-safe.
 */
final class PendingWrite {
  /** A longer piece is worth a write of its own. */
  private static final int LONGEST_PIECE_BYTES = WriteBuffers.BYTES / 2;

  private final WriteBuffers buffers;
  private @Nullable ByteBuffer buffer;
  private long start;

  /** Nothing waits yet. */
  PendingWrite(WriteBuffers buffers) {
    this.buffers = buffers;
  }

  /** Takes what waits. */
  interface Writer {
    /** Writes all of the buffer. */
    void write(long from, long to, ByteBuffer src) throws IOException;
  }

  /** Where what waits begins; {@link #end} if nothing does. */
  long start() {
    return start;
  }

  /** Where what waits ends. */
  long end() {
    return buffer == null ? start : start + buffer.position();
  }

  /** Whether a piece can be added to what waits, or nothing waits. */
  boolean takes(long offset, int bytes) {
    return buffer == null || (offset == end() && bytes <= buffer.remaining());
  }

  /**
   * Adds a piece that it {@link #takes}.
   *
   * @param src is left at its limit
   * @return false if the piece is better written at once
   */
  boolean add(long offset, ByteBuffer src) {
    if (src.remaining() > LONGEST_PIECE_BYTES) {
      return false;
    }
    if (buffer == null) {
      buffer = buffers.take();
      start = offset;
    }
    if (buffer == null) {
      return false;
    }
    buffer.put(src);
    return true;
  }

  /** Whether there is no room for another piece of that length. */
  boolean isFull(int bytes) {
    return buffer != null && buffer.remaining() < bytes;
  }

  /** Writes what waits, if anything does. If that fails it is gone all the same. */
  void write(Writer writer) throws IOException {
    ByteBuffer content = buffer;
    if (content == null) {
      return;
    }
    long end = end();
    buffer = null;
    try {
      writer.write(start, end, content.flip());
    } finally {
      start = end;
      buffers.giveBack(content);
    }
  }

  /** Drops what waits. */
  void drop() {
    if (buffer != null) {
      buffers.giveBack(buffer);
      buffer = null;
    }
  }
}
