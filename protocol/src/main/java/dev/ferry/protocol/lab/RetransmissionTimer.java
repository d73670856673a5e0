package dev.ferry.protocol.lab;

import dev.ferry.protocol.util.Jitter;
import dev.ferry.protocol.util.Nanos;

/**
 * The retransmission timeout of RFC 6298 (sections 2 and 5) in nanoseconds, with Karn's rule.
 *
 * <p>Jitter is added to retransmissions. Two points differ from the RFC, both because stop and wait
 * would otherwise be too slow at heavy loss:
 *
 * <ul>
 *   <li>The back-off ends with the acknowledgement (section 5 keeps it until a valid sample). At 50
 *       % loss each way three chunks of four are retransmitted, samples are rare, and the timeout
 *       would stay at its ceiling.
 *   <li>A retransmission that proves unnecessary, because a second acknowledgement of the same
 *       chunk arrives, yields a sample: the time from the first transmission to the first
 *       acknowledgement (the idea of RFC 3708). Without it a path whose delay rises above the
 *       timeout would never be measured again.
 * </ul>
 */
final class RetransmissionTimer {
  /** The timeout before any sample. RFC 6298, section 2, says 1 s; the lab's is 0.5 s. */
  private static final long INITIAL_RTO_NS = 500 * Nanos.MILLISECOND;

  /** RFC 6298, section 2: G, the clock's granularity; here that of waiting for a datagram. */
  private static final long GRANULARITY_NS = Nanos.MILLISECOND;

  /**
   * The upper bound that RFC 6298, rule 2.5, allows. It limits how long a path stays unused after
   * an outage, and the effect of wrong samples: where the network itself duplicates an
   * acknowledgement, the sample of a repeated chunk includes the timeouts of its losses, and
   * without a bound long timeouts would yield still longer samples. A path with a longer round-trip
   * time gets its smoothed value and {@link #marginNs}.
   */
  private static final long MAX_RTO_NS = 4 * Nanos.SECOND;

  private static final int MAX_BACKOFF_SHIFT = 20;

  private RetransmissionPolicy policy;
  private long smoothedRttNs = -1;
  private long rttVarNs;
  private int timeouts;

  RetransmissionTimer(RetransmissionPolicy policy) {
    this.policy = policy;
  }

  RetransmissionPolicy policy() {
    return policy;
  }

  void use(RetransmissionPolicy newPolicy) {
    policy = newPolicy;
  }

  /** Adds a sample of the round-trip time (RFC 6298, rules 2.2 and 2.3). */
  void sample(long rttNs) {
    if (smoothedRttNs < 0) {
      smoothedRttNs = rttNs;
      rttVarNs = rttNs / 2;
    } else {
      rttVarNs += (Math.abs(smoothedRttNs - rttNs) - rttVarNs) / 4;
      smoothedRttNs += (rttNs - smoothedRttNs) / 8;
    }
  }

  /** Counts a timeout; several of them double the timeout (rule 5.5). */
  void backOff() {
    timeouts++;
  }

  /** Ends the back-off: the message has been acknowledged. */
  void acknowledged() {
    timeouts = 0;
  }

  /** The smoothed round-trip time in nanoseconds, or −1 before the first sample. */
  long smoothedRttNs() {
    return smoothedRttNs;
  }

  /**
   * The smallest distance of the timeout from the smoothed round-trip time. The RFC's G is enough
   * where a needless retransmission does no harm. Otherwise, on a path whose round-trip time alone
   * exceeds the floor, the timeout must not come so close to a steady delay that a little jitter
   * exceeds it.
   */
  private long marginNs() {
    return Math.max(GRANULARITY_NS, policy.floorNs() / 2);
  }

  /** The current timeout in nanoseconds, back-off included. */
  long rtoNs() {
    long measuredNs =
        smoothedRttNs < 0 ? INITIAL_RTO_NS : smoothedRttNs + Math.max(marginNs(), 4 * rttVarNs);
    long boundNs = Math.max(MAX_RTO_NS, smoothedRttNs + marginNs());
    long rtoNs = Math.max(Math.min(measuredNs, boundNs), policy.floorNs());
    long doubledNs = rtoNs << Math.min(timeouts / policy.triesPerDoubling(), MAX_BACKOFF_SHIFT);
    return Jitter.lengthen(
        Math.min(doubledNs, Math.max(rtoNs, policy.backoffCeilingNs())), timeouts);
  }
}
