package dev.ferry.storage;

import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.RangeSet;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares what an earlier attempt has left of a file with its journal, while the rest arrives. By
 * slices, so that the disk workers have time for others. What has been compared is in the digest of
 * the whole file, so that nothing is read twice. Not thread-safe.
 */
final class PartComparison {
  /** How many records are compared in one step: 16 MiB. */
  private static final int BLOCKS_IN_A_SLICE = 64;

  private final StoredPart stored;
  private final PartBlocks blocks;
  private final long sizeBytes;

  /** How many records there were in the beginning: what arrives now is known to be good. */
  private final long slots;

  private final RangeSet present;

  /** What was there in the beginning, and has not turned out to be good. */
  private final RangeSet unsure;

  /** Blocks that consist of pieces, and are not to count as one before all of them are good. */
  private final Set<Long> waiting = new LinkedHashSet<>();

  private long nextSlot;

  /**
   * Nothing is compared yet.
   *
   * @param present what is in the file by its journal
   */
  PartComparison(StoredPart stored, RangeSet present) {
    this.stored = stored;
    this.blocks = stored.blocks();
    this.sizeBytes = stored.sizeBytes();
    this.slots = stored.journal().slots();
    this.present = present.copy();
    this.unsure = present.copy();
    if (present.isEmpty()) {
      nextSlot = slots;
    }
  }

  /** Whether all has been compared. */
  boolean isOver() {
    return nextSlot >= slots;
  }

  /** Compares the next slice. What the disk does not give back is not good. */
  void next() {
    for (JournalRecord each : nextRecords()) {
      if (each.isWithin(sizeBytes) && isUnsure(each.start(), each.end(sizeBytes))) {
        compare(each);
      }
    }
  }

  private List<JournalRecord> nextRecords() {
    try {
      int count = (int) Math.min(BLOCKS_IN_A_SLICE, slots - nextSlot);
      List<JournalRecord> records = stored.journal().records(nextSlot, count);
      nextSlot += count;
      return records;
    } catch (IOException e) {
      nextSlot = slots;
      return List.of();
    }
  }

  private void compare(JournalRecord expected) {
    try {
      if (!blocks.verify(expected)) {
        return;
      }
    } catch (IOException e) {
      return;
    }
    // Where there is no room for what a removal leaves, all of it stays unsure, and comes again.
    unsure.remove(expected.start(), expected.end(sizeBytes));
    long block = expected.block();
    if (!expected.isWhole()
        && present.containsAll(Block.start(block), Block.end(block, sizeBytes))) {
      waiting.add(block);
    }
  }

  private boolean isUnsure(long from, long to) {
    long next = unsure.nextStart(from);
    return next != RangeSet.NONE && next < to;
  }

  /**
   * A block has become complete.
   *
   * @return whether something of it is still to be compared; then it is among {@link #takeWaiting}
   *     at the end, if that turns out to be good
   */
  boolean mustWait(long block) {
    return !isOver()
        && isUnsure(Block.start(block), Block.end(block, sizeBytes))
        && waiting.add(block);
  }

  /** The blocks that had to wait and are good, once all has been compared. */
  List<Long> takeWaiting() {
    List<Long> good =
        waiting.stream()
            .filter(block -> !isUnsure(Block.start(block), Block.end(block, sizeBytes)))
            .toList();
    waiting.clear();
    return good;
  }

  /** What was there in the beginning and has not turned out to be good: in the end, the damage. */
  List<ByteRange> unsure() {
    return unsure.ranges();
  }

  /**
   * Leaves only what is known to be good in a set.
   *
   * @return false if there was no room for that
   */
  boolean removeUnsureFrom(RangeSet set) {
    return unsure.ranges().stream()
        .allMatch(range -> set.remove(range.start(), range.end()) != RangeSet.FULL);
  }
}
