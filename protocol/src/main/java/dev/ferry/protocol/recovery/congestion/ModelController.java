package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * Model-based rate control: BBRv3 (draft-ietf-ccwg-bbr-06) for paths that lose packets without
 * being congested. It estimates the bandwidth and the minimum round-trip time of the path, paces at
 * the one, keeps about the product of both in flight, and probes for more from time to time. What
 * differs from the draft:
 *
 * <ul>
 *   <li>Loss is congestion only with evidence of a queue, or where it is the result of the flow's
 *       own probe ({@link CongestionVerdict}).
 *   <li>Rate and window make up for the loss that the path has anyway ({@link BackgroundLoss}).
 *   <li>Cruising is steered by the queue ({@link CruiseTrim}). As the queue is short, a flow that
 *       has its path to itself sees the minimum round-trip time again and again, and need not stop
 *       for it ({@link MinRtt}).
 *   <li>The window is 1.25 instead of twice the product, plus what jitter takes: a shorter queue
 *       beside others.
 * </ul>
 *
 * <p>The states are in {@link ProbeCycle}. Not thread-safe.
 */
public final class ModelController implements CongestionController {
  /** The first flight: what it shows of the path saves round trips. */
  static final int INITIAL_PACKETS = 32;

  private static final int MIN_PACKETS = 4;

  private static final double STARTUP_PACING = 2.77;
  private static final double DRAIN_PACING = 0.5;
  private static final double DOWN_PACING = 0.9;
  private static final double UP_PACING = 1.25;

  /** What keeps the queue from growing while the trim has nothing to go by. */
  private static final double PACING_MARGIN = 0.99;

  private static final double STARTUP_WINDOW = 2;
  private static final double UP_WINDOW = 2.25;
  private static final double WINDOW = 1.25;
  private static final double JITTER_WINDOW = 1.5;

  /** The short-term window never falls below this share of the product. */
  private static final double SHORT_TERM_FLOOR = 0.6;

  /** A burst lasts as long as this on the path, and the window holds some bursts. */
  static final long QUANTUM_NS = 250 * Nanos.MICROSECOND;

  private static final int QUANTUM_PACKETS = 2;
  private static final long MAX_QUANTUM_BYTES = 64 << 10;
  private static final int WINDOW_QUANTA = 3;

  /** The first flight goes out in one burst of so many packets at most. */
  private static final int INITIAL_BURST_PACKETS = 16;

  private final int packetBytes;
  private final long maxWindowBytes;
  private final PathModel model;
  private final InflightBounds bounds;
  private final CruiseTrim trim;
  private final ProbeCycle cycle;
  private final ProbeCycle.Ack ack = new ProbeCycle.Ack();
  private final SendStates sendStates = new SendStates();

  private double windowBytes;
  private double pacing;
  private double priorWindowBytes;
  private long firstNumber = -1;
  private long pathDeliveredBytes;

  /** The connection's count of delivered bytes, as far as it is known. */
  private long deliveredBytes;

  /** The most that was in flight when a packet was sent that was sampled in this round. */
  private long roundFlightBytes;

  private boolean limitedThisRound;
  private boolean limitedLastRound;

  /** Samples of packets sent before so much was delivered come from ProbeRTT's small window. */
  private long probeRttUntilBytes;

  private boolean reduced;
  private long reducedNs;
  private boolean lastAppLimited;

  /**
   * Begins a path.
   *
   * @param packetBytes the length of a full datagram, 1 … 65507
   * @param initialRttNs what is known of the round-trip time, above 0
   * @param maxWindowBytes what the window never exceeds, at least that of 4 packets
   */
  public ModelController(int packetBytes, long initialRttNs, long maxWindowBytes) {
    this.packetBytes = packetBytes;
    this.maxWindowBytes = Math.max(maxWindowBytes, (long) MIN_PACKETS * packetBytes);
    this.windowBytes = Math.min((double) INITIAL_PACKETS * packetBytes, this.maxWindowBytes);
    this.pacing = STARTUP_PACING * windowBytes * Nanos.SECOND / initialRttNs;
    this.model = new PathModel(packetBytes, windowBytes);
    this.bounds = new InflightBounds(packetBytes);
    this.trim = new CruiseTrim(model);
    this.cycle = new ProbeCycle(model, bounds, trim);
  }

