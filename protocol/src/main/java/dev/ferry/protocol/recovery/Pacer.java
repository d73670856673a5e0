package dev.ferry.protocol.recovery;

import dev.ferry.protocol.recovery.congestion.CongestionController;
import dev.ferry.protocol.util.Nanos;

/**
 * Spreads packets over time (RFC 9002, section 7.7): a bucket of bytes that fills at a rate and
 * holds a burst. Full at the beginning.
 *
 * <p>Credit is kept in billionths of a byte, which is what one byte per second brings in a
 * nanosecond, so nothing is ever rounded and the rate holds for ever. Once the credit is used up,
 * the sender waits until the rate has brought a run of packets, which go out together: a fast one
 * need not wake up for each of them. A sender that wakes up later than it was told to makes up for
 * it: at once for up to 2 ms, with no more than {@value #MAX_LATE_PACKETS} packets in a row, as the
 * bucket holds as much more; and for what else it has missed, up to 16 ms, with half as much again
 * as the rate until that is made up for. Queues may be short, so a larger burst would cost more
 * than a late timer; but a busy machine wakes threads some milliseconds late a hundred times a
 * second, which is a tenth of what a path carries.
 *
 * <p>Calls: {@link #setRate} when the rate changes; {@link #nextSendNs} before a packet; {@link
 * #onSent} after it. Not thread-safe.
 */
final class Pacer {
  /** How many packets may go out back to back, unless said otherwise. */
  static final int DEFAULT_BURST_PACKETS = 16;

  private static final long MAX_BURST_BYTES = 1L << 30;
  private static final long MAX_BYTES_PER_SECOND = Long.MAX_VALUE / Nanos.SECOND;

  /** How late a timer may be for the bucket to hold more, as if it had been on time. */
  private static final long MAX_LATENESS_NS = 2 * Nanos.MILLISECOND;

  /** How many packets may go out back to back after a late timer, unless the burst is larger. */
  private static final long MAX_LATE_PACKETS = 8;

  /** How much of what a late timer has missed is made up for later. */
  private static final long MAX_ARREARS_NS = 16 * Nanos.MILLISECOND;

  /** How long it takes to fill up with what goes out together. */
  private static final long RUN_NS = CongestionController.RUN_NS;

  /** Where fewer packets would go out together, each goes by itself. */
  private static final int MIN_RUN_PACKETS = 2;

  private long capacity;
  private long credit;

  /** What late timers have missed and the bucket had no room for. */
  private long arrears;

  private long bytesPerSecond;
  private long updatedNs;

  /** Whether the credit was used up, and has to reach what goes out together. */
  private boolean gathering;

  /** The time that the sender was told to wait for, {@link Nanos#NEVER} if none. */
  private long promisedNs = Nanos.NEVER;

  /** How much the bucket may hold after a late timer. */
  private long lateCapacity;

  /**
   * Creates a full bucket.
   *
   * @param burstBytes how much may go out back to back: a packet at least, up to 2^30
   * @param bytesPerSecond the rate, above 0; what exceeds some 9 GB/s counts as that
   */
  Pacer(long burstBytes, long bytesPerSecond, long nowNs) {
    this.capacity = scaled(burstBytes);
    this.credit = capacity;
    this.updatedNs = nowNs;
    setRate(bytesPerSecond, nowNs);
  }

  private static long scaled(long burstBytes) {
    if (burstBytes < 1 || burstBytes > MAX_BURST_BYTES) {
      throw new IllegalArgumentException("a burst of 1 … 2^30 bytes, not " + burstBytes);
    }
    return burstBytes * Nanos.SECOND;
  }

  /**
   * Changes how fast the bucket fills from now on.
   *
   * @param newBytesPerSecond above 0
   */
  void setRate(long newBytesPerSecond, long nowNs) {
    if (newBytesPerSecond < 1) {
      throw new IllegalArgumentException("a rate above 0, not " + newBytesPerSecond);
    }
    fill(nowNs);
    bytesPerSecond = Math.min(newBytesPerSecond, MAX_BYTES_PER_SECOND);
  }

  /**
   * Changes how much the bucket holds: where timers are late, a fast sender needs a larger one.
   *
   * @param burstBytes a packet at least, up to 2^30
   */
  void setBurst(long burstBytes, long nowNs) {
    fill(nowNs);
    capacity = scaled(burstBytes);
    credit = Math.min(credit, capacity + latenessCredit(nowNs));
  }

  /**
   * When so much may be sent, and, after a wait, a run of packets.
   *
   * @param bytes what the sender would like to send at once; more than a burst counts as a burst
   * @return a time, not after {@code nowNs} if at once
   */
  long nextSendNs(int bytes, long nowNs) {
    fill(nowNs);
    long least = Math.min(capacity, bytes * Nanos.SECOND);
    long gathered = Math.min(bytesPerSecond * RUN_NS, capacity / 2);
    long run = gathered < MIN_RUN_PACKETS * least ? least : gathered;
    gathering = credit < (gathering ? run : least);
    if (!gathering) {
      promisedNs = Nanos.NEVER;
      return nowNs;
    }
    long missing = run - credit;
    long atTheRate = missing - Math.min(arrears, missing / 3);
    promisedNs = Nanos.after(nowNs, (atTheRate - 1) / bytesPerSecond + 1);
    lateCapacity = MAX_LATE_PACKETS * bytes * Nanos.SECOND;
    return promisedNs;
  }

  /** How much may be sent now, in bytes, 0 … the burst. */
  long availableBytes(long nowNs) {
    fill(nowNs);
    return Math.max(0, credit / Nanos.SECOND);
  }

  /** Something was sent, perhaps without leave: then what follows has to wait the longer. */
  void onSent(int bytes, long nowNs) {
    fill(nowNs);
    credit = Math.max(credit - bytes * Nanos.SECOND, -capacity);
  }

  private void fill(long nowNs) {
    long elapsedNs = nowNs - updatedNs;
    updatedNs = nowNs;
    if (elapsedNs <= 0) {
      return;
    }
    long room = Math.max(0, capacity + latenessCredit(nowNs) - credit);
    // Compared by division, because the product may overflow.
    if (room / bytesPerSecond < elapsedNs) {
      credit += room;
      fallBehind(room, elapsedNs, nowNs);
    } else {
      long gained = elapsedNs * bytesPerSecond;
      credit += gained;
      long madeUpFor = Math.max(0, Math.min(Math.min(arrears, gained / 2), capacity - credit));
      credit += madeUpFor;
      arrears -= madeUpFor;
    }
  }

  /** Notes what did not fit into the bucket while the sender should have been awake. */
  private void fallBehind(long room, long elapsedNs, long nowNs) {
    if (promisedNs == Nanos.NEVER) {
      return;
    }
    long lateNs = Math.min(nowNs - promisedNs, elapsedNs - room / bytesPerSecond);
    long missed = Math.max(0, Math.min(lateNs, MAX_ARREARS_NS)) * bytesPerSecond;
    arrears = Math.min(arrears + missed, MAX_ARREARS_NS * bytesPerSecond);
  }

  /** What a timer that is late has cost; a bucket of one burst would lose it. */
  private long latenessCredit(long nowNs) {
    if (promisedNs == Nanos.NEVER) {
      return 0;
    }
    long lateNs = Math.max(0, Math.min(nowNs - promisedNs, MAX_LATENESS_NS));
    return Math.min(lateNs * bytesPerSecond, Math.max(0, lateCapacity - capacity));
  }
}
