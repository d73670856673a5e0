package dev.ferry.protocol.recovery.congestion;

/**
 * Is told what a congestion controller decides. It changes nothing, and must not call the
 * controller. Called on the engine's thread, in the order of the decisions; by default nothing is
 * done. No call allocates anything.
 */
public interface CongestionObserver {
  /** Does nothing. */
  CongestionObserver NONE = new CongestionObserver() {};

  /** The controller goes on in another way. */
  default void onCongestionStateChanged(CongestionState from, CongestionState to, long nowNs) {}

  /**
   * The estimate of the bandwidth is another one.
   *
   * @param bytesPerSecond above 0
   */
  default void onBandwidthChanged(long bytesPerSecond, long nowNs) {}

  /**
   * A test has confirmed how much the path loses without congestion.
   *
   * @param probability of a packet to be lost, 0 … 0.5
   */
  default void onBackgroundLossConfirmed(double probability, long nowNs) {}

  /** A probe for more bandwidth is over. */
  default void onProbeEnded(ProbeResult result, long nowNs) {}

  /**
   * Congestion was noticed, and less is sent because of it.
   *
   * @param windowBytes what may be in flight now
   */
  default void onCongestion(long windowBytes, long nowNs) {}

  /** The last reduction was a mistake, and is undone: what was lost has arrived. */
  default void onCongestionUndone(long nowNs) {}
}
