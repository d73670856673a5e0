package dev.ferry.protocol.recovery.congestion;

/**
 * Whether loss is congestion. More than the background loss explains is needed, and a reason: a
 * queue was seen, or the flow has just raised its rate, which shows where a buffer is too shallow
 * to delay anything. Very much loss needs no reason (TCP Veno, Fu and Liew 2003, has the idea of
 * judging a loss by the queue). Stateless but for what it is made of.
 */
final class CongestionVerdict {
  /** What loss beyond the background is accepted (BBRLossThresh of draft-ietf-ccwg-bbr). */
  static final double TOLERATED = 0.02;

  private static final double SIGMAS = 2;
  private static final double MARGIN_PACKETS = 3;

  /** How many packets without a queue must be known before a probe's loss means something. */
  private static final double KNOWN_PACKETS = 200;

  /** The same for loss without any reason, and what it takes. */
  private static final double EXTREME_KNOWN_PACKETS = 100;

  private static final double EXTREME_TOLERATED = 0.1;
  private static final double EXTREME_SIGMAS = 4;
  private static final double EXTREME_MARGIN_PACKETS = 8;

  private final QueueEstimator queue;
  private final BackgroundLoss background;

  CongestionVerdict(QueueEstimator queue, BackgroundLoss background) {
    this.queue = queue;
    this.background = background;
  }

  /**
   * Judges what became of the packets that were in flight at one time.
   *
   * @param packets how many there were
   * @param lost how many of them were lost
   * @param probing whether the flow raised its rate with them
   * @param packetNs how long the path takes for a packet
   */
  boolean isCongestion(double packets, double lost, boolean probing, double packetNs) {
    boolean known = probing && background.quietPackets() >= KNOWN_PACKETS;
    if (known || queue.isSeen(packetNs)) {
      return exceeds(packets, lost);
    }
    return background.quietPackets() > EXTREME_KNOWN_PACKETS && exceedsByFar(packets, lost);
  }

  private boolean exceedsByFar(double packets, double lost) {
    double expected = packets * background.probability();
    double deviation = background.deviation(packets, background.probability() + TOLERATED);
    return lost - expected
        > packets * EXTREME_TOLERATED + EXTREME_SIGMAS * deviation + EXTREME_MARGIN_PACKETS;
  }

  /** Whether so much was lost with a queue that the path has been overrun without doubt. */
  boolean isOverrun(double packets, double lost, double packetNs) {
    return queue.isSeen(packetNs) && exceedsByFar(packets, lost);
  }

  /** The same where a queue is required. */
  boolean isCongestionByQueue(double packets, double lost, double packetNs) {
    return queue.isSeen(packetNs) && exceeds(packets, lost);
  }

  /** Whether more of some packets was lost than the background explains. */
  boolean exceeds(double packets, double lost) {
    double probability = background.probability();
    double margin = SIGMAS * background.deviation(packets, probability) + MARGIN_PACKETS;
    return lost > packets * (probability + TOLERATED) + margin;
  }
}
