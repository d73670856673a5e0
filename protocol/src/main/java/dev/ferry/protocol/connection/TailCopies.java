package dev.ferry.protocol.connection;

import dev.ferry.protocol.recovery.SentPackets;

/**
 * Copies of content that go out when nothing else is left to send. A loss in the middle of a file
 * costs nothing, because other packets go on; at its end nothing tells of a loss, and each repeat
 * costs a round trip. So the last packets go out more than once, and so does what is repeated then:
 * a few packets, the more the path loses. As the pieces are in flight several times, one of them is
 * lost only if all are. Not thread-safe.
 */
final class TailCopies {
  /** How many pieces can be in flight more than once. */
  static final int MAX_PIECES = 64;

  private static final int LAST_PACKETS = 4;

  /** What part of the packets must get lost for so many copies. */
  private static final double LOSSY = 0.004;

  private static final double VERY_LOSSY = 0.1;

  private static final int MAX_OWED = 2 * MAX_PIECES;

  /** The last packets with content. */
  private final long[] recent = new long[LAST_PACKETS];

  private long recentCount;

  private final long[] owed = new long[MAX_OWED];
  private long firstOwed;
  private long afterOwed;
  private boolean begun;
  private long sentCopies;

  private final int[] files = new int[MAX_PIECES];
  private final long[] offsets = new long[MAX_PIECES];
  private final int[] lengths = new int[MAX_PIECES];
  private final int[] outstanding = new int[MAX_PIECES];
  private final boolean[] delivered = new boolean[MAX_PIECES];
  private int pieces;

  /**
   * A packet with content was sent that is no copy.
   *
   * @param last whether every byte has been sent, so that it is a repeat
   * @param lossShare which part of all packets gets lost
   */
  void onSent(long number, boolean last, double lossShare) {
    recent[(int) (recentCount++ % LAST_PACKETS)] = number;
    if (last && begun) {
      int copies = lossShare > VERY_LOSSY ? 2 : lossShare > LOSSY ? 1 : 0;
      for (int i = 0; i < copies; i++) {
        owe(number);
      }
    }
  }

  /** Nothing is left to send for the first time: copies of the last packets are owed. */
  void begin(double lossShare) {
    if (begun) {
      return;
    }
    begun = true;
    int copies = lossShare > VERY_LOSSY ? 8 : lossShare > LOSSY ? 4 : 2;
    long known = Math.min(recentCount, LAST_PACKETS);
    for (long i = 0; i < copies && known > 0; i++) {
      owe(recent[(int) ((recentCount - 1 - i % known) % LAST_PACKETS)]);
    }
  }

  private void owe(long number) {
    if (afterOwed - firstOwed < MAX_OWED) {
      owed[(int) (afterOwed++ % MAX_OWED)] = number;
    }
  }

  /** Whether a copy is to be sent; packets that are no longer in flight need none. */
  boolean isOwing(SentPackets sent) {
    while (firstOwed < afterOwed && !isWorthACopy(sent, next())) {
      firstOwed++;
    }
    return firstOwed < afterOwed;
  }

  private boolean isWorthACopy(SentPackets sent, long number) {
    if (!sent.isInFlight(number)) {
      return false;
    }
    int at = find(sent.file(number), sent.dataOffset(number), sent.dataLength(number));
    return at < 0 ? pieces < MAX_PIECES : !delivered[at];
  }

  /** The packet of which a copy is to be sent next; only if {@link #isOwing}. */
  long next() {
    return owed[(int) (firstOwed % MAX_OWED)];
  }

  /** The copy that was owed is being sent, or cannot be. */
  void skip() {
    firstOwed++;
  }

  /** A copy of that content of a file, all of it, is being sent. */
  void onCopied(int file, long offset, int length) {
    int at = find(file, offset, length);
    if (at < 0) {
      at = pieces++;
      files[at] = file;
      offsets[at] = offset;
      lengths[at] = length;
      outstanding[at] = 1;
      delivered[at] = false;
    }
    outstanding[at]++;
    sentCopies++;
  }

  /** Nothing is to be copied any more. */
  void stop() {
    firstOwed = afterOwed;
  }

  /**
   * A packet with content has arrived.
   *
   * @param wasLost whether it had been declared lost
   */
  void onAcknowledged(int file, long offset, int length, boolean wasLost) {
    int at = find(file, offset, length);
    if (at >= 0) {
      delivered[at] = true;
      if (!wasLost) {
        land(at);
      }
    }
  }

  /**
   * A packet with content was lost.
   *
   * @return whether another one with the same content has arrived, or may
   */
  boolean isCovered(int file, long offset, int length) {
    int at = find(file, offset, length);
    if (at < 0) {
      return false;
    }
    boolean covered = delivered[at] || outstanding[at] > 1;
    land(at);
    return covered;
  }

  private void land(int at) {
    outstanding[at]--;
    if (outstanding[at] == 0) {
      pieces--;
      files[at] = files[pieces];
      offsets[at] = offsets[pieces];
      lengths[at] = lengths[pieces];
      outstanding[at] = outstanding[pieces];
      delivered[at] = delivered[pieces];
    }
  }

  /** Content that begins there and is longer or shorter is another piece. */
  private int find(int file, long offset, int length) {
    for (int i = 0; i < pieces; i++) {
      if (offsets[i] == offset && lengths[i] == length && files[i] == file) {
        return i;
      }
    }
    return -1;
  }

  /** How many copies were sent. */
  long sentCopies() {
    return sentCopies;
  }
}
