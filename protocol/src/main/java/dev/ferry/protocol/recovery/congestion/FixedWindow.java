package dev.ferry.protocol.recovery.congestion;

/**
 * No congestion control, for paths that have their own, such as a TCP connection: whatever happens,
 * as much may be in flight, and as fast as the path takes it.
 */
public final class FixedWindow implements CongestionController {
  private final long windowBytes;

  /**
   * Fixes the window.
   *
   * @param windowBytes at least two packets
   */
  public FixedWindow(long windowBytes) {
    this.windowBytes = windowBytes;
  }

  @Override
  public void onPacketSent(long number, int bytes, long inFlightBytes, long nowNs) {}

  @Override
  public void onPacketAcked(long number, int bytes, long sentNs, boolean appLimited) {}

  @Override
  public void onPacketLost(
      long number,
      int bytes,
      long sentNs,
      long flightAtSendBytes,
      long lostSinceBytes,
      long nowNs) {}

  @Override
  public void onSpuriousLoss(long number, int bytes, long sentNs, long nowNs) {}

  @Override
  public void onPersistentCongestion(long nowNs) {}

  @Override
  public void onAck(AckSample sample) {}

  @Override
  public void onWindowLimited() {}

  @Override
  public void onPacketSize(int packetBytes) {}

  @Override
  public long windowBytes() {
    return windowBytes;
  }

  @Override
  public long pacingBytesPerSecond() {
    return Long.MAX_VALUE;
  }

  @Override
  public long sendQuantumBytes() {
    return windowBytes;
  }

  @Override
  public CongestionState state() {
    return CongestionState.UNCONTROLLED;
  }

  @Override
  public CongestionView view() {
    return CongestionView.NOTHING;
  }

  /** Does nothing: there is nothing to decide. */
  @Override
  public void reportTo(CongestionObserver observer) {}
}