  @Override
  public void onPacketSent(long number, int bytes, long inFlightBytes, long nowNs) {
    if (firstNumber < 0) {
      firstNumber = number;
    }
    sendStates.onSent(number, sendState());
  }

  /** A ProbeBW_DOWN that tests nothing is like cruising. */
  private ModelState sendState() {
    ModelState state = cycle.state();
    return state == ModelState.PROBE_DOWN && !cycle.isStrongDown()
        ? ModelState.PROBE_CRUISE
        : state;
  }

  private boolean isFirstFlight(long number) {
    return number < firstNumber + INITIAL_PACKETS;
  }

  private boolean isTesting(long number) {
    return sendStates.of(number) == ModelState.PROBE_DOWN;
  }

  @Override
  public void onPacketAcked(long number, int bytes, long sentNs, boolean appLimited) {
    deliveredBytes += bytes;
    pathDeliveredBytes += bytes;
    model.fullPipe.onAcked();
    if (!isFirstFlight(number)) {
      model.background.onAcked(isTesting(number));
    }
  }

  @Override
  public void onPacketLost(
      long number,
      int bytes,
      long sentNs,
      long flightAtSendBytes,
      long lostSinceBytes,
      long nowNs) {
    if (!isFirstFlight(number)) {
      model.background.onLost(number, isTesting(number));
    }
    model.lossRound.onLost(deliveredBytes);
    double before = bounds.longTerm();
    cycle.onLost(
        flightAtSendBytes, lostSinceBytes, lastAppLimited, windowBytes, deliveredBytes, nowNs);
    noteReduction(before, nowNs);
  }

  private void noteReduction(double longTermBefore, long nowNs) {
    if (bounds.longTerm() < longTermBefore) {
      reduced = true;
      reducedNs = nowNs;
    }
  }

  @Override
  public void onSpuriousLoss(long number, int bytes, long sentNs, long nowNs) {
    deliveredBytes += bytes;
    if (!isFirstFlight(number)) {
      model.background.onSpurious(isTesting(number));
    }
    if (reduced && sentNs - reducedNs <= 0) {
      reduced = false;
      bounds.undoReductions();
      model.bandwidth.undoReduction();
    }
  }

  @Override
  public void onPersistentCongestion(long nowNs) {
    windowBytes = (double) MIN_PACKETS * packetBytes;
  }

  @Override
  public void onWindowLimited() {
    limitedThisRound = true;
  }

  @Override
  public void onAck(AckSample sample) {
    deliveredBytes = sample.deliveredBytes();
    fill(sample);
    boolean lossRoundStart = model.lossRound.onAck(sample);
    double sampledBytes = (double) sample.deliveredBytes() - sample.priorDeliveredBytes();
    bounds.onSample(sampledBytes);
    model.bandwidth.onSample(ack.rate, ack.appLimited);
    takeRoundTrip(sample);
    roundFlightBytes = Math.max(roundFlightBytes, sample.flightAtSendBytes());
    if (ack.roundStart) {
      endRound(sample);
    }
    if (lossRoundStart) {
      adaptToCongestion();
    }
    model.aggregation.onAck(
        sample.ackedBytes(), model.bandwidth(), windowBytes, model.round.count(), sample.nowNs());
    drive(sample);
    if (lossRoundStart) {
      model.bandwidth.restartLatest(ack.rate);
      bounds.restartLatest(sampledBytes);
    }
    model.updateBandwidth();
    setPacing(sample.smoothedRttNs());
    setWindow(sample.ackedBytes());
  }

