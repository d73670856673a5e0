package dev.ferry.storage;

import dev.ferry.protocol.util.ByteRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of a file, block by block: however many blocks they have, nothing is held but the ranges.
 * Not thread-safe.
 */
final class PiecesByBlock {
  private final List<ByteRange> ranges;
  private int index;

  /** Where the rest of the present range begins. */
  private long from;

  /**
   * Begins with the first block.
   *
   * @param ranges ascending, none of them empty
   */
  PiecesByBlock(List<ByteRange> ranges) {
    this.ranges = List.copyOf(ranges);
    this.from = ranges.isEmpty() ? 0 : ranges.get(0).start();
  }

  boolean isOver() {
    return index == ranges.size();
  }

  /** What there is in the next block that has something; it must not be over. */
  List<ByteRange> next() {
    long end = Block.start(Block.at(from) + 1);
    List<ByteRange> pieces = new ArrayList<>(1);
    while (!isOver() && from < end) {
      long to = Math.min(end, ranges.get(index).end());
      pieces.add(new ByteRange(from, to));
      from = to;
      if (to == ranges.get(index).end()) {
        index++;
        from = isOver() ? to : ranges.get(index).start();
      }
    }
    return pieces;
  }
}
