package dev.ferry.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The last part of content that comes, or goes, in order, by its offsets. It consists of chunks
 * that are made when they are first needed. Not thread-safe: who writes to a place tells the other
 * thread by some lock.
 */
final class RingMemory {
  /** A chunk's length in bytes. */
  static final int CHUNK_BYTES = 256 << 10;

  private static final long LEAST_BYTES = 1 << 20;
  private static final long MOST_BYTES = 64 << 20;

  /** Of the heap it takes such a part at most. */
  private static final int HEAP_SHARE = 8;

  private static final byte[] NONE = {};

  private final byte[][] chunks;

  /**
   * Memory without content.
   *
   * @param chunks how many chunks it may have
   */
  RingMemory(int chunks) {
    this.chunks = new byte[chunks][];
    Arrays.fill(this.chunks, NONE);
  }

  /** An eighth of the heap, but from 1 to 64 MiB. */
  static RingMemory fittingTheHeap() {
    long bytes = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    return new RingMemory((int) (Math.max(LEAST_BYTES, Math.min(MOST_BYTES, bytes)) / CHUNK_BYTES));
  }

  /** How much it holds at a time, in bytes. */
  long capacityBytes() {
    return (long) chunks.length * CHUNK_BYTES;
  }

  /** The chunk that an offset is in. */
  byte[] chunk(long offset) {
    int index = (int) (offset / CHUNK_BYTES % chunks.length);
    if (chunks[index] == NONE) {
      chunks[index] = new byte[CHUNK_BYTES];
    }
    return chunks[index];
  }

  /** Where in its chunk an offset is. */
  static int at(long offset) {
    return (int) (offset % CHUNK_BYTES);
  }

  /** How much from an offset on is in one chunk, up to an end. */
  static int runBytes(long offset, long end) {
    return (int) Math.min(end - offset, CHUNK_BYTES - at(offset));
  }

  /** Copies content into it, from position to limit. */
  void put(long offset, ByteBuffer src) {
    long at = offset;
    while (src.hasRemaining()) {
      int bytes = runBytes(at, at + src.remaining());
      src.get(chunk(at), at(at), bytes);
      at += bytes;
    }
  }

  /** Copies content out of it, from position to limit. */
  void get(long offset, ByteBuffer dst) {
    long at = offset;
    while (dst.hasRemaining()) {
      int bytes = runBytes(at, at + dst.remaining());
      dst.put(chunk(at), at(at), bytes);
      at += bytes;
    }
  }
}
