package dev.ferry.protocol.transfer;

/**
 * How much content a server keeps for part files that are still being opened, over all its
 * connections: whoever may speak may send some before there is a file to write it to. Not
 * thread-safe.
 */
public final class EarlyBudget {
  private long leftBytes;

  /** Nothing is kept yet, and so much may be. */
  public EarlyBudget(long bytes) {
    this.leftBytes = bytes;
  }

  /** Takes some of it; false if there is too little left, and nothing was taken. */
  boolean take(int bytes) {
    if (bytes > leftBytes) {
      return false;
    }
    leftBytes -= bytes;
    return true;
  }

  /** Gives back what was taken. */
  void giveBack(long bytes) {
    leftBytes += bytes;
  }

  /** How much may still be taken, in bytes. */
  long leftBytes() {
    return leftBytes;
  }
}
