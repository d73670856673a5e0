package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.wire.PacketHeader;
import java.util.Arrays;

/**
 * The packet numbers that an ack frame acknowledges: up to {@value #MAX_RANGES} ranges, the highest
 * first, with at least one missing number between two (RFC 9000, section 19.3.1). Reusable; only
 * the constructor allocates.
 */
public final class AckRanges {
  /** The largest number of ranges in a frame. */
  public static final int MAX_RANGES = 64;

  private final long[] smallest = new long[MAX_RANGES];
  private final long[] largest = new long[MAX_RANGES];
  private int count;

  /** Removes all ranges. */
  public void clear() {
    count = 0;
  }

  /** How many ranges there are, 0 … {@value #MAX_RANGES}. */
  public int count() {
    return count;
  }

  /** Whether there is no room for another range. */
  public boolean isFull() {
    return count == MAX_RANGES;
  }

  /**
   * Adds a range below the existing ones.
   *
   * @param from its smallest number, at least 0
   * @param to its largest number, at least {@code from}, at most {@link PacketHeader#MAX_NUMBER},
   *     and at least two below the smallest number so far
   * @throws IllegalArgumentException if that does not hold
   * @throws IllegalStateException if the ranges are full
   */
  public void add(long from, long to) {
    if (isFull()) {
      throw new IllegalStateException("full");
    }
    long limit = count == 0 ? PacketHeader.MAX_NUMBER : smallest[count - 1] - 2;
    if (from < 0 || from > to || to > limit) {
      throw new IllegalArgumentException(from + " … " + to + " below " + this);
    }
    smallest[count] = from;
    largest[count] = to;
    count++;
  }

  /**
   * The smallest number of a range.
   *
   * @param index 0 … {@link #count} − 1; 0 is the highest range
   */
  public long smallest(int index) {
    return smallest[checked(index)];
  }

  /**
   * The largest number of a range.
   *
   * @param index 0 … {@link #count} − 1; 0 is the highest range
   */
  public long largest(int index) {
    return largest[checked(index)];
  }

  /** Whether a number is in one of the ranges. */
  public boolean contains(long number) {
    for (int i = 0; i < count; i++) {
      if (number >= smallest[i]) {
        return number <= largest[i];
      }
    }
    return false;
  }

  private int checked(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(index);
    }
    return index;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AckRanges that
        && Arrays.equals(smallest, 0, count, that.smallest, 0, that.count)
        && Arrays.equals(largest, 0, count, that.largest, 0, that.count);
  }

  @Override
  public int hashCode() {
    int hash = count;
    for (int i = 0; i < count; i++) {
      hash = (hash * 31 + Long.hashCode(smallest[i])) * 31 + Long.hashCode(largest[i]);
    }
    return hash;
  }

  /** The ranges as {@code 10-12 5-5}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ").append(smallest[i]).append('-').append(largest[i]);
    }
    return text.toString();
  }
}