  /** What the state machine needs of the sample. */
  private void fill(AckSample sample) {
    ack.nowNs = sample.nowNs();
    ack.roundStart = model.round.onAck(sample);
    ack.appLimited = sample.appLimited() || sample.priorDeliveredBytes() < probeRttUntilBytes;
    lastAppLimited = ack.appLimited;
    if (ack.roundStart) {
      limitedLastRound = limitedThisRound;
      limitedThisRound = false;
    }
    ack.windowLimited = limitedThisRound || limitedLastRound;
    ack.rate = rate(sample);
    ack.windowBytes = windowBytes;
    ack.flightAtSendBytes = sample.flightAtSendBytes();
    ack.lostSinceBytes = (double) sample.totalLostBytes() - sample.priorLostBytes();
    ack.inFlightBytes = sample.inFlightBytes();
    ack.ackedBytes = sample.ackedBytes();
    ack.deliveredBytes = sample.deliveredBytes();
  }

  /** The rate of delivery, judged by the model's own minimum, which survives an outage. */
  private double rate(AckSample sample) {
    long intervalNs = sample.intervalNs();
    long leastNs =
        model.minRtt.isKnown() ? Math.min(model.minRtt.ns(), sample.minRttNs()) : sample.minRttNs();
    if (intervalNs <= 0 || intervalNs < leastNs) {
      return -1;
    }
    double bytes = (double) sample.deliveredBytes() - sample.priorDeliveredBytes();
    return bytes * Nanos.SECOND / intervalNs;
  }

  private void takeRoundTrip(AckSample sample) {
    if (sample.rttNs() <= 0) {
      return;
    }
    long rttNs = sample.rttNs() - sample.ackDelayNs();
    if (rttNs < sample.minRttNs() / 2) {
      rttNs = sample.rttNs(); // The peer cannot have waited that long.
    }
    model.minRtt.onSample(rttNs, sample.nowNs());
    model.queue.onSample(rttNs, sample.nowNs());
  }

  private void endRound(AckSample sample) {
    cycle.onRoundStart();
    boolean drained = cycle.isDrained() && roundFlightBytes <= model.bdpBytes(1);
    roundFlightBytes = 0;
    model.queue.endRound(drained, sample.nowNs());
    ModelState state = cycle.state();
    if (state == ModelState.PROBE_CRUISE) {
      trim.endRound();
    }
    boolean quiet =
        model.isQuiet(state == ModelState.STARTUP)
            && state != ModelState.PROBE_UP
            && state != ModelState.PROBE_REFILL;
    model.background.endRound(quiet, model.fullPipe.wasReached());
  }

  /** The short-term bounds (BBRAdaptLowerBoundsFromCongestion), only for loss with a queue. */
  private void adaptToCongestion() {
    if (model.lossRound.isLossy()
        && cycle.mayReduce()
        && model.isCongestionByQueue(ack.flightAtSendBytes, ack.lostSinceBytes)) {
      model.bandwidth.reduceShortTerm();
      bounds.reduceShortTerm(windowBytes, model.bdpBytes(SHORT_TERM_FLOOR));
      reduced = true;
      reducedNs = ack.nowNs;
      cycle.onCongestion(ack.nowNs);
    }
    model.lossRound.clear();
  }

  private void drive(AckSample sample) {
    ack.targetBytes = withQuanta(model.bdpBytes(1));
    double longTermBefore = bounds.longTerm();
    boolean before = cycle.state() == ModelState.PROBE_RTT;
    cycle.onAck(ack);
    noteReduction(longTermBefore, ack.nowNs);
    boolean after = cycle.state() == ModelState.PROBE_RTT;
    if (after && !before) {
      priorWindowBytes = windowBytes;
    }
    if (after) {
      probeRttUntilBytes = sample.deliveredBytes() + sample.inFlightBytes();
    }
    if (cycle.hasProbeRttEnded()) {
      windowBytes = Math.max(windowBytes, priorWindowBytes);
    }
  }

