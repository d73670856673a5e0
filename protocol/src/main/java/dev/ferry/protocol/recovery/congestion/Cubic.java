package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * CUBIC (RFC 9438): after a reduction the window follows a cubic curve of time back to where it
 * was, and then beyond, but grows no slower than Reno's. Not thread-safe.
 */
public final class Cubic extends LossBasedController {
  /** RFC 9438, section 4.1.2: C in packets per second cubed, and β. */
  private static final double C = 0.4;

  private static final double BETA = 0.7;

  /** Section 4.3: what makes Reno's growth as good as this one's, on average. */
  private static final double RENO_ALPHA = 3 * (1 - BETA) / (1 + BETA);

  /** Section 4.2: the target is at most so much above the window. */
  private static final double MAX_GROWTH = 1.5;

  /** The curve of congestion avoidance: none between a reduction and the next acknowledgement. */
  private boolean inEpoch;

  private long epochNs;
  private double originPackets;
  private double originSeconds;
  private double renoPackets;

  /** The window before the last reduction, or less to make room for others, in packets. */
  private double maxPackets;

  /** The same before the last reduction, to undo it. */
  private double maxBeforePackets;

  /** What the window was before that reduction, from where on Reno's estimate grows faster. */
  private double priorPackets;

  /**
   * Begins a path.
   *
   * @param packetBytes the length of a full datagram, 1 … 65507
   * @param initialRttNs what is known of the round-trip time, above 0
   * @param maxWindowBytes what the window never exceeds, at least that of 2 packets
   */
  public Cubic(int packetBytes, long initialRttNs, long maxWindowBytes) {
    super(packetBytes, initialRttNs, maxWindowBytes);
  }

  /** RFC 9438, sections 4.6 and 4.7: less than the last time means that others need room. */
  @Override
  double reducedWindowBytes(double windowBytes) {
    double packets = windowBytes / packetBytes();
    maxBeforePackets = maxPackets;
    priorPackets = packets;
    maxPackets = packets < maxPackets ? packets * (1 + BETA) / 2 : packets;
    inEpoch = false;
    return windowBytes * BETA;
  }

  @Override
  void undoReduction() {
    maxPackets = maxBeforePackets;
    inEpoch = false;
  }

  @Override
  void onCollapse(double windowBytes) {
    maxPackets = windowBytes / packetBytes();
    inEpoch = false;
  }

  /** The curve must not run away from a window that is not used. */
  @Override
  void onUnusedWindow() {
    inEpoch = false;
  }

  @Override
  double avoidanceWindowBytes(double windowBytes, long grownBytes, long nowNs) {
    double packets = windowBytes / packetBytes();
    if (!inEpoch) {
      beginEpoch(packets, nowNs);
    }
    double ackedPackets = (double) grownBytes / packetBytes();
    renoPackets += (renoPackets < priorPackets ? RENO_ALPHA : 1) * ackedPackets / packets;
    double seconds = (double) (nowNs - epochNs + smoothedRttNs()) / Nanos.SECOND - originSeconds;
    double curve = C * seconds * seconds * seconds + originPackets;
    double target = Math.max(packets, Math.min(curve, MAX_GROWTH * packets));
    double grownPackets = packets + (target - packets) / packets * ackedPackets;
    return Math.max(grownPackets, Math.min(renoPackets, MAX_GROWTH * packets)) * packetBytes();
  }

  /** RFC 9438, section 4.2: the curve has its origin where the window was reduced. */
  private void beginEpoch(double packets, long nowNs) {
    inEpoch = true;
    epochNs = nowNs;
    renoPackets = packets;
    originPackets = Math.max(maxPackets, packets);
    originSeconds = StrictMath.cbrt((originPackets - packets) / C);
  }
}
