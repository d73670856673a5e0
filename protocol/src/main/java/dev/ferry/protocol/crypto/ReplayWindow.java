package dev.ferry.protocol.crypto;

/**
 * Remembers which of the last {@value #BITS} packet numbers have been seen (the bitmap of RFC
 * 6479). Only authentic packets may be added.
 */
public final class ReplayWindow {
  /** How far a number may be below the largest one. */
  static final int BITS = 8192;

  private static final int WORD_BITS = Long.SIZE;

  /**
   * The bitmap, with one more word than needed, so that a word is cleared before it is used again.
   */
  private final long[] words = new long[BITS / WORD_BITS + 1];

  private long largest = -1;

  /** The largest number seen, or −1. */
  public long largest() {
    return largest;
  }

  /** Whether a number is new and not too old, so that its packet is worth decrypting. */
  public boolean accepts(long number) {
    if (number > largest) {
      return true;
    }
    return number >= 0 && largest - number < BITS && (words[word(number)] & bit(number)) == 0;
  }

  /** Remembers a number that {@link #accepts} has taken. */
  public void add(long number) {
    if (number > largest) {
      long last = number / WORD_BITS;
      long after = largest < 0 ? 0 : largest / WORD_BITS + 1;
      for (long word = Math.max(after, last - words.length + 1); word <= last; word++) {
        words[(int) (word % words.length)] = 0;
      }
      largest = number;
    }
    words[word(number)] |= bit(number);
  }

  private int word(long number) {
    return (int) (number / WORD_BITS % words.length);
  }

  private static long bit(long number) {
    return 1L << (number % WORD_BITS);
  }
}
