package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * What one acknowledgement tells: how much it newly acknowledged, how long the round trip took, and
 * at which rate the network delivered (draft-cheng-iccrg-delivery-rate-estimation-02, section 3).
 * Reused from acknowledgement to acknowledgement: valid during the call only.
 */
public interface AckSample {
  /** When it came in, in nanoseconds. */
  long nowNs();

  /** The bytes of the packets that it newly acknowledged. */
  long ackedBytes();

  /** The bytes of the packets that were declared lost because of it. */
  long lostBytes();

  /** What was in flight before it, in bytes. */
  long priorInFlightBytes();

  /** What is in flight now, in bytes. */
  long inFlightBytes();

  /** The largest packet number that it newly acknowledged. */
  long largestAcked();

  /** The round-trip time that it measured, in nanoseconds, or −1 if it measured none. */
  long rttNs();

  /** How long the peer says that it waited with the acknowledgement, in nanoseconds, 0 or more. */
  long ackDelayNs();

  /**
   * When the largest number arrived at the peer, in nanoseconds by the peer's clock, to the
   * microsecond; −1 if the peer does not say, or another number is the largest that is newly
   * acknowledged.
   */
  default long arrivedNs() {
    return -1;
  }

  /**
   * How far below the largest number the first packet is that the peer has not acknowledged before,
   * 0 or more; of no meaning if {@link #arrivedNs} is −1.
   */
  default long trainNumbers() {
    return 0;
  }

  /** How much earlier than the largest number that packet arrived, in nanoseconds, 0 or more. */
  default long trainNs() {
    return 0;
  }

  /** The smoothed round-trip time in nanoseconds, this sample included. */
  long smoothedRttNs();

  /** The smallest round-trip time of the path so far in nanoseconds, this sample included. */
  long minRttNs();

  /** The bytes that have been delivered since the connection began ({@code C.delivered}). */
  long deliveredBytes();

  /**
   * What {@link #deliveredBytes} was when the newest acknowledged packet was sent ({@code
   * rs.prior_delivered}); a round trip is over when this reaches what {@link #deliveredBytes} was
   * at its beginning.
   */
  long priorDeliveredBytes();

  /** The bytes that have been declared lost since the connection began ({@code C.lost}). */
  long totalLostBytes();

  /** What {@link #totalLostBytes} was when the newest acknowledged packet was sent. */
  long priorLostBytes();

  /** What was in flight when the newest acknowledged packet had been sent, itself included. */
  long flightAtSendBytes();

  /**
   * How long the bytes from {@link #priorDeliveredBytes} to {@link #deliveredBytes} took: the
   * longer one of the time of sending and of acknowledging them, in nanoseconds.
   */
  long intervalNs();

  /** Whether the newest acknowledged packet was sent while there was not enough to send. */
  boolean appLimited();

  /**
   * The rate at which the network delivered, in bytes per second, or −1 where the interval is
   * shorter than a round trip can be, so that the rate would be exaggerated.
   */
  default double deliveryRate() {
    long intervalNs = intervalNs();
    if (intervalNs <= 0 || intervalNs < minRttNs()) {
      return -1;
    }
    return (double) (deliveredBytes() - priorDeliveredBytes()) * Nanos.SECOND / intervalNs;
  }
}
