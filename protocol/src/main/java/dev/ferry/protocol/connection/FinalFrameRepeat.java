package dev.ferry.protocol.connection;

import dev.ferry.protocol.util.Nanos;

/**
 * When to repeat the frame that ends a transfer (<i>finish</i>, <i>done</i>) before anything tells
 * that it was lost: it is small, and the user waits for it. Twice, a quarter of a round trip apart;
 * never where nothing gets lost. Not thread-safe.
 */
final class FinalFrameRepeat {
  private static final int REPEATS = 2;
  private static final int ROUND_TRIP_FRACTION = 4;

  private int left;
  private long dueNs = Nanos.NEVER;

  /** None has been sent yet. */
  FinalFrameRepeat(boolean lossy) {
    this.left = lossy ? REPEATS : 0;
  }

  /** The frame has been sent, perhaps not for the first time. */
  void onSent(long smoothedRttNs, long nowNs) {
    if (left > 0 && dueNs == Nanos.NEVER) {
      left--;
      dueNs = Nanos.after(nowNs, smoothedRttNs / ROUND_TRIP_FRACTION);
    }
  }

  /** Whether the frame has been sent twice at least. */
  boolean isRepeated() {
    return left == 0;
  }

  /** When to call {@link #onTimeout}, or {@link Nanos#NEVER}. */
  long nextTimeout() {
    return dueNs;
  }

  /** The time has come: the frame is to be sent once more, if it is still of use. */
  void onTimeout() {
    dueNs = Nanos.NEVER;
  }
}
