package dev.ferry.netsim;

import dev.ferry.protocol.util.Nanos;
import java.util.List;

/**
 * How fast a link carries bytes. Every datagram counts with its payload and {@link #HEADER_BYTES}.
 */
public sealed interface RateLimit {
  /** As fast as one likes. */
  RateLimit NONE = new Unlimited();

  /** The headers of UDP and IPv4, which use the link too. */
  int HEADER_BYTES = 28;

  /** No limit. */
  record Unlimited() implements RateLimit {}

  /**
   * A constant rate.
   *
   * @param bitsPerSecond at least 1
   */
  record Constant(long bitsPerSecond) implements RateLimit {
    public Constant {
      if (bitsPerSecond < 1) {
        throw new IllegalArgumentException("the rate must be at least 1 bit/s");
      }
    }

    /** How long a datagram occupies the link, in nanoseconds. */
    long transmissionNs(int payloadBytes) {
      return (long) ((payloadBytes + HEADER_BYTES) * 8.0 * Nanos.SECOND / bitsPerSecond);
    }
  }

  /**
   * A recorded rate in the format of Mahimahi (Netravali et al., "Mahimahi: accurate
   * record-and-replay for HTTP", 2015): each entry is an opportunity to send {@link
   * #OPPORTUNITY_BYTES} at that time; the record repeats for ever.
   *
   * @param name where it comes from, for people
   * @param opportunitiesMs milliseconds since the start, ascending; the last is the length of the
   *     record, above 0
   */
  record Trace(String name, List<Long> opportunitiesMs) implements RateLimit {
    /** What one opportunity carries: an Ethernet frame's IP packet. */
    public static final int OPPORTUNITY_BYTES = 1500;

    public Trace {
      opportunitiesMs = List.copyOf(opportunitiesMs);
      long before = 0;
      for (long opportunity : opportunitiesMs) {
        if (opportunity < before) {
          throw new IllegalArgumentException("the times of a rate trace must ascend from 0");
        }
        before = opportunity;
      }
      if (before == 0) {
        throw new IllegalArgumentException("a rate trace must last for a millisecond at least");
      }
    }

    /** The time of the n-th opportunity since the start, from 0, in nanoseconds. */
    long opportunityNs(long n) {
      int size = opportunitiesMs.size();
      long periodMs = opportunitiesMs.get(size - 1);
      return (n / size * periodMs + opportunitiesMs.get((int) (n % size))) * Nanos.MILLISECOND;
    }

    /**
     * The first opportunity that is neither before the given one nor before the given time since
     * the start.
     */
    long firstOpportunity(long notBefore, long sinceStartNs) {
      int size = opportunitiesMs.size();
      long periodNs = opportunitiesMs.get(size - 1) * Nanos.MILLISECOND;
      long n = Math.max(notBefore, sinceStartNs / periodNs * size);
      while (opportunityNs(n) < sinceStartNs) {
        n++;
      }
      return n;
    }
  }
}
