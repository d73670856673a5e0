package dev.ferry.storage;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Memory for small files until they are published, outside the heap: a bounded number of slabs,
 * each of which is cut into pieces one after the other, and used anew once all its pieces have been
 * given back. So a piece costs no allocation, and the bound holds whatever the sizes are.
 * Thread-safe.
 */
final class SmallFileMemory {
  /** The size of a slab. */
  static final int SLAB_BYTES = 256 << 10;

  private final int most;
  private final Deque<Slab> free = new ArrayDeque<>();
  private @Nullable Slab current;
  private int made;

  /**
   * Memory that is taken when it is needed, and not given back to the system.
   *
   * @param most how many slabs
   */
  SmallFileMemory(int most) {
    this.most = most;
  }

  private static final class Slab {
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(SLAB_BYTES);
    private int usedBytes;
    private int pieces;
  }

  /** A piece of a slab. */
  final class Piece {
    private final Slab slab;
    private final ByteBuffer content;
    private boolean givenBack;

    private Piece(Slab slab, ByteBuffer content) {
      this.slab = slab;
      this.content = content;
    }

    /** The memory, from 0 to its capacity; what it holds at first is of no meaning. */
    ByteBuffer content() {
      return content;
    }

    /** Gives it back; once more does nothing. */
    void giveBack() {
      synchronized (SmallFileMemory.this) {
        if (!givenBack) {
          givenBack = true;
          SmallFileMemory.this.giveBack(slab);
        }
      }
    }
  }

  /**
   * Takes a piece.
   *
   * @param bytes its size, at most {@link #SLAB_BYTES}
   * @return null if there is no room for it
   */
  synchronized @Nullable Piece take(int bytes) {
    Slab slab = current;
    if (slab == null || SLAB_BYTES - slab.usedBytes < bytes) {
      slab = nextSlab();
      if (slab == null) {
        return null;
      }
      current = slab;
    }
    ByteBuffer content = slab.bytes.slice(slab.usedBytes, bytes);
    slab.usedBytes += bytes;
    slab.pieces++;
    return new Piece(slab, content);
  }

  private @Nullable Slab nextSlab() {
    Slab next = free.poll();
    if (next == null && made < most) {
      made++;
      next = new Slab();
    }
    return next;
  }

  private void giveBack(Slab slab) {
    slab.pieces--;
    if (slab.pieces == 0) {
      slab.usedBytes = 0;
      if (slab != current) {
        free.push(slab);
      }
    }
  }
}
