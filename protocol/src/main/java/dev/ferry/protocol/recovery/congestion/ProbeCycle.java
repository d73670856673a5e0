package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * The state machine of draft-ietf-ccwg-bbr, section 5.3, with the changes that {@link
 * ModelController} describes.
 *
 * <pre>
 * STARTUP       the pipe is full, by rate or by loss            → DRAIN
 * DRAIN         in flight is what the path holds, or 3 rounds   → PROBE_DOWN
 * PROBE_DOWN    in flight is below that or 3 rounds, tested     → PROBE_CRUISE
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

  private static final double WORTH_TESTING = 0.02;
  private static final int MIN_DOWN_ROUNDS = 2;

  /** After so many rounds ProbeBW_DOWN gives up: the queue that remains is that of others. */
  private static final int MAX_DOWN_ROUNDS = 3;

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
  private final ProbeTimer timer = new ProbeTimer();

  private CongestionObserver observer = CongestionObserver.NONE;
  private ModelState state = ModelState.STARTUP;
  private AckPhase ackPhase = AckPhase.NONE;
  private long drainRound;

  /** Whether samples now come from packets that probe (BBR.bw_probe_samples). */
  private boolean sampling;

  private boolean lastProbeTooHigh;

  /** Whether the last probe stopped at the bound because the one before had gone too high. */
  private boolean cautious;

  private boolean probeRttReached;
  private boolean probeRttRound;
  private long probeRttDoneNs;

  ProbeCycle(PathModel model, InflightBounds bounds, CruiseTrim trim) {
    this.model = model;
    this.bounds = bounds;
    this.trim = trim;
  }

  void reportTo(CongestionObserver newObserver) {
    observer = newObserver;
  }

  ModelState state() {
    return state;
  }

  private void enter(ModelState next, AckContext ack) {
    observer.onCongestionStateChanged(state.shown(), next.shown(), ack.nowNs);
    state = next;
  }

  boolean isStrongDown() {
    return state == ModelState.PROBE_DOWN && timer.isStrongDown();
  }

  /**
   * Whether congestion now says that the model is wrong: the flow neither asks for it by
   * accelerating, nor is still paying for having done so.
   */
  boolean mayReduce() {
    boolean paying = state == ModelState.PROBE_DOWN && timer.rounds() < PAYING_ROUNDS;
    return !state.isAccelerating() && state != ModelState.DRAIN && !paying;
  }

  /** Whether the flow keeps so little in flight that its own queue should be gone. */
  boolean isDrained() {
    return state == ModelState.PROBE_RTT
        || state == ModelState.PROBE_CRUISE
        || (state == ModelState.PROBE_DOWN && timer.rounds() >= 1);
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
    timer.onRoundStart();
  }

  /** There was congestion in a round in which the flow did not accelerate. */
  void onCongestion(long nowNs) {
    timer.onCongestion(nowNs);
  }

  /**
   * A packet was lost.
   *
   * @param lost tells what was in flight when it had been sent, and what was lost since, itself
   *     included; whether the application was in the way, as of the last acknowledgement
   */
  void onLost(AckContext lost) {
    if (sampling && isCongestion(lost)) {
      probeTooHigh(lost, lost.flightAtSendBytes - model.packetBytes);
    }
  }

  private boolean isCongestion(AckContext ack) {
    return model.isCongestion(ack.flightAtSendBytes, ack.lostSinceBytes, isProbing());
  }

  /** BBRHandleInflightTooHigh. */
  private void probeTooHigh(AckContext ack, double inFlightBytes) {
    lastProbeTooHigh = true;
    sampling = false;
    timer.onCongestion(ack.nowNs);
    if (!ack.appLimited) {
      bounds.reduceLongTerm(inFlightBytes, Math.min(model.bdpBytes(1), ack.windowBytes));
    }
    if (state == ModelState.PROBE_UP) {
      endProbe(ProbeResult.CONGESTION, ack);
    }
  }

  private void endProbe(ProbeResult result, AckContext ack) {
    observer.onProbeEnded(result, ack.nowNs);
    startDown(ack);
  }

  /** An acknowledgement came in; the model has taken it in. */
  void onAck(AckContext ack) {
    checkFullPipe(ack);
    if (state == ModelState.STARTUP) {
      checkStartupDone(ack);
    }
    if (state == ModelState.DRAIN && isDrainDone(ack)) {
      startDown(ack);
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

  private void checkFullPipe(AckContext ack) {
    if (ack.roundStart && !ack.appLimited) {
      int needed = ROUNDS_WITHOUT_GROWTH;
      if (model.isQueueLong(LONG_QUEUE_DIVISOR)) {
        needed = state == ModelState.PROBE_UP ? 1 : 2;
      }
      model.fullPipe.endRound(ack.rate, needed);
    }
  }

  private void checkStartupDone(AckContext ack) {
    FullPipe pipe = model.fullPipe;
    if (!pipe.wasReached() && (isOverrun(ack) || isFullByLoss(ack))) {
      pipe.reach();
      bounds.setLongTerm(Math.max(model.bdpBytes(1), bounds.latest()));
    }
    if (pipe.wasReached()) {
      enter(ModelState.DRAIN, ack);
      drainRound = model.round.count();
    }
  }

  /** Each further round of Startup would lose as much again. */
  private boolean isOverrun(AckContext ack) {
    return model.isOverrun(ack.flightAtSendBytes, ack.lostSinceBytes);
  }

  private boolean isFullByLoss(AckContext ack) {
    return ack.roundStart
        && model.fullPipe.rounds() > 0
        && ack.lostSinceBytes >= (double) STARTUP_LOST_PACKETS * model.packetBytes
        && model.isCongestion(ack.flightAtSendBytes, ack.lostSinceBytes, false);
  }

  private boolean isDrainDone(AckContext ack) {
    return ack.inFlightBytes <= ack.targetBytes
        || model.round.count() > drainRound + MAX_DRAIN_ROUNDS;
  }

  /**
   * What probing has shown (BBRAdaptLongTermModel).
   *
   * @return whether the state has been decided on
   */
  private boolean adaptBounds(AckContext ack) {
    boolean decided = false;
    if (ack.roundStart && ackPhase == AckPhase.STARTING) {
      ackPhase = AckPhase.FEEDBACK;
    } else if (ack.roundStart && ackPhase == AckPhase.STOPPING) {
      decided = stopProbing(ack);
    }
    if (model.isCongestion(ack.flightAtSendBytes, ack.lostSinceBytes, isProbing())) {
      if (sampling) {
        probeTooHigh(ack, ack.flightAtSendBytes);
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

  private boolean isBoundInTheWay(AckContext ack) {
    return ack.windowLimited && ack.windowBytes >= bounds.longTerm() - model.packetBytes;
  }

  private boolean stopProbing(AckContext ack) {
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

  private void updatePhase(AckContext ack) {
    switch (state) {
      case PROBE_DOWN -> {
        if (isTimeToProbe(ack)) {
          startRefill(ack);
        } else if (isDownDone(ack)) {
          enter(ModelState.PROBE_CRUISE, ack);
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
          endProbe(ProbeResult.BOUND, ack);
        } else if (isBoundInTheWay(ack) && !model.isQueueLong(LONG_QUEUE_DIVISOR)) {
          model.fullPipe.restart(ack.rate);
        } else if (model.fullPipe.isFull()) {
          lastProbeTooHigh = false;
          if (isBoundInTheWay(ack)) {
            bounds.raiseAtOnce();
          }
          endProbe(ProbeResult.NO_GROWTH, ack);
        }
      }
      default -> {}
    }
  }

  private boolean isTimeToProbe(AckContext ack) {
    double bytes = Math.min(model.bdpBytes(1), ack.windowBytes);
    return timer.isDue(bytes / model.packetBytes, ack.nowNs);
  }

  private boolean isDownDone(AckContext ack) {
    boolean untested =
        model.background.isUntested(WORTH_TESTING) && timer.rounds() < MAX_TEST_ROUNDS;
    boolean drained =
        ack.inFlightBytes <= bounds.withHeadroom() && ack.inFlightBytes <= ack.targetBytes;
    return timer.rounds() >= MIN_DOWN_ROUNDS
        && !untested
        && (drained || timer.rounds() >= MAX_DOWN_ROUNDS);
  }

  private void startDown(AckContext ack) {
    model.lossRound.clear();
    model.bandwidth.restartLatest(0);
    bounds.restartLatest(0);
    bounds.stopRaising();
    trim.reset();
    timer.startCycle(model.background.needsTest(), ack.nowNs);
    ackPhase = AckPhase.STOPPING;
    model.round.restart(ack.deliveredBytes);
    enter(ModelState.PROBE_DOWN, ack);
  }

  private void startRefill(AckContext ack) {
    model.bandwidth.resetShortTerm();
    bounds.resetShortTerm();
    bounds.prepareRaising();
    ackPhase = AckPhase.REFILLING;
    model.round.restart(ack.deliveredBytes);
    enter(ModelState.PROBE_REFILL, ack);
  }

  private void startUp(AckContext ack) {
    sampling = true;
    ackPhase = AckPhase.STARTING;
    model.round.restart(ack.deliveredBytes);
    model.fullPipe.restart(ack.rate);
    bounds.steepen(ack.windowBytes);
    enter(ModelState.PROBE_UP, ack);
  }

  private void startProbeRtt(AckContext ack) {
    if (state.isAccelerating() && model.fullPipe.wasReached() && !ack.appLimited) {
      // The cycle ends with the probe, though the samples that follow say nothing of the rate.
      model.bandwidth.advanceCycle();
    }
    enter(ModelState.PROBE_RTT, ack);
    probeRttReached = false;
    ackPhase = AckPhase.STOPPING;
    model.round.restart(ack.deliveredBytes);
  }

  private void checkProbeRttDone(AckContext ack) {
    if (!probeRttReached) {
      if (ack.inFlightBytes <= ack.probeRttWindowBytes) {
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

  private void endProbeRtt(AckContext ack) {
    model.minRtt.onProbed(ack.nowNs);
    model.bandwidth.resetShortTerm();
    bounds.resetShortTerm();
    if (model.fullPipe.wasReached()) {
      startDown(ack);
      enter(ModelState.PROBE_CRUISE, ack);
    } else {
      enter(ModelState.STARTUP, ack);
    }
  }
}
