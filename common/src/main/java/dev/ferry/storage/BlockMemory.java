package dev.ferry.storage;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory in which blocks of part files come together, so that each is written, summed and hashed at
 * once, and not read back. There is a bounded number of buffers, outside the heap, for all files of
 * an engine's thread; when none is free the block that was begun first is written as far as it has
 * come. Used on the engine's thread, except for {@link #giveBack}.
 */
public final class BlockMemory {
  /** How many there are at least. */
  static final int LEAST = 16;

  private static final int MOST = 64;

  /** So much heap for each, between the bounds. */
  private static final long HEAP_BYTES_EACH = 16L << 20;

  private final int most;
  private final SmallFileMemory smallFiles;
  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private int made;

  /** The oldest first. */
  private final List<OpenBlock> open = new ArrayList<>();

  /** As much as fits the heap: 4 MiB for one of 64 MiB, 16 MiB from 1 GiB on. */
  public BlockMemory() {
    this((int) Math.max(LEAST, Math.min(MOST, Runtime.getRuntime().maxMemory() / HEAP_BYTES_EACH)));
  }

  /**
   * A number of buffers that are made when they are needed.
   *
   * @param most how many
   */
  BlockMemory(int most) {
    this.most = most;
    this.smallFiles = new SmallFileMemory(most);
  }

  /** As much memory again, for small files. */
  SmallFileMemory smallFiles() {
    return smallFiles;
  }

  /** A file of which blocks are in memory. */
  interface Owner {
    /** Writes what has come of a block, which is no longer in memory afterwards. */
    void writeOut(OpenBlock block);
  }

  /** A block of which not all has come. */
  static final class OpenBlock {
    private final long number;
    private final ByteBuffer content;
    private final Owner owner;

    private OpenBlock(long number, ByteBuffer content, Owner owner) {
      this.number = number;
      this.content = content;
      this.owner = owner;
    }

    /** Which block of its file it is. */
    long number() {
      return number;
    }

    /** Keeps a part of it; moves the buffer to its limit. */
    void put(long offset, ByteBuffer src) {
      content.put((int) (offset - Block.start(number)), src, src.position(), src.remaining());
      src.position(src.limit());
    }

    /** A part of it, from position to limit. */
    ByteBuffer part(long from, long to) {
      return content.slice((int) (from - Block.start(number)), (int) (to - from));
    }
  }

  /**
   * Begins a block.
   *
   * @return null if all memory is in use for blocks that are being written
   */
  @Nullable OpenBlock begin(long number, Owner owner) {
    ByteBuffer content = take();
    if (content == null && !open.isEmpty()) {
      OpenBlock oldest = open.get(0);
      oldest.owner.writeOut(oldest);
      content = take();
    }
    if (content == null) {
      return null;
    }
    OpenBlock begun = new OpenBlock(number, content, owner);
    open.add(begun);
    return begun;
  }

  private synchronized @Nullable ByteBuffer take() {
    ByteBuffer content = free.poll();
    if (content == null && made < most) {
      made++;
      content = ByteBuffer.allocateDirect(Block.BYTES);
    }
    return content;
  }

  /** A block is complete, or given up: its buffer is the caller's, until it is given back. */
  void end(OpenBlock block) {
    open.remove(block);
  }

  /** From any thread. */
  synchronized void giveBack(OpenBlock block) {
    free.push(block.content);
  }
}
