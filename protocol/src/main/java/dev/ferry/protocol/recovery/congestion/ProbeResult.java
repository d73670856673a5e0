package dev.ferry.protocol.recovery.congestion;

/** How a probe for more bandwidth ended. */
public enum ProbeResult {
  /** It caused congestion: the path does not take more than before. */
  CONGESTION,

  /** The rate of delivery did not grow any more. */
  NO_GROWTH,

  /** It stopped at the bound of the probe before, which had caused congestion. */
  BOUND
}