  private double pacingGain() {
    return switch (cycle.state()) {
      case STARTUP -> STARTUP_PACING;
      case DRAIN -> DRAIN_PACING;
      case PROBE_DOWN -> cycle.isStrongDown() ? DOWN_PACING / model.compensation() : DOWN_PACING;
      case PROBE_CRUISE -> trim.gain();
      case PROBE_UP -> UP_PACING;
      case PROBE_REFILL, PROBE_RTT -> 1;
    };
  }

  private void setPacing(long smoothedRttNs) {
    if (model.bandwidth() <= 0) {
      return;
    }
    double compensation = cycle.isStrongDown() ? 1 : model.compensation();
    double margin = model.background.probability() > 0 ? 1 : PACING_MARGIN;
    double target = pacingGain() * model.bandwidth() * compensation * margin;
    if (model.fullPipe.wasReached() || target > pacing) {
      pacing = target;
    }
    if (cycle.state() != ModelState.PROBE_RTT) {
      // A flow of a packet a round trip could never prove that there is room for more.
      double least = (double) MIN_PACKETS * packetBytes * Nanos.SECOND / smoothedRttNs;
      pacing = Math.max(pacing, least);
    }
  }

  private double withQuanta(double bytes) {
    double least = Math.max(WINDOW_QUANTA * quantumBytes(), (double) MIN_PACKETS * packetBytes);
    double held = Math.max(bytes, least);
    return cycle.state() == ModelState.PROBE_UP ? held + 2.0 * packetBytes : held;
  }

  private void setWindow(long ackedBytes) {
    double gain =
        switch (cycle.state()) {
          case STARTUP -> STARTUP_WINDOW;
          case PROBE_UP -> UP_WINDOW;
          case PROBE_RTT -> 0.5;
          default -> WINDOW;
        };
    double target =
        withQuanta(
            model.bdpBytes(gain) + model.extraAckedBytes() + JITTER_WINDOW * model.jitterBytes());
    if (model.fullPipe.wasReached()) {
      windowBytes = Math.min(windowBytes + ackedBytes, target);
    } else if (windowBytes < target || pathDeliveredBytes < (long) INITIAL_PACKETS * packetBytes) {
      windowBytes += ackedBytes;
    }
    boundWindow();
  }

  private void boundWindow() {
    ModelState state = cycle.state();
    double most = bounds.shortTerm();
    if (state == ModelState.PROBE_RTT) {
      windowBytes = Math.min(windowBytes, cycle.probeRttWindowBytes());
    }
    if (state == ModelState.PROBE_RTT || state == ModelState.PROBE_CRUISE) {
      most = Math.min(most, bounds.withHeadroom());
    } else if (state.isProbeBw()) {
      most = Math.min(most, bounds.longTerm());
    }
    windowBytes = Math.min(windowBytes, Math.min(most, maxWindowBytes));
    windowBytes = Math.max(windowBytes, (double) MIN_PACKETS * packetBytes);
  }

  @Override
  public long windowBytes() {
    return (long) windowBytes;
  }

  @Override
  public long pacingBytesPerSecond() {
    return Math.max(1, (long) pacing);
  }

  @Override
  public long sendQuantumBytes() {
    return pathDeliveredBytes == 0
        ? (long) INITIAL_BURST_PACKETS * packetBytes
        : (long) quantumBytes();
  }

  private double quantumBytes() {
    double bytes = Math.min(pacing * QUANTUM_NS / Nanos.SECOND, MAX_QUANTUM_BYTES);
    return Math.max(bytes, (double) QUANTUM_PACKETS * packetBytes);
  }

  /** The state, for tests and events. */
  ModelState state() {
    return cycle.state();
  }

  /** The model, for tests and events. */
  PathModel model() {
    return model;
  }
}
