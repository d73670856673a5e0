package dev.ferry.protocol.recovery;

/**
 * The numbers of the latest packets that were declared lost, so that an acknowledgement which comes
 * after all is recognised. The oldest is forgotten when there are more than {@value #MAX}.
 */
final class LostNumbers {
  /** How many are remembered; each acknowledgement looks at each of them once at most. */
  static final int MAX = 256;

  private final long[] numbers = new long[MAX];
  private final long[] lostNs = new long[MAX];
  private long first;
  private long after;

  /** Packets are lost in the order in which they were sent. */
  void add(long number, long nowNs) {
    if (after - first == MAX) {
      first++;
    }
    numbers[index(after)] = number;
    lostNs[index(after)] = nowNs;
    after++;
  }

  /** Forgets those that were declared lost before a time. */
  void forgetBefore(long timeNs) {
    while (first < after && lostNs[index(first)] - timeNs < 0) {
      first++;
    }
  }

  /** Where a walk from the newest one down begins; at {@link #end} it is over. */
  long begin() {
    return after - 1;
  }

  /** The position below the oldest. */
  long end() {
    return first - 1;
  }

  long at(long position) {
    return numbers[index(position)];
  }

  private static int index(long position) {
    return (int) position & (MAX - 1);
  }
}
