package dev.ferry.protocol;

import dev.ferry.protocol.util.Nanos;

/**
 * A cap on how fast files are sent, in sum over all senders that share it. A sender that wants to
 * send is given a slot for a few packets; slots follow one another as fast as the cap allows
 * (virtual scheduling, ITU-T I.371). So senders that have enough to send take turns, and what one
 * of them does not use is there for the others.
 *
 * <p>Times are nanoseconds of a clock that may overflow; sizes are those of whole datagrams in
 * bytes. Not thread-safe.
 */
public final class RateCap {
  /** No cap. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** The lowest cap: a packet takes some seconds then, and no peer takes that for silence. */
  public static final long MIN_BYTES_PER_SECOND = 1000;

  /** What a slot is for: so much at the rate of the cap, or one packet. */
  private static final long SLOT_NS = 250 * Nanos.MICROSECOND;

  private static final long MAX_SLOT_BYTES = 64 << 10;

  /** By how much a sender may be late for the cap to be reached nevertheless. */
  private static final long LATENESS_NS = 5 * Nanos.MILLISECOND;

  private long bytesPerSecond = UNLIMITED;

  /** Changes with the cap: slots of the one before do not count. */
  private long epoch;

  /** When the last slot that was given is over. */
  private long takenUntilNs;

  /**
   * Changes the cap. Whoever waits for a slot has to ask for a new one.
   *
   * @param newBytesPerSecond above 0, or {@link #UNLIMITED}; what is below {@link
   *     #MIN_BYTES_PER_SECOND} counts as that
   */
  public void setRate(long newBytesPerSecond, long nowNs) {
    long bounded = Math.max(newBytesPerSecond, MIN_BYTES_PER_SECOND);
    if (bounded != bytesPerSecond) {
      bytesPerSecond = bounded;
      takenUntilNs = nowNs;
      epoch++;
    }
  }

  /** The cap; {@link #UNLIMITED} if there is none. */
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  /**
   * A cap that a caller has chosen.
   *
   * @throws IllegalArgumentException if it is below {@link #MIN_BYTES_PER_SECOND}
   */
  public static long checked(long bytesPerSecond) {
    if (bytesPerSecond < MIN_BYTES_PER_SECOND) {
      throw new IllegalArgumentException("a rate of 1000 or more, not " + bytesPerSecond);
    }
    return bytesPerSecond;
  }

  /** A sender's part. */
  public Share share() {
    return new Share();
  }

  private long timeOf(long bytes) {
    return (long) ((double) bytes * Nanos.SECOND / bytesPerSecond);
  }

  /** One of the senders. Before a packet: {@link #nextSendNs}; after it: {@link #onSent}. */
  public final class Share {
    private long slotEpoch = -1;
    private long slotNs;

    /** What is left of the slot; negative if more was sent. */
    private long leftBytes;

    private Share() {}

    /**
     * When so much may be sent. The sender intends to send it then.
     *
     * @param bytes the length of a datagram
     * @return a time, not after {@code nowNs} if at once
     */
    public long nextSendNs(int bytes, long nowNs) {
      if (bytesPerSecond == UNLIMITED) {
        return nowNs;
      }
      if (slotEpoch != epoch) {
        slotEpoch = epoch;
        leftBytes = 0;
      }
      if (leftBytes <= 0) {
        takeSlot(bytes, nowNs);
      }
      return slotNs - nowNs > 0 ? slotNs : nowNs;
    }

    private void takeSlot(int bytes, long nowNs) {
      long atRate = (long) (bytesPerSecond * ((double) SLOT_NS / Nanos.SECOND));
      long slotBytes = Math.max(bytes, Math.min(atRate, MAX_SLOT_BYTES));
      // What was sent without a slot, or beyond it, comes first.
      long takenNs = timeOf(slotBytes - leftBytes);
      long startNs = Nanos.later(takenUntilNs, nowNs - LATENESS_NS);
      slotNs = Nanos.after(startNs, timeOf(-leftBytes));
      takenUntilNs = startNs + takenNs;
      leftBytes = slotBytes;
    }

    /** Something was sent, perhaps without leave. */
    public void onSent(int bytes) {
      if (bytesPerSecond != UNLIMITED) {
        leftBytes -= bytes;
      }
    }
  }
}
