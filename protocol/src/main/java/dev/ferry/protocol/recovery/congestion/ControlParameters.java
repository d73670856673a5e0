package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * What follows from the model for the sender (draft-ietf-ccwg-bbr, section 5.6): pacing rate,
 * window and send quantum. Not thread-safe.
 */
final class ControlParameters {
  static final int MIN_PACKETS = 4;

  private static final double STARTUP_PACING = 2.77;
  private static final double DRAIN_PACING = 0.5;
  private static final double DOWN_PACING = 0.9;
  private static final double UP_PACING = 1.25;

  /** What keeps the queue from growing while there is no loss that the compensation could miss. */
  private static final double PACING_MARGIN = 0.99;

  private static final double STARTUP_WINDOW = 2;

  /** A probe must be able to fill the path, but not the queue that others share. */
  private static final double UP_WINDOW = 1.9;

  private static final double WINDOW = 1.25;
  private static final double PROBE_RTT_WINDOW = 0.5;
  private static final double JITTER_WINDOW = 1.5;

  /** A burst lasts as long as this on the path, and the window holds some bursts. */
  private static final long QUANTUM_NS = 250 * Nanos.MICROSECOND;

  private static final int QUANTUM_PACKETS = 2;
  private static final int TRAIN_PACKETS = 16;
  private static final double MAX_QUANTUM_BYTES = 64 << 10;
  private static final int WINDOW_QUANTA = 3;

  /** What is tried of the rate that the first packets have shown, and how much that may be. */
  private static final double JUMP_SHARE = 0.5;

  /** Startup does not exceed that rate by more than so much, until more than it has arrived. */
  private static final double SHOWN_PACING = 1.25;

  private static final double SHOWN_EXCEEDED = 1.1;

  private static final double MAX_JUMP_BYTES = 4 << 20;
  private static final int MAX_JUMP_FLIGHTS = 64;

  /** The same where they have shown no more than that the path is fast; a megabyte or so. */
  private static final int MAX_LEAST_FLIGHTS = 32;

  private static final int JUMP_ROUNDS = 2;

  /** Up to so many first flights the window, too, tells how fast to send in Startup. */
  private static final int EARLY_FLIGHTS = 4;

  private final double initialWindowBytes;
  private final double maxWindowBytes;
  private final PathModel model;
  private final InflightBounds bounds;
  private final CruiseTrim trim;
  private final ProbeCycle cycle;

  /** The rate that the first packets have shown; 0 if none, or if the path is faster after all. */
  private double shownRate;

  private double windowBytes;
  private double savedWindowBytes;
  private double pacing;

  /** What was tried without having arrived, until it should have; 0 if nothing is. */
  private double jumpBytes;

  private long jumpUntilRound;
  private boolean sendsTrains = true;
  private boolean retreating;
  private long retreatUntilRound;

  ControlParameters(
      PathModel model,
      InflightBounds bounds,
      CruiseTrim trim,
      ProbeCycle cycle,
      long initialRttNs,
      double initialWindowBytes,
      double maxWindowBytes) {
    this.initialWindowBytes = initialWindowBytes;
    this.maxWindowBytes = maxWindowBytes;
    this.model = model;
    this.bounds = bounds;
    this.trim = trim;
    this.cycle = cycle;
    this.windowBytes = initialWindowBytes;
    this.pacing = STARTUP_PACING * windowBytes * Nanos.SECOND / initialRttNs;
  }

  /**
   * What the first packets have shown saves Startup some round trips (the idea of RFC 9959): half
   * of that is tried for a round trip, and kept only if it arrives.
   *
   * @param bytesPerSecond above 0
   */
  void jump(double bytesPerSecond) {
    shownRate = bytesPerSecond;
    jump(bytesPerSecond, Math.min(MAX_JUMP_BYTES, MAX_JUMP_FLIGHTS * initialWindowBytes));
  }

  /**
   * What the path carried some time ago is tried in the same way, however much it was, because it
   * did arrive then.
   *
   * @param bytesPerSecond above 0
   */
  void resume(double bytesPerSecond) {
    jump(bytesPerSecond, maxWindowBytes);
  }

