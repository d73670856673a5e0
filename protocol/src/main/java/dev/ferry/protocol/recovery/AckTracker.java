package dev.ferry.protocol.recovery;

import dev.ferry.protocol.util.Nanos;
import java.util.Objects;

/**
 * Which packets came in, and when the peer is to be told (protocol.md, section 12; RFC 9000,
 * sections 13.2 and 19.3).
 *
 * <p>Calls, for every packet that proved genuine and new: {@link #onPacket}, and {@link #ackAtOnce}
 * if it carried a frame that asks for it. Whenever a packet is sent and {@link #isAckPending}, an
 * acknowledgement may ride along; once {@link #isAckDue} one must be sent. It lists the ranges 0 …
 * {@link #rangeCount}, and is followed by {@link #onAckSent}. When the packet that carried it has
 * been acknowledged itself, {@link #onAckAcknowledged} forgets what it said.
 *
 * <p>At most {@value #MAX_RANGES} ranges are kept; the lowest is forgotten first, and its packets
 * are never acknowledged again. Not thread-safe.
 */
public final class AckTracker {
  /** How many ranges an acknowledgement lists at most. */
  public static final int MAX_RANGES = 64;

  /** How long an acknowledgement waits at most; what a peer's probe timeout counts on. */
  public static final long MAX_ACK_DELAY_NS = AckSchedule.MAX_DELAY_NS;

  /** The ranges, both ends included, ascending: the highest is at count − 1. */
  private final long[] lows = new long[MAX_RANGES];

  private final long[] highs = new long[MAX_RANGES];
  private int count;

  private long largest = -1;
  private long largestArrivedNs;
  private final AckSchedule schedule = new AckSchedule();

  /** When the first packet of all came in: the instant from which the peer is told times. */
  private long originNs;

  /** The first packet since the last acknowledgement, if there is one. */
  private boolean isTrain;

  private long trainFirst;
  private long trainFirstNs;

  /** The lowest number that came below the largest, and the largest there was then at most. */
  private long late = Long.MAX_VALUE;

  private long largestWhenLate = -1;

  /**
   * A packet came in.
   *
   * @param number its number, 0 or more
   * @param ackEliciting whether it calls for an acknowledgement
   * @param smoothedRttNs what is known of the round-trip time
   * @return false if it was known before, and nothing was done
   */
  public boolean onPacket(long number, boolean ackEliciting, long nowNs, long smoothedRttNs) {
    boolean inOrder = number == largest + 1;
    if (!record(number)) {
      return false;
    }
    if (largest < 0) {
      originNs = nowNs;
    }
    if (!isTrain) {
      isTrain = true;
      trainFirst = number;
      trainFirstNs = nowNs;
    }
    if (number > largest) {
      largest = number;
      largestArrivedNs = nowNs;
    } else {
      late = Math.min(late, number);
      largestWhenLate = largest;
      record(largest); // Times are told of it, even if the peer knows that it came.
    }
    if (ackEliciting) {
      schedule.onPacket(inOrder, nowNs, smoothedRttNs);
    }
    return true;
  }

  /**
   * The last packet carried what must be acknowledged without delay: <i>open</i>, <i>finish</i>.
   */
  public void ackAtOnce(long nowNs) {
    schedule.ackAtOnce(nowNs);
  }

  /** Whether a packet that calls for an acknowledgement has not been reported yet. */
  public boolean isAckPending() {
    return schedule.nextTimeout() != Nanos.NEVER;
  }

  /** Whether an acknowledgement must be sent now. */
  public boolean isAckDue(long nowNs) {
    return Nanos.isDue(schedule.nextTimeout(), nowNs);
  }

  /** When {@link #isAckDue} will be true; {@link Nanos#NEVER} if nothing is pending. */
  public long nextTimeout() {
    return schedule.nextTimeout();
  }

  /** An acknowledgement of all ranges has been sent. */
  public void onAckSent() {
    schedule.onAckSent();
    isTrain = false;
  }

  /**
   * An acknowledgement has reached the peer: what it listed need not be listed again. What came in
   * late, below the largest number, stays until one that must have listed it has arrived.
   *
   * @param largestReported the largest number that it listed
   */
  public void onAckAcknowledged(long largestReported) {
    long known = largestReported;
    if (largestReported > largestWhenLate) {
      late = Long.MAX_VALUE;
    } else {
      known = Math.min(known, late - 1);
    }
    int dropped = 0;
    while (dropped < count && highs[dropped] <= known) {
      dropped++;
    }
    delete(0, dropped);
    if (count > 0 && lows[0] <= known) {
      lows[0] = known + 1;
    }
  }

  /** The largest number that came in, or −1. */
  public long largest() {
    return largest;
  }

  /** How long ago the largest number came in, in nanoseconds (RFC 9000, section 13.2.5). */
  public long ackDelayNs(long nowNs) {
    return nowNs - largestArrivedNs;
  }

  /** When the largest number came in, in nanoseconds since the first packet of all did. */
  public long arrivedNs() {
    return largestArrivedNs - originNs;
  }

  /**
   * How far below the largest number the first packet is that came in since the last
   * acknowledgement; 0 if there is none, or it came in after the largest number.
   */
  public long trainNumbers() {
    return hasTrain() ? largest - trainFirst : 0;
  }

  /** How much earlier than the largest number that packet came in, in nanoseconds. */
  public long trainNs() {
    return hasTrain() ? largestArrivedNs - trainFirstNs : 0;
  }

  private boolean hasTrain() {
    return isTrain && trainFirst < largest && trainFirstNs - largestArrivedNs <= 0;
  }

  /** How many ranges there are to be listed, 0 … {@value #MAX_RANGES}. */
  public int rangeCount() {
    return count;
  }

  /**
   * The lowest number of a range.
   *
   * @param index 0 for the highest range, below {@link #rangeCount}
   */
  public long low(int index) {
    return lows[count - 1 - Objects.checkIndex(index, count)];
  }

  /**
   * The highest number of a range.
   *
   * @param index 0 for the highest range, below {@link #rangeCount}
   */
  public long high(int index) {
    return highs[count - 1 - Objects.checkIndex(index, count)];
  }

  /** Adds a number to the ranges; false if it is there. */
  private boolean record(long number) {
    int after = count;
    while (after > 0 && lows[after - 1] > number) {
      after--;
    }
    if (after > 0 && highs[after - 1] >= number) {
      return false;
    }
    boolean follows = after > 0 && highs[after - 1] == number - 1;
    boolean joins = after < count && lows[after] == number + 1;
    if (follows && joins) {
      highs[after - 1] = highs[after];
      delete(after, after + 1);
    } else if (follows) {
      highs[after - 1] = number;
    } else if (joins) {
      lows[after] = number;
    } else {
      insert(after, number);
    }
    return true;
  }

  private void insert(int index, long number) {
    int at = index;
    if (count == MAX_RANGES) {
      if (at == 0) {
        return;
      }
      delete(0, 1);
      at--;
    }
    System.arraycopy(lows, at, lows, at + 1, count - at);
    System.arraycopy(highs, at, highs, at + 1, count - at);
    lows[at] = number;
    highs[at] = number;
    count++;
  }

  private void delete(int from, int to) {
    System.arraycopy(lows, to, lows, from, count - to);
    System.arraycopy(highs, to, highs, from, count - to);
    count -= to - from;
  }
}
