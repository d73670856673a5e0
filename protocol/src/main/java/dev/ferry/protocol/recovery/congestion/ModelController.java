package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;
import org.jspecify.annotations.Nullable;

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
 *   <li>Where the round-trip time does not move though the flow probes, others keep the queue full:
 *       no loss is the path's own then ({@link RttRange}). A flow of a crowd in a short queue
 *       probes from what it cruises with ({@link CrowdLoss}, {@link CruiseTrim}).
 *   <li>The window is 1.25 instead of twice the product, plus what jitter takes: a shorter queue
 *       beside others.
 *   <li>The first flight is longer, and the spacing that the bottleneck gives to it saves Startup
 *       some round trips ({@link PacketTrain}).
 * </ul>
 *
 * <p>The states are in {@link ProbeCycle}, what follows from them in {@link ControlParameters}. Not
 * thread-safe.
 */
public final class ModelController implements CongestionController {
  /** The first flight: what it shows of the path saves round trips. */
  static final int INITIAL_PACKETS = 32;

  /** So much of it may go out in one burst: the bottleneck spaces it, which shows its rate. */
  private static final int INITIAL_BURST_PACKETS = PacketTrain.MAX_PACKETS;

  /** The short-term window never falls below this share of the product. */
  private static final double SHORT_TERM_FLOOR = 0.6;

  /** What is remembered is believed if it is no more above what the first packets show. */
  private static final double SHOWN_TOLERANCE = 1.25;

  private static final int APP_LIMITED_QUEUE_DIVISOR = 2;

  /** With a queue of a whole minimum RTT, rates far below the estimate are those of the path. */
  private static final int STALE_QUEUE_DIVISOR = 1;

  /** Fewer packets in flight than this probe for nothing. */
  private static final int MIN_PROBE_PACKETS = 16;

  /** In Startup the round-trip time must move by this part of the minimum for loss to count. */
  private static final int STARTUP_MOVE_DIVISOR = 8;

  /** A queue is short, for a crowd, up to this part of the minimum round-trip time. */
  private static final int SHORT_QUEUE_DIVISOR = 2;

  private static final long NONE = -1;

  private final long initialRttNs;
  private final PathModel model;
  private final InflightBounds bounds;
  private final CruiseTrim trim;
  private final ProbeCycle cycle;
  private final ControlParameters control;
  private final AckContext ack = new AckContext();
  private final SendStates sendStates = new SendStates();
  private final PacketTrain train;
  private final CrowdLoss crowdLoss = new CrowdLoss();

  private long firstNumber = NONE;
  private long pathDeliveredBytes;

  /** The connection's count of delivered bytes, as far as it is known. */
  private long deliveredBytes;

  /** The most that was in flight when a packet was sent that was sampled in this round. */
  private long roundFlightBytes;

  private boolean started;
  private boolean pinned;
  private boolean limitedThisRound;
  private boolean limitedLastRound;

  /** Samples of packets sent before so much was delivered come from ProbeRTT's small window. */
  private long probeRttUntilBytes;

  /** Whether a bound was reduced, and when, by losses that may turn out to be none. */
  private boolean reduced;

  private long reducedNs;

  private @Nullable CarefulResume resume;
  private boolean jumped;
  private boolean resumed;
  private CongestionObserver observer = CongestionObserver.NONE;
  private double reportedBandwidth;
  private double reportedLoss;

  /**
   * Begins a path.
   *
   * @param packetBytes the length of a full datagram, 1 … 65507
   * @param initialRttNs what is known of the round-trip time, above 0
   * @param maxWindowBytes what the window never exceeds, at least that of 4 packets
   */
  public ModelController(int packetBytes, long initialRttNs, long maxWindowBytes) {
    double most =
        Math.max((double) maxWindowBytes, (double) ControlParameters.MIN_PACKETS * packetBytes);
    double initial = Math.min((double) INITIAL_PACKETS * packetBytes, most);
    this.initialRttNs = initialRttNs;
    this.model = new PathModel(packetBytes, initial);
    this.bounds = new InflightBounds(packetBytes);
    this.trim = new CruiseTrim(model);
    this.cycle = new ProbeCycle(model, bounds, trim);
    this.control = new ControlParameters(model, bounds, trim, cycle, initialRttNs, initial, most);
    this.train = new PacketTrain();
  }

  @Override
  public void onPacketSent(long number, int bytes, long inFlightBytes, long nowNs) {
    if (firstNumber == NONE) {
      firstNumber = number;
    }
    sendStates.onSent(number, sendState());
    train.onSent(number, nowNs);
  }

  /** A ProbeBW_DOWN that tests nothing is like cruising. */
  private ModelState sendState() {
    ModelState state = cycle.state();
    return state == ModelState.PROBE_DOWN && !cycle.isStrongDown()
        ? ModelState.PROBE_CRUISE
        : state;
  }

