package dev.ferry.protocol.recovery.congestion;

/** The states of {@link ModelController}, by the names of draft-ietf-ccwg-bbr, section 4.3. */
enum ModelState {
  /** Doubles the rate each round trip, until the path is full. */
  STARTUP(CongestionState.STARTUP),

  /** Empties the queue that Startup has filled. */
  DRAIN(CongestionState.DRAIN),

  /** ProbeBW_DOWN: slower than the path, so that the queue empties. */
  PROBE_DOWN(CongestionState.PROBE_DOWN),

  /** ProbeBW_CRUISE: as fast as the path. */
  PROBE_CRUISE(CongestionState.PROBE_CRUISE),

  /** ProbeBW_REFILL: fills the pipe, so that what comes next shows what more would do. */
  PROBE_REFILL(CongestionState.PROBE_REFILL),

  /** ProbeBW_UP: faster than the path, to find out whether it is faster by now. */
  PROBE_UP(CongestionState.PROBE_UP),

  /** So little in flight that the round-trip time can be measured without a queue. */
  PROBE_RTT(CongestionState.PROBE_RTT);

  private final CongestionState shown;

  ModelState(CongestionState shown) {
    this.shown = shown;
  }

  /** What others than the model see of it. */
  CongestionState shown() {
    return shown;
  }

  /** Whether the flow raises its rate, or has just done so to see what happens. */
  boolean isAccelerating() {
    return this == STARTUP || this == PROBE_REFILL || this == PROBE_UP;
  }

  /** Whether it is one of the four of ProbeBW. */
  boolean isProbeBw() {
    return this == PROBE_DOWN || this == PROBE_CRUISE || this == PROBE_REFILL || this == PROBE_UP;
  }
}
