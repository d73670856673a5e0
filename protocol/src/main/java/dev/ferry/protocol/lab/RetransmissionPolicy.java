package dev.ferry.protocol.lab;

import dev.ferry.protocol.util.Nanos;

/**
 * How long to wait for an acknowledgement, and for how long to go on (protocol.md, sections 4.3 and
 * 6.2). All times in nanoseconds.
 *
 * @param floorNs the shortest retransmission timeout
 * @param backoffCeilingNs what backing off alone never exceeds; a measured round-trip time may
 * @param triesPerDoubling after how many timeouts of one message the timeout is doubled
 * @param minRetries how often a message is repeated at least before giving up
 * @param patienceNs how long without progress at least before giving up
 */
public record RetransmissionPolicy(
    long floorNs, long backoffCeilingNs, int triesPerDoubling, int minRetries, long patienceNs) {
  /**
   * Towards a peer that may be any server of the lab. Some append duplicates to the file, hence the
   * floor. A lab server forgets a session after 3 s of silence, hence the ceiling: two datagrams in
   * a row may be lost. Five retries and 5 s are the lab's own rules; both must be exhausted.
   */
  public static final RetransmissionPolicy LAB =
      new RetransmissionPolicy(500 * Nanos.MILLISECOND, Nanos.SECOND, 1, 5, 5 * Nanos.SECOND);

  /**
   * Before any answer: the peer may be one of ours on a path that loses half of what it carries
   * each way, where the lab's five retries fail one start in six. A repeated start does no harm
   * before data has flowed.
   */
  public static final RetransmissionPolicy START =
      new RetransmissionPolicy(
          500 * Nanos.MILLISECOND, 500 * Nanos.MILLISECOND, 1, 5, 20 * Nanos.SECOND);

  /**
   * Between our own ends. Duplicates are suppressed there, so the floor only has to cover the
   * wait's granularity (1 ms) and a scheduling hiccup. Loss says nothing about congestion where one
   * datagram is in flight, and never more than one is sent in a round-trip time (RFC 8085, section
   * 3.1); doubling is for a path whose delay has risen, and three tries tell it from bad luck. The
   * ceiling bounds how long a path that has come back stays unused.
   */
  public static final RetransmissionPolicy OWN =
      new RetransmissionPolicy(2 * Nanos.MILLISECOND, Nanos.SECOND, 3, 5, 120 * Nanos.SECOND);
}
