package dev.ferry.protocol.recovery;

import dev.ferry.protocol.util.Nanos;

/**
 * Spreads packets over time (RFC 9002, section 7.7): a bucket of bytes that fills at a rate and
 * holds a burst. Full at the beginning.
 *
 * <p>Credit is kept in billionths of a byte, which is what one byte per second brings in a
 * nanosecond, so nothing is ever rounded and the rate holds for ever. A sender that wakes up later
 * than it was told to makes up for it, up to 2 ms, with no more than {@value #MAX_LATE_PACKETS}
 * packets in a row: the bucket holds as much more. Queues may be short, so a larger burst would
 * cost more than a late timer.
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

  private long capacity;
  private long credit;
  private long bytesPerSecond;
  private long updatedNs;

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
   * When so much may be sent.
   *
   * @param bytes what the sender would like to send at once; more than a burst counts as a burst
   * @return a time, not after {@code nowNs} if at once
   */
  long nextSendNs(int bytes, long nowNs) {
    fill(nowNs);
    long missing = Math.min(capacity, bytes * Nanos.SECOND) - credit;
    if (missing <= 0) {
      promisedNs = Nanos.NEVER;
      return nowNs;
    }
    promisedNs = Nanos.after(nowNs, (missing - 1) / bytesPerSecond + 1);
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
    long missing = capacity + latenessCredit(updatedNs) - credit;
    if (missing <= 0) {
      return;
    }
    // Compared by division, because the product may overflow.
    if (missing / Math.max(1, bytesPerSecond) < elapsedNs) {
      credit += missing;
    } else {
      credit += elapsedNs * bytesPerSecond;
    }
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
