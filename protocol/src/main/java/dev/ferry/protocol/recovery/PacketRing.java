package dev.ferry.protocol.recovery;

import java.util.Arrays;

/**
 * A record for each of the latest packet numbers, as one array for each field; a number's index is
 * its lowest bits. Grows by doubling, and then holds as many numbers.
 */
final class PacketRing {
  /** The states of a number. */
  static final byte NOT_SENT = 0;

  /** Sent, and does not call for an acknowledgement. */
  static final byte QUIET = 1;

  static final byte IN_FLIGHT = 2;
  static final byte ACKNOWLEDGED = 3;
  static final byte LOST = 4;

  static final int INITIAL_PACKETS = 64;

  byte[] state = new byte[INITIAL_PACKETS];
  boolean[] appLimited = new boolean[INITIAL_PACKETS];
  boolean[] mtuProbe = new boolean[INITIAL_PACKETS];
  int[] bytes = new int[INITIAL_PACKETS];
  long[] sentNs = new long[INITIAL_PACKETS];

  /** What it carried. */
  long[] offset = new long[INITIAL_PACKETS];

  int[] length = new int[INITIAL_PACKETS];
  int[] frames = new int[INITIAL_PACKETS];

  /** Of which file that is. */
  int[] file = new int[INITIAL_PACKETS];

  /** What it carried besides: a chain of {@link PacketParts}. */
  int[] more = new int[INITIAL_PACKETS];

  long[] reported = new long[INITIAL_PACKETS];

  /** How far delivery was when it was sent. */
  long[] delivered = new long[INITIAL_PACKETS];

  long[] deliveredNs = new long[INITIAL_PACKETS];
  long[] firstSentNs = new long[INITIAL_PACKETS];
  long[] flight = new long[INITIAL_PACKETS];
  long[] lost = new long[INITIAL_PACKETS];

  int capacity() {
    return state.length;
  }

  int index(long number) {
    return (int) number & (state.length - 1);
  }

  /**
   * Doubles the capacity, and keeps the numbers below {@code next} that were held. Of most fields
   * both halves become the same, so that a number is found wherever it belongs now; the states tell
   * which half means something. A chain belongs to one number.
   */
  void grow(long next) {
    byte[] old = state;
    int[] oldMore = more;
    state = new byte[2 * old.length];
    more = new int[2 * old.length];
    for (long number = Math.max(0, next - old.length); number < next; number++) {
      state[index(number)] = old[(int) number & (old.length - 1)];
      more[index(number)] = oldMore[(int) number & (old.length - 1)];
    }
    appLimited = twice(appLimited);
    mtuProbe = twice(mtuProbe);
    bytes = twice(bytes);
    sentNs = twice(sentNs);
    offset = twice(offset);
    length = twice(length);
    frames = twice(frames);
    file = twice(file);
    reported = twice(reported);
    delivered = twice(delivered);
    deliveredNs = twice(deliveredNs);
    firstSentNs = twice(firstSentNs);
    flight = twice(flight);
    lost = twice(lost);
  }

  private static boolean[] twice(boolean[] old) {
    boolean[] larger = Arrays.copyOf(old, 2 * old.length);
    System.arraycopy(old, 0, larger, old.length, old.length);
    return larger;
  }

  private static int[] twice(int[] old) {
    int[] larger = Arrays.copyOf(old, 2 * old.length);
    System.arraycopy(old, 0, larger, old.length, old.length);
    return larger;
  }

  private static long[] twice(long[] old) {
    long[] larger = Arrays.copyOf(old, 2 * old.length);
    System.arraycopy(old, 0, larger, old.length, old.length);
    return larger;
  }
}
