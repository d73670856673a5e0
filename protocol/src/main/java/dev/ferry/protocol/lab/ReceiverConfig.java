package dev.ferry.protocol.lab;

import dev.ferry.protocol.util.Nanos;

/**
 * The limits of a receiver; nothing that a peer sends relaxes them. Times are in nanoseconds.
 *
 * @param bufferBytes the largest datagram that is advertised, header included
 * @param labIdleNs how long an unfinished session with a lab client may be idle
 * @param ownIdleNs the same for a Ferry client
 * @param slowestNs how long {@link #SLOWEST_BYTES} of content may take to arrive
 * @param rememberNs how long a finished session is remembered, so that late duplicates are
 *     acknowledged
 */
public record ReceiverConfig(
    int bufferBytes, long labIdleNs, long ownIdleNs, long slowestNs, long rememberNs) {
  /** A session that receives fewer bytes than this within {@link #slowestNs} is ended. */
  public static final long SLOWEST_BYTES = 1024;

  /** The values of protocol.md, section 3.4, and one Ethernet frame over IPv4. */
  public static final ReceiverConfig DEFAULT =
      new ReceiverConfig(
          1472, 3 * Nanos.SECOND, 120 * Nanos.SECOND, 120 * Nanos.SECOND, 120 * Nanos.SECOND);
}
