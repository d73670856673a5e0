package dev.ferry.storage;

import dev.ferry.protocol.util.RangeSet;

/**
 * What a file with gaps takes of the disk. Java cannot ask the file system, so it is what was
 * written, in pages: a byte takes a whole one.
 */
final class DiskUse {
  /** The block size of most file systems. */
  private static final long PAGE_BYTES = 4096;

  private DiskUse() {}

  /** What ranges of a file take. */
  static long of(RangeSet written) {
    long bytes = 0;
    long counted = 0;
    for (int i = 0; i < written.rangeCount(); i++) {
      long from = Math.max(counted, written.start(i) / PAGE_BYTES * PAGE_BYTES);
      counted = pagesUpTo(written.end(i));
      bytes += counted - from;
    }
    return bytes;
  }

  /** What one range takes at most, wherever it is. */
  static long ofRange(long bytes) {
    return pagesUpTo(bytes) + PAGE_BYTES;
  }

  private static long pagesUpTo(long end) {
    long rest = end % PAGE_BYTES;
    return rest == 0 || end > Long.MAX_VALUE - PAGE_BYTES ? end : end - rest + PAGE_BYTES;
  }
}
