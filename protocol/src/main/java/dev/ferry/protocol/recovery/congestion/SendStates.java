package dev.ferry.protocol.recovery.congestion;

/**
 * In which state of the model each packet was sent. Packets of one state follow each other, so only
 * the numbers are kept at which it changed, the latest {@value #MAX_CHANGES} of them. Not
 * thread-safe.
 */
final class SendStates {
  static final int MAX_CHANGES = 64;

  private final long[] firsts = new long[MAX_CHANGES];
  private final ModelState[] states = new ModelState[MAX_CHANGES];
  private long changes;

  /** A packet is sent; numbers ascend. */
  void onSent(long number, ModelState state) {
    if (changes == 0 || states[at(changes - 1)] != state) {
      firsts[at(changes)] = number;
      states[at(changes)] = state;
      changes++;
    }
  }

  /** The state in which a packet was sent; of one that is long gone, the oldest known. */
  ModelState of(long number) {
    long oldest = Math.max(0, changes - MAX_CHANGES);
    long change = changes - 1;
    while (change > oldest && firsts[at(change)] > number) {
      change--;
    }
    return states[at(change)];
  }

  private static int at(long change) {
    return (int) change & (MAX_CHANGES - 1);
  }
}