  /**
   * Half of a rate that the path has at least is tried in the same way. It may carry far more, so
   * that nothing follows from it for what Startup may reach.
   *
   * @param bytesPerSecond 0 if it is not known
   * @return whether that is more than the window allows anyway
   */
  boolean tryLeast(double bytesPerSecond) {
    double before = windowBytes;
    jump(bytesPerSecond, Math.min(MAX_JUMP_BYTES, MAX_LEAST_FLIGHTS * initialWindowBytes));
    return windowBytes > before;
  }

  private void jump(double bytesPerSecond, double mostBytes) {
    if (!model.minRtt.isKnown() || model.fullPipe.wasReached()) {
      return;
    }
    double bdpBytes = JUMP_SHARE * bytesPerSecond * model.minRtt.ns() / Nanos.SECOND;
    double bytes = Math.min(Math.min(bdpBytes, mostBytes), maxWindowBytes);
    if (bytes > windowBytes) {
      jumpBytes = bytes;
      jumpUntilRound = model.round.count() + JUMP_ROUNDS;
      windowBytes = bytes;
      pacing = Math.max(pacing, bytes * Nanos.SECOND / model.minRtt.ns());
      model.fullPipe.restart(0);
    }
  }

  /** No more packets need to be sent back to back to be measured ({@link PacketTrain}). */
  void endTrains() {
    sendsTrains = false;
  }

  /** Whether what was tried has not been confirmed yet. */
  boolean isJumping() {
    return jumpBytes > 0;
  }

  /**
   * What was tried was too much: nothing is sent that does not replace what has arrived, and the
   * rate of delivery, once a round trip has shown it, is that of the path (the safe retreat of RFC
   * 9959).
   *
   * @param tooMuch whether the path is congested
   * @param inFlightBytes what is in flight
   */
  void retreatIf(boolean tooMuch, double inFlightBytes) {
    if (tooMuch) {
      jumpBytes = 0;
      retreatUntilRound = model.round.count() + 1;
      retreating = true;
    }
    if (!retreating) {
      return;
    }
    if (model.round.count() >= retreatUntilRound) {
      retreating = false;
      model.fullPipe.reach();
    }
    windowBytes = Math.max(Math.min(windowBytes, inFlightBytes), minWindowBytes());
  }

  /**
   * An acknowledgement came in; the model and the state machine have taken it in.
   *
   * @param deliveredBytes what has arrived since the path began
   */
  void onAck(AckSample sample, long deliveredBytes) {
    if (jumpBytes > 0 && model.round.count() >= jumpUntilRound) {
      jumpBytes = 0;
      pacing = Math.min(pacing, STARTUP_PACING * model.bandwidth());
    }
    setPacing(sample.smoothedRttNs());
    setWindow(sample.ackedBytes(), deliveredBytes);
  }

  private void setPacing(long smoothedRttNs) {
    if (model.bandwidth() <= 0) {
      return;
    }
    double compensation = cycle.isStrongDown() ? 1 : model.compensation();
    double margin = model.background.probability() > 0 ? 1 : PACING_MARGIN;
    double target = pacingGain() * model.bandwidth() * compensation * margin;
    if (cycle.state() == ModelState.STARTUP) {
      target = Math.min(target, mostInStartup());
    }
    if (model.fullPipe.wasReached() || target > pacing) {
      pacing = target;
    }
    pacing = Math.max(pacing, earlyPacing());
    if (cycle.state() != ModelState.PROBE_RTT) {
      // A flow of a packet a round trip could never prove that there is room for more.
      pacing = Math.max(pacing, minWindowBytes() * Nanos.SECOND / smoothedRttNs);
    }
  }

  /**
   * What would send the window of Startup as fast as the rate that fills it. While programs have
   * just been started they are slow, and the rate of delivery is theirs, not the path's.
   */
  private double earlyPacing() {
    boolean early =
        !model.fullPipe.wasReached()
            && !isJumping()
            && !retreating
            && model.minRtt.isKnown()
            && windowBytes <= EARLY_FLIGHTS * initialWindowBytes;
    return early
        ? STARTUP_PACING / STARTUP_WINDOW * windowBytes * Nanos.SECOND / model.minRtt.ns()
        : 0;
  }

