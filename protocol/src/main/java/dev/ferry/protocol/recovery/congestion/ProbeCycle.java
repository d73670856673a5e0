package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * The state machine of draft-ietf-ccwg-bbr, section 5.3, with the changes that {@link
 * ModelController} describes.
 *
 * <pre>
 * STARTUP       the pipe is full, by rate or by loss            → DRAIN
 * DRAIN         in flight is what the path holds, or 3 rounds   → PROBE_DOWN
 * PROBE_DOWN    in flight is below that, tested                 → PROBE_CRUISE
 *               time to probe                                   → PROBE_REFILL
 * PROBE_CRUISE  time to probe                                   → PROBE_REFILL
 * PROBE_REFILL  a round                                         → PROBE_UP
 * PROBE_UP      congestion, or no growth                        → PROBE_DOWN
 * any           the minimum RTT is too old                      → PROBE_RTT
 * PROBE_RTT     200 ms and a round with little in flight        → PROBE_CRUISE, or STARTUP
 * </pre>
 *
 * <p>Not thread-safe.
 */
final class ProbeCycle {
  private static final long PROBE_RTT_DURATION_NS = 200 * Nanos.MILLISECOND;
  private static final int MAX_DRAIN_ROUNDS = 3;

  /** In Startup, the losses that it takes to call the pipe full. */
  private static final int STARTUP_LOST_PACKETS = 6;

  /** Wait between probes: at least, and up to half as much again; longer after congestion. */
  private static final double WAIT_SECONDS = 1;

  private static final double WAIT_AFTER_CONGESTION_SECONDS = 2;
  private static final long CONGESTION_MEMORY_NS = 5 * Nanos.SECOND;
  private static final double MAX_WAIT_ROUNDS = 63;

  /** Every so many cycles ProbeBW_DOWN is slow enough to test the background loss. */
  private static final int STRONG_DOWN_INTERVAL = 4;

  private static final double WORTH_TESTING = 0.02;
  private static final int MIN_DOWN_ROUNDS = 2;
  private static final int MAX_TEST_ROUNDS = 6;

  /** For how many rounds after a probe the losses are the probe's. */
  private static final int PAYING_ROUNDS = 3;

  /** A queue of a quarter of the minimum RTT leaves no doubt that the pipe is full. */
  private static final int LONG_QUEUE_DIVISOR = 4;

  private static final int ROUNDS_WITHOUT_GROWTH = 3;

  /** What acknowledgements that come in now tell of a probe (BBR.ack_phase). */
  private enum AckPhase {
    NONE,
    REFILLING,
    STARTING,
    FEEDBACK,
    STOPPING
  }

  private final PathModel model;
  private final InflightBounds bounds;
  private final CruiseTrim trim;

  private ModelState state = ModelState.STARTUP;
  private AckPhase ackPhase = AckPhase.NONE;
  private long drainRound;
  private long cycleStampNs;
  private double waitNs;
  private double roundsSinceProbe;
  private long cycles;
  private boolean strongDown;

  /** Whether samples now come from packets that probe (BBR.bw_probe_samples). */
  private boolean sampling;

  private boolean lastProbeTooHigh;

  /** Whether the last probe stopped at the bound because the one before had gone too high. */
  private boolean cautious;

  private boolean congested;
  private long congestedNs;

  private boolean probeRttReached;
  private boolean probeRttRound;
  private long probeRttDoneNs;
  private boolean probeRttEnded;

  ProbeCycle(PathModel model, InflightBounds bounds, CruiseTrim trim) {
    this.model = model;
    this.bounds = bounds;
    this.trim = trim;
  }

  /** What the controller knows besides the model when an acknowledgement comes in. */
  static final class Ack {
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
  }

  ModelState state() {
    return state;
  }

  boolean isStrongDown() {
    return state == ModelState.PROBE_DOWN && strongDown;
  }

  /** Whether the ProbeRTT that the last acknowledgement was in has just ended. */
  boolean hasProbeRttEnded() {
    return probeRttEnded;
  }

  /**
   * Whether congestion now says that the model is wrong: the flow neither asks for it by
   * accelerating, nor is still paying for having done so.
   */
  boolean mayReduce() {
    boolean paying = state == ModelState.PROBE_DOWN && roundsSinceProbe < PAYING_ROUNDS;
    return !state.isAccelerating() && state != ModelState.DRAIN && !paying;
  }

  /** Whether the flow keeps so little in flight that its own queue should be gone. */
  boolean isDrained() {
    return state == ModelState.PROBE_RTT
        || state == ModelState.PROBE_CRUISE
        || (state == ModelState.PROBE_DOWN && roundsSinceProbe >= 1);
  }

  /** Whether losses now are those of packets that the flow sent to probe. */
  private boolean isProbing() {
    return model.fullPipe.wasReached()
        && (state == ModelState.PROBE_UP
            || state == ModelState.PROBE_REFILL
            || ackPhase == AckPhase.FEEDBACK
            || ackPhase == AckPhase.STOPPING);
  }

