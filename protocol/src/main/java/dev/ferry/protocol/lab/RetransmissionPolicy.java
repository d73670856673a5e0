package dev.ferry.protocol.lab;

import dev.ferry.protocol.util.Nanos;

/**
 * The timeouts of a sender: until a message is retransmitted, and until the transfer fails
 * (protocol.md, sections 4.3 and 6.2). All times are in nanoseconds.
 *
 * @param floorNs the shortest retransmission timeout
 * @param backoffCeilingNs the longest timeout that back-off alone leads to; a measured round-trip
 *     time may lead to a longer one
 * @param triesPerDoubling how many timeouts of one message double the timeout
 * @param minRetries how often a message is retransmitted at least before the transfer fails
 * @param progressTimeoutNs how long the transfer is without progress at least before it fails
 */
public record RetransmissionPolicy(
    long floorNs,
    long backoffCeilingNs,
    int triesPerDoubling,
    int minRetries,
    long progressTimeoutNs) {
  /**
   * For any server of the lab. Some append duplicates to the file, hence the floor. A lab server
   * forgets a session that is idle for 3 s, hence the ceiling: two datagrams in a row may be lost.
   * Five retries and 5 s are the lab's own rules; both must be exhausted.
   */
  public static final RetransmissionPolicy LAB =
      new RetransmissionPolicy(500 * Nanos.MILLISECOND, Nanos.SECOND, 1, 5, 5 * Nanos.SECOND);

  /**
   * Before the first answer. The server may be a Ferry server on a path that loses half of the
   * datagrams each way, where the lab's five retries fail for one start in six. A repeated start
   * does no harm before data has been sent.
   */
  public static final RetransmissionPolicy START =
      new RetransmissionPolicy(
          500 * Nanos.MILLISECOND, 500 * Nanos.MILLISECOND, 1, 5, 20 * Nanos.SECOND);

  /**
   * Between two Ferry ends. They suppress duplicates, so the floor only has to cover the
   * granularity of a wait (1 ms) and a scheduling delay. With one datagram in flight, and at most
   * one per round-trip time (RFC 8085, section 3.1), loss says nothing about congestion. The
   * timeout is doubled for a path whose delay has risen; three tries distinguish that from loss.
   * The ceiling limits how long a path stays unused after an outage.
   */
  public static final RetransmissionPolicy OWN =
      new RetransmissionPolicy(2 * Nanos.MILLISECOND, Nanos.SECOND, 3, 5, 120 * Nanos.SECOND);
}