  /** Doubling beyond what the first packets have shown would only overrun the queue. */
  private double mostInStartup() {
    if (model.bandwidth() > SHOWN_EXCEEDED * shownRate) {
      shownRate = 0;
    }
    return shownRate > 0
        ? SHOWN_PACING * shownRate * model.compensation()
        : Double.POSITIVE_INFINITY;
  }

  private double pacingGain() {
    return switch (cycle.state()) {
      case STARTUP -> STARTUP_PACING;
      case DRAIN -> DRAIN_PACING;
      case PROBE_DOWN -> trim.crowdGain() * downPacing();
      case PROBE_CRUISE -> trim.gain();
      case PROBE_UP -> trim.crowdGain() * UP_PACING;
      case PROBE_REFILL, PROBE_RTT -> trim.crowdGain();
    };
  }

  private double downPacing() {
    return cycle.isStrongDown() ? DOWN_PACING / model.compensation() : DOWN_PACING;
  }

  private double windowGain() {
    return switch (cycle.state()) {
      case STARTUP -> STARTUP_WINDOW;
      case PROBE_UP -> UP_WINDOW;
      case PROBE_RTT -> PROBE_RTT_WINDOW;
      case DRAIN, PROBE_DOWN, PROBE_CRUISE, PROBE_REFILL -> WINDOW;
    };
  }

  private void setWindow(long ackedBytes, long deliveredBytes) {
    double target =
        withQuanta(
            model.bdpBytes(windowGain())
                + model.extraAckedBytes()
                + JITTER_WINDOW * model.jitterBytes());
    if (model.fullPipe.wasReached()) {
      windowBytes = Math.min(windowBytes + ackedBytes, target);
    } else if (windowBytes < Math.max(target, jumpBytes) || deliveredBytes < initialWindowBytes) {
      windowBytes += ackedBytes;
    }
    boundWindow();
  }

  private void boundWindow() {
    double most = Math.min(bounds.shortTerm(), maxWindowBytes);
    switch (cycle.state()) {
      case PROBE_RTT ->
          most = Math.min(Math.min(most, probeRttWindowBytes()), bounds.withHeadroom());
      case PROBE_CRUISE -> most = Math.min(most, bounds.withHeadroom());
      case PROBE_DOWN, PROBE_REFILL, PROBE_UP -> most = Math.min(most, bounds.longTerm());
      case STARTUP, DRAIN -> {}
    }
    windowBytes = Math.max(Math.min(windowBytes, most), minWindowBytes());
  }

  private double minWindowBytes() {
    return (double) MIN_PACKETS * model.packetBytes;
  }

  /** What is in flight at most in ProbeRTT, in bytes. */
  double probeRttWindowBytes() {
    return Math.max(model.bdpBytes(PROBE_RTT_WINDOW), minWindowBytes());
  }

  /** What the path holds, and no less than the bursts of the pacer need, in bytes. */
  double targetBytes() {
    return withQuanta(model.bdpBytes(1));
  }

  private double withQuanta(double bytes) {
    double held = Math.max(bytes, Math.max(WINDOW_QUANTA * quantumBytes(), minWindowBytes()));
    return cycle.state() == ModelState.PROBE_UP ? held + QUANTUM_PACKETS * model.packetBytes : held;
  }

  /** What goes out back to back. */
  double quantumBytes() {
    double bytes = Math.min(pacing * QUANTUM_NS / Nanos.SECOND, MAX_QUANTUM_BYTES);
    int packets = sendsTrains ? TRAIN_PACKETS : QUANTUM_PACKETS;
    return Math.max(bytes, (double) packets * model.packetBytes);
  }

  /** ProbeRTT begins. */
  void saveWindow() {
    savedWindowBytes = windowBytes;
  }

  /** ProbeRTT is over. */
  void restoreWindow() {
    windowBytes = Math.max(windowBytes, savedWindowBytes);
  }

  /** Everything was lost for long: begins with little, and grows to what the model says at once. */
  void collapse() {
    windowBytes = minWindowBytes();
  }

  double windowBytes() {
    return windowBytes;
  }

  /** In bytes per second. */
  double pacing() {
    return pacing;
  }
}
