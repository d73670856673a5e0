package dev.ferry.protocol.recovery.congestion;

/**
 * NewReno as in RFC 9002, section 7 and appendix B: half the window after a loss, and one packet
 * more for each window that is acknowledged. Not thread-safe.
 */
public final class NewReno extends LossBasedController {
  /** What has been acknowledged in congestion avoidance and not yet made the window grow. */
  private long creditBytes;

  /**
   * Begins a path.
   *
   * @param packetBytes the length of a full datagram, 1 … 65507
   * @param initialRttNs what is known of the round-trip time, above 0
   * @param maxWindowBytes what the window never exceeds, at least that of 2 packets
   */
  public NewReno(int packetBytes, long initialRttNs, long maxWindowBytes) {
    super(packetBytes, initialRttNs, maxWindowBytes);
  }

  @Override
  double reducedWindowBytes(double windowBytes) {
    creditBytes = 0;
    return Math.floor(windowBytes / 2);
  }

  @Override
  void undoReduction() {}

  @Override
  void onCollapse(double windowBytes) {
    creditBytes = 0;
  }

  @Override
  double avoidanceWindowBytes(double windowBytes, long grownBytes, long nowNs) {
    creditBytes += grownBytes;
    if (creditBytes < windowBytes) {
      return windowBytes;
    }
    creditBytes -= (long) windowBytes;
    return windowBytes + packetBytes();
  }

  @Override
  void onUnusedWindow() {}
}
