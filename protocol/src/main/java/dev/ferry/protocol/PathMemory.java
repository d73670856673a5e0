package dev.ferry.protocol;

/**
 * What is remembered of the path to a Ferry server, so that the next transfer need not find it out
 * again. It may be out of date, or wrong: nothing is believed that cannot be corrected.
 *
 * @param rttNs the smallest round-trip time, in nanoseconds, above 0
 * @param bytesPerSecond what the path carried once it was full; 0 if it never was
 * @param lossShare the share of what was sent that got lost, 0 … 1
 * @param datagramBytes the largest datagram that was sent, 1 … 65507
 */
public record PathMemory(long rttNs, long bytesPerSecond, double lossShare, int datagramBytes) {
  /** Checks the ranges. */
  public PathMemory {
    boolean sane = rttNs > 0 && bytesPerSecond >= 0 && lossShare >= 0 && lossShare <= 1;
    if (!sane || datagramBytes < 1 || datagramBytes > 65_507) {
      throw new IllegalArgumentException("no path is like that");
    }
  }
}
