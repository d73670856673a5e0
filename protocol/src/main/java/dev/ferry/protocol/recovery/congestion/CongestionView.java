package dev.ferry.protocol.recovery.congestion;

/**
 * What a congestion controller holds to be true at one time. What it does not estimate is −1.
 *
 * @param bandwidthBytesPerSecond what the path delivers
 * @param minRttNs the round-trip time without a queue
 * @param queueNs by how much a queue lengthens the round-trip time, 0 or more
 * @param backgroundLoss the probability that a packet is lost without congestion, 0 … 0.5
 */
public record CongestionView(
    long bandwidthBytesPerSecond, long minRttNs, long queueNs, double backgroundLoss) {
  /** Nothing is estimated. */
  public static final CongestionView NOTHING = new CongestionView(-1, -1, -1, -1);
}
