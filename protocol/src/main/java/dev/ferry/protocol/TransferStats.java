package dev.ferry.protocol;

/**
 * The figures of one transfer.
 *
 * @param acknowledgedBytes how much of the file the server has acknowledged
 * @param durationNs from the first datagram to the end
 * @param datagramsSent all of them, repetitions included
 * @param retransmissions how many of these were repetitions
 * @param smoothedRttNs the smoothed round-trip time (RFC 6298), or −1 if none could be measured
 */
public record TransferStats(
    long acknowledgedBytes,
    long durationNs,
    long datagramsSent,
    long retransmissions,
    long smoothedRttNs) {}
