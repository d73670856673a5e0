package dev.ferry.protocol.connection;

import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.recovery.congestion.CongestionView;

/**
 * One end of a connection at one time. Counts are since its beginning; what is not known is −1.
 *
 * @param doneBytes how much of the content is at the receiver, as far as this end knows
 * @param sentBytes the datagrams that this end has sent
 * @param deliveredBytes those of them that were acknowledged
 * @param lostBytes those of them that were declared lost
 * @param packetsReceived how many packets have come
 * @param packetsMissing how many of the peer's have not, as far as their numbers show
 * @param state what congestion control does
 * @param view what congestion control holds to be true
 * @param pacingBytesPerSecond how fast it sends
 * @param windowBytes how much may be in flight
 * @param inFlightBytes how much is in flight
 * @param smoothedRttNs the smoothed round-trip time
 * @param minRttNs the smallest round-trip time
 * @param meanQueueNs by how much the smoothed round-trip time was above the smallest, on average
 * @param datagramBytes the largest datagram that is sent
 * @param times what limited it, until now
 */
public record ConnectionSnapshot(
    long doneBytes,
    long sentBytes,
    long deliveredBytes,
    long lostBytes,
    long packetsReceived,
    long packetsMissing,
    CongestionState state,
    CongestionView view,
    long pacingBytesPerSecond,
    long windowBytes,
    long inFlightBytes,
    long smoothedRttNs,
    long minRttNs,
    long meanQueueNs,
    int datagramBytes,
    LimitTimes times) {
  /** The share of the bytes sent that got lost, 0 … 1. */
  public double lossShare() {
    return lostBytes <= 0 ? 0 : (double) lostBytes / (lostBytes + deliveredBytes);
  }

  /** The share of the peer's packets that did not come, 0 … 1. */
  public double missingShare() {
    return packetsMissing <= 0 ? 0 : (double) packetsMissing / (packetsReceived + packetsMissing);
  }
}
