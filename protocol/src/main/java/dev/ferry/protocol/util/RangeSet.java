package dev.ferry.protocol.util;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A set of byte offsets, kept as ranges [from, to) that neither overlap nor touch: the bytes of a
 * file, of up to 2^63 − 1 bytes, that are stored, acknowledged, or to be sent again.
 *
 * <p>The number of ranges is bounded. A change that would need one more is refused as a whole, with
 * {@link #FULL}. The set is never approximated: too many offsets would lose data, and too few would
 * lack what the caller relies on. A receiver then drops the packet without an acknowledgement.
 *
 * <p>Extending the last range, appending one after it, and removing from the front take constant
 * time, amortised; all else takes a binary search, and a new range in the middle moves the ranges
 * on its shorter side. Ranges are visited by their index, which is valid until the next change:
 *
 * <pre>{@code
 * for (int i = 0; i < set.rangeCount(); i++) {
 *   use(set.start(i), set.end(i));
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class RangeSet {
  /** The result of {@link #add} and {@link #remove} if there is no room for one more range. */
  public static final long FULL = -1;

  /** The result of {@link #nextStart} if there is no such offset. */
  public static final long NONE = -1;

  private static final int INITIAL_RANGES = 16;

  private final int maxRanges;

  /** The ranges are at head … head + size − 1, ascending. */
  private long[] starts;

  private long[] ends;
  private int head;
  private int size;
  private long totalBytes;

  /**
   * Creates an empty set.
   *
   * @param maxRanges the largest number of ranges, 1 … 2^24; each takes up to 32 bytes
   */
  public RangeSet(int maxRanges) {
    if (maxRanges < 1 || maxRanges > 1 << 24) {
      throw new IllegalArgumentException("1 … 2^24 ranges, not " + maxRanges);
    }
    this.maxRanges = maxRanges;
    this.starts = new long[Math.min(INITIAL_RANGES, 2 * maxRanges)];
    this.ends = new long[starts.length];
  }

  /**
   * Adds a range.
   *
   * @param from the first offset, 0 … {@code to}
   * @param to the offset after the last
   * @return how many bytes of it were not in the set, or {@link #FULL}
   */
  public long add(long from, long to) {
    requireRange(from, to);
    if (from == to) {
      return 0;
    }
    int first = firstEndingAtOrAfter(from);
    int after = first;
    long overlapping = 0;
    while (after < size && start(after) <= to) {
      overlapping += end(after) - start(after);
      after++;
    }
    if (after == first) {
      if (size == maxRanges) {
        return FULL;
      }
      insert(first, from, to);
      totalBytes += to - from;
      return to - from;
    }
    long start = Math.min(from, start(first));
    long end = Math.max(to, end(after - 1));
    starts[head + first] = start;
    ends[head + first] = end;
    delete(first + 1, after);
    long added = end - start - overlapping;
    totalBytes += added;
    return added;
  }

  /**
   * Removes a range.
   *
   * @param from the first offset, 0 … {@code to}
   * @param to the offset after the last
   * @return how many bytes of it were in the set, or {@link #FULL} if that would split a range for
   *     which there is no room
   */
  public long remove(long from, long to) {
    requireRange(from, to);
    int first = firstEndingAfter(from);
    if (from == to || first == size || start(first) >= to) {
      return 0;
    }
    if (start(first) < from && end(first) > to) {
      return split(first, from, to);
    }
    long removed = 0;
    int next = first;
    if (start(next) < from) {
      removed += end(next) - from;
      ends[head + next] = from;
      next++;
    }
    int dropped = next;
    while (next < size && end(next) <= to) {
      removed += end(next) - start(next);
      next++;
    }
    if (next < size && start(next) < to) {
      removed += to - start(next);
      starts[head + next] = to;
    }
    delete(dropped, next);
    totalBytes -= removed;
    return removed;
  }

  private long split(int index, long from, long to) {
    if (size == maxRanges) {
      return FULL;
    }
    insert(index + 1, to, end(index));
    ends[head + index] = from;
    totalBytes -= to - from;
    return to - from;
  }

  /** Whether an offset is in the set. */
  public boolean contains(long offset) {
    int index = firstEndingAfter(offset);
    return index < size && start(index) <= offset;
  }

  /** Whether all of [from, to) is in the set; an empty range always is. */
  public boolean containsAll(long from, long to) {
    requireRange(from, to);
    return from == to || firstGap(from) >= to;
  }

  /** The first offset from {@code offset} on that is not in the set. */
  public long firstGap(long offset) {
    int index = firstEndingAfter(offset);
    return index < size && start(index) <= offset ? end(index) : offset;
  }

  /** The first offset from {@code offset} on that is in the set, or {@link #NONE}. */
  public long nextStart(long offset) {
    int index = firstEndingAfter(offset);
    return index < size ? Math.max(offset, start(index)) : NONE;
  }

  /** Whether the set is empty. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** The number of offsets in the set. */
  public long totalBytes() {
    return totalBytes;
  }

  /** The number of ranges, 0 … the bound. */
  public int rangeCount() {
    return size;
  }

  /**
   * The first offset of a range.
   *
   * @param index 0 for the lowest, below {@link #rangeCount}
   */
  public long start(int index) {
    return starts[head + Objects.checkIndex(index, size)];
  }

  /**
   * The offset after a range.
   *
   * @param index 0 for the lowest, below {@link #rangeCount}
   */
  public long end(int index) {
    return ends[head + Objects.checkIndex(index, size)];
  }

  /** All ranges, ascending; made when it is asked for. */
  public List<ByteRange> ranges() {
    return IntStream.range(0, size).mapToObj(i -> new ByteRange(start(i), end(i))).toList();
  }

  /** Another set with the same ranges and the same bound. */
  public RangeSet copy() {
    RangeSet copy = new RangeSet(maxRanges);
    copy.starts = Arrays.copyOf(starts, starts.length);
    copy.ends = Arrays.copyOf(ends, ends.length);
    copy.head = head;
    copy.size = size;
    copy.totalBytes = totalBytes;
    return copy;
  }

  /** Removes all ranges, and keeps the memory. */
  public void clear() {
    head = 0;
    size = 0;
    totalBytes = 0;
  }

  private static void requireRange(long from, long to) {
    if (from < 0 || from > to) {
      throw new IllegalArgumentException("not a range: " + from + " … " + to);
    }
  }

  /** The index of the first range that ends above an offset, or the number of ranges. */
  private int firstEndingAfter(long offset) {
    if (size == 0 || ends[head + size - 1] <= offset) {
      return size;
    }
    // Most calls concern one of the ends.
    if (size == 1 || ends[head + size - 2] <= offset) {
      return size - 1;
    }
    int low = head;
    int high = head + size - 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] > offset) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low - head;
  }

  /** The index of the first range that ends at an offset or above, or the number of ranges. */
  private int firstEndingAtOrAfter(long offset) {
    return offset == 0 ? 0 : firstEndingAfter(offset - 1);
  }

  private void insert(int index, long from, long to) {
    if (index < size / 2 && head > 0) {
      move(head, head - 1, index);
      head--;
    } else {
      makeRoomAtTheEnd();
      move(head + index, head + index + 1, size - index);
    }
    size++;
    starts[head + index] = from;
    ends[head + index] = to;
  }

  /**
   * Moves the ranges to the front of the arrays if at least half of the arrays is free; otherwise
   * makes the arrays larger, up to twice the size that they need. So either step pays for itself.
   */
  private void makeRoomAtTheEnd() {
    int capacity = starts.length;
    if (head + size < capacity) {
      return;
    }
    if (head < (capacity + 1) / 2) {
      int larger = Math.min(2 * capacity, 2 * maxRanges);
      starts = Arrays.copyOf(starts, larger);
      ends = Arrays.copyOf(ends, larger);
      return;
    }
    move(head, 0, size);
    head = 0;
  }

  private void delete(int from, int to) {
    int count = to - from;
    if (count == 0) {
      return;
    }
    if (from < size - to) {
      move(head, head + count, from);
      head += count;
    } else {
      move(head + to, head + from, size - to);
    }
    size -= count;
    if (size == 0) {
      head = 0;
    }
  }

  private void move(int source, int target, int count) {
    System.arraycopy(starts, source, starts, target, count);
    System.arraycopy(ends, source, ends, target, count);
  }
}
