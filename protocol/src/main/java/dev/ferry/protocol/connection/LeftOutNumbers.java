package dev.ferry.protocol.connection;

import java.util.random.RandomGenerator;

/**
 * Decides which packet numbers are left out, so that nobody acknowledges what did not arrive: of a
 * peer that does, to be sent more than the path takes, one acknowledgement lists such a number (RFC
 * 9000, section 21.4). The first ones come early, the later ones seldom, so that acknowledgements
 * stay short. Not thread-safe.
 */
final class LeftOutNumbers {
  /** Shorter transfers leave out none. */
  static final int FIRST_PERIOD = 256;

  private static final int LONGEST_PERIOD = 1 << 14;

  private final RandomGenerator random;
  private int period = FIRST_PERIOD;
  private long after = FIRST_PERIOD;
  private boolean isDrawn;
  private long count;

  /**
   * Begins with a connection.
   *
   * @param random which the peer cannot guess
   */
  LeftOutNumbers(RandomGenerator random) {
    this.random = random;
  }

  /** Whether the number behind one that was sent is to be left out. */
  boolean isDue(long number) {
    if (number >= after && !isDrawn) {
      isDrawn = true;
      after += random.nextInt(period);
    }
    return number >= after;
  }

  /** How many have been left out. */
  long count() {
    return count;
  }

  /** The number behind one that was sent has been left out. */
  void onLeftOut(long number) {
    count++;
    after = number + period;
    period = Math.min(2 * period, LONGEST_PERIOD);
    isDrawn = false;
  }
}
