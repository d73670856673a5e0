package dev.ferry.protocol.recovery.congestion;

/** What {@link ProbeCycle} needs besides the model when an acknowledgement comes in. */
final class AckContext {
  long nowNs;
  boolean roundStart;
  boolean appLimited;

  /** Whether the window was in the way in this round or the last. */
  boolean windowLimited;

  double rate;
  double windowBytes;
  double flightAtSendBytes;
  double lostSinceBytes;
  double inFlightBytes;
  long ackedBytes;
  long deliveredBytes;

  /** What the path holds with a gain of 1, and no less than the pacer's bursts need. */
  double targetBytes;

  /** What may be in flight in ProbeRTT. */
  double probeRttWindowBytes;
}
