package dev.ferry.protocol.recovery.congestion;

/**
 * What several round trips with a queue lose together. A flow among many has few packets in flight:
 * so few that no single round trip can show that its losses are too many. Not thread-safe.
 */
final class CrowdLoss {
  /** From so many packets on the older ones count half. */
  private static final double MAX_PACKETS = 200;

  private double packets;
  private double lost;

  /**
   * A round trip with a queue is over, in which the flow did not raise its rate.
   *
   * @return whether so much was lost since it was last so that it is congestion
   */
  boolean endRound(double roundPackets, double roundLost, CongestionVerdict verdict) {
    packets += roundPackets;
    lost += roundLost;
    if (verdict.exceeds(packets, lost)) {
      clear();
      return true;
    }
    if (packets > MAX_PACKETS) {
      packets /= 2;
      lost /= 2;
    }
    return false;
  }

  /** There was no queue, or what was lost has been answered. */
  void clear() {
    packets = 0;
    lost = 0;
  }
}