  /** A round trip is over; before {@link #onAck}. */
  void onRoundStart() {
    roundsSinceProbe++;
  }

  /** There was congestion in a round in which the flow did not accelerate. */
  void onCongestion(long nowNs) {
    congested = true;
    congestedNs = nowNs;
  }

  /**
   * A packet was lost.
   *
   * @param flightAtSendBytes what was in flight when it had been sent, itself included
   * @param lostSinceBytes what was lost since, itself included
   */
  void onLost(
      double flightAtSendBytes,
      double lostSinceBytes,
      boolean appLimited,
      double windowBytes,
      long deliveredBytes,
      long nowNs) {
    if (sampling && model.isCongestion(flightAtSendBytes, lostSinceBytes, isProbing())) {
      probeTooHigh(
          flightAtSendBytes - model.packetBytes, appLimited, windowBytes, deliveredBytes, nowNs);
    }
  }

  /** BBRHandleInflightTooHigh. */
  private void probeTooHigh(
      double inFlightBytes,
      boolean appLimited,
      double windowBytes,
      long deliveredBytes,
      long nowNs) {
    lastProbeTooHigh = true;
    sampling = false;
    onCongestion(nowNs);
    if (!appLimited) {
      bounds.reduceLongTerm(inFlightBytes, Math.min(model.bdpBytes(1), windowBytes));
    }
    if (state == ModelState.PROBE_UP) {
      startDown(deliveredBytes, nowNs);
    }
  }

  /** An acknowledgement came in; the model has taken it in. */
  void onAck(Ack ack) {
    probeRttEnded = false;
    checkFullPipe(ack);
    if (state == ModelState.STARTUP) {
      checkStartupDone(ack);
    }
    if (state == ModelState.DRAIN && isDrainDone(ack)) {
      startDown(ack.deliveredBytes, ack.nowNs);
    }
    if (state.isProbeBw() && !adaptBounds(ack)) {
      updatePhase(ack);
    }
    if (state != ModelState.PROBE_RTT && model.minRtt.isProbeDue()) {
      startProbeRtt(ack);
    }
    if (state == ModelState.PROBE_RTT) {
      checkProbeRttDone(ack);
    }
  }

  private void checkFullPipe(Ack ack) {
    if (ack.roundStart && !ack.appLimited) {
      int needed = ROUNDS_WITHOUT_GROWTH;
      if (model.isQueueLong(LONG_QUEUE_DIVISOR)) {
        needed = state == ModelState.PROBE_UP ? 1 : 2;
      }
      model.fullPipe.endRound(ack.rate, needed);
    }
  }

  private void checkStartupDone(Ack ack) {
    FullPipe pipe = model.fullPipe;
    if (ack.roundStart
        && !pipe.wasReached()
        && pipe.rounds() > 0
        && ack.lostSinceBytes >= (double) STARTUP_LOST_PACKETS * model.packetBytes
        && model.isCongestion(ack.flightAtSendBytes, ack.lostSinceBytes, false)) {
      pipe.reach();
      bounds.setLongTerm(Math.max(model.bdpBytes(1), bounds.latest()));
    }
    if (pipe.wasReached()) {
      state = ModelState.DRAIN;
      drainRound = model.round.count();
    }
  }

  private boolean isDrainDone(Ack ack) {
    return ack.inFlightBytes <= ack.targetBytes
        || model.round.count() > drainRound + MAX_DRAIN_ROUNDS;
  }

  /**
   * What probing has shown (BBRAdaptLongTermModel).
   *
   * @return whether the state has been decided on
   */
  private boolean adaptBounds(Ack ack) {
    boolean decided = false;
    if (ack.roundStart && ackPhase == AckPhase.STARTING) {
      ackPhase = AckPhase.FEEDBACK;
    } else if (ack.roundStart && ackPhase == AckPhase.STOPPING) {
      decided = stopProbing(ack);
    }
    if (model.isCongestion(ack.flightAtSendBytes, ack.lostSinceBytes, isProbing())) {
      if (sampling) {
        probeTooHigh(
            ack.flightAtSendBytes, ack.appLimited, ack.windowBytes, ack.deliveredBytes, ack.nowNs);
      }
      return decided;
    }
    bounds.raiseTo(ack.flightAtSendBytes);
    if (state == ModelState.PROBE_UP && bounds.longTerm() != InflightBounds.NO_BOUND) {
      if (isBoundInTheWay(ack)) {
        bounds.raise(ack.ackedBytes);
      }
      if (ack.roundStart) {
        bounds.steepen(ack.windowBytes);
      }
    }
    return decided;
  }

  private boolean isBoundInTheWay(Ack ack) {
    return ack.windowLimited && ack.windowBytes >= bounds.longTerm() - model.packetBytes;
  }

  private boolean stopProbing(Ack ack) {
    sampling = false;
    ackPhase = AckPhase.NONE;
    if (!ack.appLimited) {
      model.bandwidth.advanceCycle();
    }
    if (cautious && !lastProbeTooHigh) {
      cautious = false;
      startRefill(ack);
      return true;
    }
    return false;
  }

