package dev.ferry.protocol;

/**
 * The figures of one transfer.
 *
 * @param acknowledgedBytes how much of the file the server has acknowledged
 * @param durationNs from the first datagram to the end
 * @param datagramsSent how many datagrams were sent, retransmissions included
 * @param retransmissions how many of them were retransmissions
 * @param smoothedRttNs the smoothed round-trip time (RFC 6298), in nanoseconds, or −1 without a
 *     sample
 */
public record TransferStats(
    long acknowledgedBytes,
    long durationNs,
    long datagramsSent,
    long retransmissions,
    long smoothedRttNs) {
  /** Nothing was sent. */
  public static final TransferStats NOTHING = new TransferStats(0, 0, 0, 0, -1);
}