  /** The first flight may overflow the queue, which says nothing of the path's own losses. */
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
    train.onAcked(number, bytes);
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
    ack.nowNs = nowNs;
    ack.windowBytes = control.windowBytes();
    ack.deliveredBytes = deliveredBytes;
    ack.flightAtSendBytes = flightAtSendBytes;
    ack.lostSinceBytes = lostSinceBytes;
    cycle.onLost(ack);
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
      observer.onCongestionUndone(nowNs);
    }
  }

  @Override
  public void onPersistentCongestion(long nowNs) {
    control.collapse();
    observer.onCongestion(windowBytes(), nowNs);
  }

  @Override
  public void resume(long bytesPerSecond, long rttNs) {
    resume = new CarefulResume(bytesPerSecond, rttNs);
  }

  @Override
  public void onWindowLimited() {
    limitedThisRound = true;
  }

  @Override
  public void onPacketSize(int packetBytes) {
    model.packetBytes = packetBytes;
    bounds.packetSize(packetBytes);
  }

  @Override
  public void onAck(AckSample sample) {
    fill(sample);
    boolean lossRoundStart = model.lossRound.onAck(sample);
    double sampledBytes = (double) sample.deliveredBytes() - sample.priorDeliveredBytes();
    bounds.onSample(sampledBytes);
    model.bandwidth.onSample(ack.rate, ack.appLimited);
    takeRoundTrip(sample);
    roundFlightBytes = Math.max(roundFlightBytes, sample.flightAtSendBytes());
    if (ack.roundStart) {
      endRound(sample.nowNs());
    }
    if (lossRoundStart) {
      adaptToCongestion();
    }
    model.takeAggregation(sample, control.windowBytes());
    drive(sample);
    if (lossRoundStart) {
      model.bandwidth.restartLatest(ack.rate);
      bounds.restartLatest(sampledBytes);
    }
    model.updateBandwidth();
    train.onAck(sample);
    jumpOrRetreat(sample);
    control.onAck(sample, pathDeliveredBytes);
    reportBandwidth(sample.nowNs());
  }

  private void reportBandwidth(long nowNs) {
    double bandwidth = model.bandwidth();
    if (bandwidth > 0 && bandwidth != reportedBandwidth) {
      reportedBandwidth = bandwidth;
      observer.onBandwidthChanged((long) bandwidth, nowNs);
    }
  }

  private void reportLoss(long nowNs) {
    double confirmed = model.background.confirmed();
    if (confirmed != reportedLoss) {
      reportedLoss = confirmed;
      observer.onBackgroundLossConfirmed(confirmed, nowNs);
    }
  }

  /**
   * The first packets have arrived, and with them the path is known well enough to try what they
   * have shown, or what is remembered.
   */
  private void jumpOrRetreat(AckSample sample) {
    if (jumped) {
      if (resumed) {
        boolean tooMuch = model.isCongestionByQueue(ack.flightAtSendBytes, ack.lostSinceBytes);
        control.retreatIf(tooMuch && control.isJumping(), (double) sample.inFlightBytes());
      }
    } else if (model.fullPipe.wasReached()) {
      endTrains();
    } else if (train.isOver()) {
      jump(sample.rttNs());
    }
  }

  /**
   * Tries what is remembered or what the first packets have shown.
   *
   * @param rttNs that of the last one of these; −1 if it is not known
   */
  private void jump(long rttNs) {
    double shown = train.takeRate();
    double remembered = resume == null ? 0 : resume.bytesPerSecond(model.minRtt.ns());
    if (remembered > 0 && (shown == 0 || remembered <= SHOWN_TOLERANCE * shown)) {
      resumed = true;
      control.resume(remembered);
      endTrains();
    } else if (shown > 0) {
      control.jump(shown);
      endTrains();
    } else if (rttNs > 0 && control.tryLeast(train.leastRate(rttNs - shortestRttNs()))) {
      resumed = true;
      endTrains();
    } else if (!train.tryAgain()) {
      endTrains();
    }
  }

  /** That of the handshake counts as well: a peer that was late for each packet was so before. */
  private long shortestRttNs() {
    return Math.min(initialRttNs, model.minRtt.ns());
  }

  private void endTrains() {
    jumped = true;
    control.endTrains();
  }

  /** What the state machine needs of the sample. */
  private void fill(AckSample sample) {
    deliveredBytes = sample.deliveredBytes();
    ack.nowNs = sample.nowNs();
    ack.roundStart = model.round.onAck(sample);
    ack.appLimited = isAppLimited(sample) || sample.priorDeliveredBytes() < probeRttUntilBytes;
    if (ack.roundStart) {
      limitedLastRound = limitedThisRound;
      limitedThisRound = false;
    }
    ack.windowLimited = limitedThisRound || limitedLastRound;
    ack.rate = rate(sample);
    ack.windowBytes = control.windowBytes();
    ack.flightAtSendBytes = sample.flightAtSendBytes();
    ack.lostSinceBytes = (double) sample.totalLostBytes() - sample.priorLostBytes();
    ack.inFlightBytes = sample.inFlightBytes();
    ack.ackedBytes = sample.ackedBytes();
    ack.deliveredBytes = sample.deliveredBytes();
  }

  /** With a long queue it is the path that limits, however little there was to send. */
  private boolean isAppLimited(AckSample sample) {
    return sample.appLimited() && !model.isQueueLong(APP_LIMITED_QUEUE_DIVISOR);
  }

  /** The rate of delivery, judged by the model's own minimum, which survives an outage. */
  private double rate(AckSample sample) {
    long intervalNs = sample.intervalNs();
    long leastNs = sample.minRttNs();
    if (model.minRtt.isKnown()) {
      leastNs = Math.min(leastNs, model.minRtt.ns());
    }
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

  private void endRound(long nowNs) {
    cycle.onRoundStart();
    boolean drained = cycle.isDrained() && roundFlightBytes <= model.bdpBytes(1);
    model.queue.endRound(drained, nowNs);
    model.bandwidth.endRound(model.isQueueLong(STALE_QUEUE_DIVISOR));
    ModelState state = cycle.state();
    doubt(state, nowNs);
    roundFlightBytes = 0;
    noticeCrowd();
    if (state == ModelState.PROBE_CRUISE) {
      trim.endRound();
    }
    boolean quiet =
        !pinned
            && state != ModelState.PROBE_UP
            && state != ModelState.PROBE_REFILL
            && model.isQuiet(state == ModelState.STARTUP);
    model.background.endRound(quiet, model.fullPipe.wasReached());
    reportLoss(nowNs);
  }

  /**
   * Whoever begins while others keep the queue full has never seen it empty, and takes what
   * overflows for the path's own loss. What gives it away is that the round-trip time does not move
   * when the flow probes.
   */
  private void doubt(ModelState state, long nowNs) {
    boolean probing = state == ModelState.PROBE_UP || state == ModelState.STARTUP;
    if (probing
        && !ack.appLimited
        && roundFlightBytes >= (long) MIN_PROBE_PACKETS * model.packetBytes) {
      model.queue.onProbed(nowNs);
    }
    if (!model.fullPipe.wasReached()) {
      return;
    }
    boolean pinnedBefore = pinned;
    pinned = model.queue.checkPinned(model.packetNs(), nowNs);
    boolean blindStart =
        !started && !model.queue.hasMoved((double) model.minRtt.ns() / STARTUP_MOVE_DIVISOR);
    if (blindStart || (pinned && !pinnedBefore)) {
      model.background.forget();
    }
    started = true;
    model.minRtt.doubt(pinned);
  }

  /** In a long queue flows yield early enough by the delay that it causes. */
  private void noticeCrowd() {
    if (!cycle.mayReduce()) {
      return;
    }
    BackgroundLoss background = model.background;
    if (!model.queue.isMeasured(model.packetNs())) {
      crowdLoss.clear();
    } else if (model.queue.longestNs() <= (double) model.minRtt.ns() / SHORT_QUEUE_DIVISOR
        && crowdLoss.endRound(background.roundPackets(), background.roundLost(), model.verdict)) {
      trim.onCrowd();
    }
  }

  /** The short-term bounds (BBRAdaptLowerBoundsFromCongestion), only for loss with a queue. */
  private void adaptToCongestion() {
    if (model.lossRound.isLossy()
        && cycle.mayReduce()
        && model.isCongestionByQueue(ack.flightAtSendBytes, ack.lostSinceBytes)) {
      model.bandwidth.reduceShortTerm();
      bounds.reduceShortTerm(control.windowBytes(), model.bdpBytes(SHORT_TERM_FLOOR));
      crowdLoss.clear();
      reduced = true;
      reducedNs = ack.nowNs;
      cycle.onCongestion(ack.nowNs);
      observer.onCongestion(windowBytes(), ack.nowNs);
    }
    model.lossRound.clear();
  }

  private void drive(AckSample sample) {
    ack.targetBytes = control.targetBytes();
    ack.probeRttWindowBytes = control.probeRttWindowBytes();
    double longTermBefore = bounds.longTerm();
    boolean before = cycle.state() == ModelState.PROBE_RTT;
    cycle.onAck(ack);
    noteReduction(longTermBefore, ack.nowNs);
    boolean after = cycle.state() == ModelState.PROBE_RTT;
    if (after && !before) {
      control.saveWindow();
    } else if (before && !after) {
      control.restoreWindow();
    }
    if (after) {
      probeRttUntilBytes = sample.deliveredBytes() + sample.inFlightBytes();
    }
  }

  @Override
  public long windowBytes() {
    return (long) control.windowBytes();
  }

  @Override
  public long pacingBytesPerSecond() {
    return Math.max(1, (long) control.pacing());
  }

  @Override
  public long sendQuantumBytes() {
    return pathDeliveredBytes == 0
        ? (long) INITIAL_BURST_PACKETS * model.packetBytes
        : (long) control.quantumBytes();
  }

  @Override
  public CongestionState state() {
    return cycle.state().shown();
  }

  @Override
  public CongestionView view() {
    return new CongestionView(
        model.bandwidth() > 0 ? (long) model.bandwidth() : -1,
        model.minRtt.isKnown() ? model.minRtt.ns() : -1,
        (long) model.queue.queueNs(),
        model.background.probability());
  }

  @Override
  public void reportTo(CongestionObserver newObserver) {
    observer = newObserver;
    cycle.reportTo(newObserver);
  }

  /** The model, for tests. */
  PathModel model() {
    return model;
  }
}
