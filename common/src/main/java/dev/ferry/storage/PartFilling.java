package dev.ferry.storage;

import dev.ferry.protocol.util.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What comes into a part file without being sent: blocks of the file that it replaces, and zeros.
 * Block by block, so that the disk workers have time for others. Not thread-safe.
 */
final class PartFilling {
  private final StoredPart stored;
  private final OlderFile older;
  private final BlockBuffers buffers;

  /** What is still to be filled, in the order in which that was said. */
  private final Deque<Gap> gaps = new ArrayDeque<>();

  /** Where it comes from. */
  enum Source {
    OLDER_FILE,
    ZEROS
  }

  private record Gap(Source source, long start, long end) {}

  /** Hears of blocks. */
  @FunctionalInterface
  interface Listener {
    /** What was missing of a block is in the file. */
    void filled(long block) throws IOException;
  }

  /**
   * Has nothing to fill yet.
   *
   * @param older is closed by who owns it
   */
  PartFilling(StoredPart stored, OlderFile older, BlockBuffers buffers) {
    this.stored = stored;
    this.older = older;
    this.buffers = buffers;
  }

  /** Adds what is missing, in ascending order. */
  void add(Source source, List<ByteRange> missing) {
    missing.forEach(each -> gaps.add(new Gap(source, each.start(), each.end())));
  }

  /** Whether nothing is to be filled. */
  boolean isOver() {
    return gaps.isEmpty();
  }

  /** Nothing more is to be filled; returns what was not. */
  List<ByteRange> stop() {
    List<ByteRange> rest = new ArrayList<>();
    gaps.forEach(each -> rest.add(new ByteRange(each.start(), each.end())));
    gaps.clear();
    return rest;
  }

  /**
   * Fills what is missing of so many blocks.
   *
   * @return how many bytes that were
   */
  long next(int blocks, Listener listener) throws IOException {
    ByteBuffer buffer = buffers.take();
    long bytes = 0;
    try {
      for (int done = 0; done < blocks && !gaps.isEmpty(); ) {
        long block = Block.at(gaps.element().start());
        bytes += fillNext(block, buffer);
        if (gaps.isEmpty() || Block.at(gaps.element().start()) != block) {
          listener.filled(block);
          done++;
        }
      }
    } finally {
      buffers.giveBack(buffer);
    }
    return bytes;
  }

  /** Fills the next gap as far as it is in the block. */
  private long fillNext(long block, ByteBuffer buffer) throws IOException {
    Gap gap = gaps.remove();
    long end = Math.min(gap.end(), Block.start(block + 1));
    switch (gap.source()) {
      case OLDER_FILE -> {
        buffer.clear().limit((int) (end - gap.start()));
        older.read(gap.start(), buffer);
        stored.file().write(gap.start(), buffer.flip());
      }
      case ZEROS -> stored.zero(gap.start(), end);
    }
    if (end < gap.end()) {
      gaps.addFirst(new Gap(gap.source(), end, gap.end()));
    }
    return end - gap.start();
  }
}
