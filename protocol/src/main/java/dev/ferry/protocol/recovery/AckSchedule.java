package dev.ferry.protocol.recovery;

import dev.ferry.protocol.util.Nanos;

/**
 * When a receiver acknowledges (protocol.md, section 12): after a number of packets that grows with
 * the rate, so that acknowledgements cost the same share of a path at any rate (the idea of RFC
 * 9000, section 13.2.2); after a fraction of the round trip; and at once when packets come out of
 * order.
 *
 * <p>Not thread-safe.
 */
final class AckSchedule {
  /** After so many packets that call for one an acknowledgement is due, at a low rate. */
  static final int MIN_PACKETS = 10;

  /** The same at the highest rate. */
  static final int MAX_PACKETS = 256;

  /** How many acknowledgements there are in a round trip, at a high rate. */
  private static final int ACKS_PER_ROUND_TRIP = 32;

  /** How long an acknowledgement waits at least, if it may wait. */
  private static final long MIN_DELAY_NS = Nanos.MILLISECOND;

  /** How long an acknowledgement waits at most; what a peer's probe timeout counts on. */
  static final long MAX_DELAY_NS = 25 * Nanos.MILLISECOND;

  private static final int ROUND_TRIP_FRACTION = 4;

  private int unreported;
  private long dueNs = Nanos.NEVER;

  /** The packets of the round trip that is being counted, and of the one before. */
  private int packets;

  private int packetsBefore;
  private long roundEndNs = Nanos.NEVER;

  /** How long the first packet after an acknowledgement may wait for the next one. */
  static long delayLimitNs(long smoothedRttNs) {
    return Math.min(MAX_DELAY_NS, Math.max(MIN_DELAY_NS, smoothedRttNs / ROUND_TRIP_FRACTION));
  }

  /**
   * A packet came in that calls for an acknowledgement.
   *
   * @param inOrder whether its number follows the largest one
   * @param smoothedRttNs what is known of the round-trip time
   */
  void onPacket(boolean inOrder, long nowNs, long smoothedRttNs) {
    count(nowNs, smoothedRttNs);
    unreported++;
    if (!inOrder || unreported >= packetsPerAck()) {
      ackAtOnce(nowNs);
    } else if (unreported == 1) {
      dueNs = Nanos.earlier(dueNs, Nanos.after(nowNs, delayLimitNs(smoothedRttNs)));
    }
  }

  private void count(long nowNs, long smoothedRttNs) {
    if (Nanos.isDue(roundEndNs, nowNs)) {
      boolean isNext = nowNs - roundEndNs < smoothedRttNs;
      packetsBefore = isNext ? packets : 0;
      roundEndNs = Nanos.NEVER;
    }
    if (roundEndNs == Nanos.NEVER) {
      packets = 0;
      roundEndNs = Nanos.after(nowNs, smoothedRttNs);
    }
    packets++;
  }

  private int packetsPerAck() {
    return Math.min(MAX_PACKETS, Math.max(MIN_PACKETS, packetsBefore / ACKS_PER_ROUND_TRIP));
  }

  /** An acknowledgement must not wait. */
  void ackAtOnce(long nowNs) {
    dueNs = Nanos.earlier(dueNs, nowNs);
  }

  /** When an acknowledgement is due; {@link Nanos#NEVER} if none is. */
  long nextTimeout() {
    return dueNs;
  }

  /** An acknowledgement has been sent. */
  void onAckSent() {
    unreported = 0;
    dueNs = Nanos.NEVER;
  }
}
