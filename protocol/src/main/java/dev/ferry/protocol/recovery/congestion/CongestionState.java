package dev.ferry.protocol.recovery.congestion;

/**
 * What a congestion controller does at a time. Those of {@link ModelController}, which are called
 * the model's here, have the names of draft-ietf-ccwg-bbr, section 4.3.
 */
public enum CongestionState {
  /** The model: doubles the rate each round trip, until the path is full. */
  STARTUP,

  /** The model: empties the queue that Startup has filled. */
  DRAIN,

  /** The model, ProbeBW_DOWN: slower than the path, so that the queue empties. */
  PROBE_DOWN,

  /** The model, ProbeBW_CRUISE: as fast as the path. */
  PROBE_CRUISE,

  /**
   * The model, ProbeBW_REFILL: fills the pipe, so that what comes next shows what more would do.
   */
  PROBE_REFILL,

  /** The model, ProbeBW_UP: faster than the path, to find out whether it is faster by now. */
  PROBE_UP,

  /**
   * The model and background: so little in flight that the round-trip time can be measured without
   * a queue.
   */
  PROBE_RTT,

  /** NewReno, CUBIC and background: doubles the window each round trip. */
  SLOW_START,

  /** NewReno, CUBIC and background: congestion avoidance. */
  AVOIDANCE,

  /** A stream, which has congestion control of its own. */
  UNCONTROLLED;

  /** Whether the path is not full yet: with more round trips it would be faster. */
  public boolean isStarting() {
    return this == STARTUP || this == SLOW_START;
  }
}
