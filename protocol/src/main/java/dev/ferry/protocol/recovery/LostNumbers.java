package dev.ferry.protocol.recovery;

/**
 * The numbers of the latest packets that were declared lost, so that an acknowledgement which comes
 * after all is recognised. The oldest is forgotten when there are too many.
 */
final class LostNumbers {
  /** How many are remembered; each acknowledgement looks at each of them once at most. */
  static final int MAX = 256;

  private long[] numbers = new long[PacketRing.INITIAL_PACKETS];
  private long[] lostNs = new long[PacketRing.INITIAL_PACKETS];
  private long first;
  private long after;

  /**
   * Remembers more of them, though never more than {@value #MAX}.
   *
   * @param held how many numbers are held in all, a power of two
   */
  void grow(int held) {
    if (numbers.length < MAX && numbers.length < held) {
      long[] oldNumbers = numbers;
      long[] oldLostNs = lostNs;
      numbers = new long[Math.min(held, MAX)];
      lostNs = new long[numbers.length];
      for (long position = first; position < after; position++) {
        int old = (int) position & (oldNumbers.length - 1);
        numbers[index(position)] = oldNumbers[old];
        lostNs[index(position)] = oldLostNs[old];
      }
    }
  }

  /** Packets are lost in the order in which they were sent. */
  void add(long number, long nowNs) {
    if (after - first == numbers.length) {
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

  private int index(long position) {
    return (int) position & (numbers.length - 1);
  }
}