  private void updatePhase(Ack ack) {
    switch (state) {
      case PROBE_DOWN -> {
        if (isTimeToProbe(ack)) {
          startRefill(ack);
        } else if (isDownDone(ack)) {
          state = ModelState.PROBE_CRUISE;
        }
      }
      case PROBE_CRUISE -> {
        if (isTimeToProbe(ack)) {
          startRefill(ack);
        }
      }
      case PROBE_REFILL -> {
        if (ack.roundStart) {
          startUp(ack);
        }
      }
      case PROBE_UP -> {
        if (lastProbeTooHigh && ack.inFlightBytes >= bounds.longTerm()) {
          lastProbeTooHigh = false;
          cautious = true;
          startDown(ack.deliveredBytes, ack.nowNs);
        } else if (isBoundInTheWay(ack)) {
          model.fullPipe.restart(ack.rate);
        } else if (model.fullPipe.isFull()) {
          lastProbeTooHigh = false;
          startDown(ack.deliveredBytes, ack.nowNs);
        }
      }
      default -> {}
    }
  }

  private boolean isTimeToProbe(Ack ack) {
    double windowPackets = Math.min(model.bdpBytes(1), ack.windowBytes) / model.packetBytes;
    return ack.nowNs - cycleStampNs > waitNs
        || roundsSinceProbe >= Math.min(windowPackets, MAX_WAIT_ROUNDS);
  }

  private boolean isDownDone(Ack ack) {
    boolean untested =
        model.background.isUntested(WORTH_TESTING) && roundsSinceProbe < MAX_TEST_ROUNDS;
    return roundsSinceProbe >= MIN_DOWN_ROUNDS
        && !untested
        && ack.inFlightBytes <= bounds.withHeadroom()
        && ack.inFlightBytes <= ack.targetBytes;
  }

  private void startDown(long deliveredBytes, long nowNs) {
    model.lossRound.clear();
    model.bandwidth.restartLatest(0);
    bounds.restartLatest(0);
    bounds.stopRaising();
    pickWait(nowNs);
    trim.reset();
    cycles++;
    strongDown = cycles % STRONG_DOWN_INTERVAL == 0 || model.background.needsTest();
    cycleStampNs = nowNs;
    ackPhase = AckPhase.STOPPING;
    model.round.restart(deliveredBytes);
    state = ModelState.PROBE_DOWN;
  }

  /** Flows that share a path must not probe at the same time: the wait varies. */
  private void pickWait(long nowNs) {
    double random = Dither.unit(nowNs);
    roundsSinceProbe = random < 0.5 ? 0 : 1;
    boolean recent = congested && nowNs - congestedNs < CONGESTION_MEMORY_NS;
    double seconds = recent ? WAIT_AFTER_CONGESTION_SECONDS : WAIT_SECONDS;
    waitNs = (seconds + Dither.unit(nowNs + 1) * seconds / 2) * Nanos.SECOND;
  }

  private void startRefill(Ack ack) {
    model.bandwidth.resetShortTerm();
    bounds.resetShortTerm();
    bounds.prepareRaising();
    ackPhase = AckPhase.REFILLING;
    model.round.restart(ack.deliveredBytes);
    state = ModelState.PROBE_REFILL;
  }

  private void startUp(Ack ack) {
    sampling = true;
    ackPhase = AckPhase.STARTING;
    model.round.restart(ack.deliveredBytes);
    cycleStampNs = ack.nowNs;
    model.fullPipe.restart(ack.rate);
    bounds.steepen(ack.windowBytes);
    state = ModelState.PROBE_UP;
  }

  private void startProbeRtt(Ack ack) {
    state = ModelState.PROBE_RTT;
    probeRttReached = false;
    ackPhase = AckPhase.STOPPING;
    model.round.restart(ack.deliveredBytes);
  }

  private void checkProbeRttDone(Ack ack) {
    if (!probeRttReached) {
      if (ack.inFlightBytes <= probeRttWindowBytes()) {
        probeRttReached = true;
        probeRttRound = false;
        probeRttDoneNs = ack.nowNs + PROBE_RTT_DURATION_NS;
        model.round.restart(ack.deliveredBytes);
      }
      return;
    }
    probeRttRound |= ack.roundStart;
    if (probeRttRound && ack.nowNs - probeRttDoneNs > 0) {
      endProbeRtt(ack);
    }
  }

  private void endProbeRtt(Ack ack) {
    probeRttEnded = true;
    model.minRtt.onProbed(ack.nowNs);
    model.bandwidth.resetShortTerm();
    bounds.resetShortTerm();
    if (model.fullPipe.wasReached()) {
      startDown(ack.deliveredBytes, ack.nowNs);
      state = ModelState.PROBE_CRUISE;
    } else {
      state = ModelState.STARTUP;
    }
  }

  /** What is in flight at most in ProbeRTT, in bytes. */
  double probeRttWindowBytes() {
    return Math.max(model.bdpBytes(0.5), 4.0 * model.packetBytes);
  }
}
