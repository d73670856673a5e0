package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * Background transfers: takes what nobody else wants. It has the aims and the means of LEDBAT++
 * (draft-irtf-iccrg-ledbat-plus-plus-01): as soon as there is more of a queue than it aims at, it
 * gives way, by up to half its window each round trip; and from time to time it slows down for two
 * round trips, so that the round-trip time without its own queue is seen. What differs:
 *
 * <ul>
 *   <li>Loss is congestion only with a queue, or if it is very much: so it works on paths that lose
 *       packets. Without a queue the window grows until what arrives fills the path.
 *   <li>The queue that it aims at is a share of the round-trip time: with 60 ms of the draft it
 *       would never notice the queues of short paths, but by their losses.
 *   <li>Below its aim the window grows by a share of itself, so that a long path is filled within
 *       seconds.
 * </ul>
 *
 * <p>Not thread-safe.
 */
final class Ledbat implements CongestionController {
  private static final int INITIAL_PACKETS = 10;
  private static final int MIN_PACKETS = 2;
  private static final int QUANTUM_PACKETS = 2;

  /** The smallest round-trip time counts for so long, up to twice (the draft's base history). */
  private static final long BASE_SPAN_NS = 300 * Nanos.SECOND;

  /** The queue that is aimed at: a share of the round-trip time, within bounds. */
  private static final int TARGET_DIVISOR = 8;

  private static final int MAX_TARGET_DIVISOR = 4;
  private static final double MIN_TARGET_NS = Nanos.MILLISECOND;
  private static final double MAX_TARGET_NS = 60 * Nanos.MILLISECOND;
  private static final double TARGET_PACKETS = 3;

  /** How much the window grows by what arrives, and the share of the aim that ends slow start. */
  private static final double START_GROWTH = 0.5;

  private static final double LEAST_PATIENCE = 0.4;
  private static final double PATIENCE_GROWTH = 1.25;
  private static final double START_SHARE = 0.75;

  /**
   * What of the difference to its aim is made up for in a round trip: what is measured is two round
   * trips old.
   */
  private static final double STEP = 0.5;

  private static final double DOWN_STEP = 1;
  private static final double LEAST_STEP = 0.5;

  /** A queue of so many times what it aims at is that of others. */
  private static final double OTHERS_QUEUE = 2;

  private static final double GIVE_WAY = 0.5;

  /** Beside others it sends so many packets in a round trip. */
  private static final double LEAST_PACKETS = 0.5;

  /** Loss that is congestion: with some of a queue, and without; in addition to some packets. */
  private static final double QUEUE_SHARE = 0.5;

  private static final double TOLERATED = 0.005;
  private static final double SIGMAS = 3;
  private static final double BURST = 3;
  private static final double MAX_QUIET_PACKETS = 3000;
  private static final double EXTREME = 0.3;
  private static final double MARGIN_PACKETS = 3;

  private static final int SLOW_ROUNDS = 2;
  private static final int SLOW_INTERVAL_FACTOR = 9;
  private static final long MIN_SLOW_INTERVAL_NS = 2 * Nanos.SECOND;

  private static final double PACING = 1.25;

  private enum Phase {
    STARTING,
    STEADY,
    SLOWED
  }

  private int packetBytes;
  private final double maxWindowBytes;
  private final RoundCounter round = new RoundCounter();
  private final WindowedMin base = new WindowedMin(BASE_SPAN_NS);

  private Phase phase = Phase.STARTING;
  private double windowBytes;
  private long smoothedRttNs;

  /** The smallest round-trip time of this round, and whether the window was in the way. */
  private double roundMinNs = Double.POSITIVE_INFINITY;

  private boolean windowLimited;
  private double ackedBytes;
  private double lostBytes;
  private double queueNs;

  /** What of its aim it aims at: a queue that overflows is too short for it. */
  private double patience = 1;

  /** What the path loses without a queue. */
  private double quietPackets;

  private double quietLost;

  /** What the window was before it was slowed down, when, and until which round. */
  private double savedBytes;

  private long slowBeganNs;
  private long slowUntilRound;
  private boolean scheduled;
  private long nextSlowNs;
  private CongestionObserver observer = CongestionObserver.NONE;

  /**
   * Begins a path.
   *
   * @param packetBytes the length of a full datagram, 1 … 65507
   * @param initialRttNs what is known of the round-trip time, above 0
   * @param maxWindowBytes what the window never exceeds, at least that of 2 packets
   */
  Ledbat(int packetBytes, long initialRttNs, long maxWindowBytes) {
    this.packetBytes = packetBytes;
    this.smoothedRttNs = initialRttNs;
    this.maxWindowBytes = Math.max((double) maxWindowBytes, minWindowBytes());
    this.windowBytes = Math.min((double) INITIAL_PACKETS * packetBytes, this.maxWindowBytes);
  }

  private double minWindowBytes() {
    return (double) MIN_PACKETS * packetBytes;
  }

  @Override
  public void onPacketSize(int bytes) {
    packetBytes = bytes;
  }

  @Override
  public void onPacketSent(long number, int bytes, long inFlightBytes, long nowNs) {}

  @Override
  public void onPacketAcked(long number, int bytes, long sentNs, boolean appLimited) {
    ackedBytes += bytes;
  }

  @Override
  public void onPacketLost(
      long number,
      int bytes,
      long sentNs,
      long flightAtSendBytes,
      long lostSinceBytes,
      long nowNs) {
    lostBytes += bytes;
  }

  @Override
  public void onSpuriousLoss(long number, int bytes, long sentNs, long nowNs) {
    lostBytes = Math.max(0, lostBytes - bytes);
  }

  @Override
  public void onPersistentCongestion(long nowNs) {
    windowBytes = minWindowBytes();
    phase = Phase.STEADY;
  }

  @Override
  public void onWindowLimited() {
    windowLimited = true;
  }

  @Override
  public void onAck(AckSample sample) {
    smoothedRttNs = sample.smoothedRttNs();
    if (sample.rttNs() > 0) {
      long rttNs = Math.max(sample.minRttNs(), sample.rttNs() - sample.ackDelayNs());
      base.add((double) rttNs, sample.nowNs());
      roundMinNs = Math.min(roundMinNs, (double) rttNs);
    }
    if (phase == Phase.STARTING && windowLimited) {
      windowBytes = bounded(windowBytes + sample.ackedBytes() * START_GROWTH);
    }
    if (round.onAck(sample) && roundMinNs != Double.POSITIVE_INFINITY) {
      queueNs = Math.max(0, roundMinNs - base.get());
      endRound(sample.nowNs());
      roundMinNs = Double.POSITIVE_INFINITY;
      windowLimited = false;
      ackedBytes = 0;
      lostBytes = 0;
    }
  }

  private void endRound(long nowNs) {
    CongestionState before = state();
    boolean congested = isCongested();
    if (congested && phase != Phase.SLOWED) {
      windowBytes = bounded(windowBytes / 2);
      patience = Math.max(patience / 2, LEAST_PATIENCE);
      phase = Phase.STEADY;
      observer.onCongestion((long) windowBytes, nowNs);
    } else {
      switch (phase) {
        case STARTING -> endStart(nowNs);
        case STEADY -> adapt(nowNs);
        case SLOWED -> endSlowdown(nowNs);
      }
    }
    if (state() != before) {
      observer.onCongestionStateChanged(before, state(), nowNs);
    }
  }

  /** The queue that is aimed at, in nanoseconds. */
  private double targetNs() {
    double ofBaseNs = Math.min(base.get() * patience / TARGET_DIVISOR, MAX_TARGET_NS);
    double packetNs = packetBytes * (double) smoothedRttNs / windowBytes;
    double ofPacketsNs =
        Math.min(TARGET_PACKETS * packetNs, base.get() * patience / MAX_TARGET_DIVISOR);
    return Math.max(Math.max(ofBaseNs, MIN_TARGET_NS), ofPacketsNs);
  }

  private boolean isCongested() {
    double packets = (ackedBytes + lostBytes) / packetBytes;
    double lost = lostBytes / packetBytes;
    if (queueNs <= QUEUE_SHARE * targetNs()) {
      quietPackets += packets;
      quietLost += lost;
      if (quietPackets > MAX_QUIET_PACKETS) {
        quietLost *= MAX_QUIET_PACKETS / quietPackets;
        quietPackets = MAX_QUIET_PACKETS;
      }
      return lost > EXTREME * packets + MARGIN_PACKETS;
    }
    double expected = packets * quietLost / (quietPackets + 1);
    return lost > expected + SIGMAS * Math.sqrt(BURST * expected) + TOLERATED * packets + 1;
  }

  private void endStart(long nowNs) {
    if (queueNs > START_SHARE * targetNs()) {
      // Twice of what has made the queue is in flight by now.
      windowBytes = bounded(windowBytes / 2);
      phase = Phase.STEADY;
      slowDown(nowNs);
    }
  }

  private void adapt(long nowNs) {
    if (!scheduled) {
      schedule(0, nowNs);
    }
    double missing = (targetNs() - queueNs) / (base.get() + queueNs);
    if (queueNs > OTHERS_QUEUE * targetNs()) {
      windowBytes = bounded(windowBytes * GIVE_WAY);
    } else if (missing < 0) {
      windowBytes = bounded(windowBytes * (1 + DOWN_STEP * missing));
    } else if (windowLimited || windowBytes < minWindowBytes()) {
      double step = Math.max(STEP * missing * windowBytes, LEAST_STEP * packetBytes);
      windowBytes = bounded(windowBytes + step);
    }
    if (nowNs - nextSlowNs >= 0) {
      slowDown(nowNs);
    }
  }

  private double bounded(double bytes) {
    return Math.max(LEAST_PACKETS * packetBytes, Math.min(bytes, maxWindowBytes));
  }

  private void slowDown(long nowNs) {
    savedBytes = windowBytes;
    windowBytes = bounded(windowBytes / 2);
    slowBeganNs = nowNs;
    slowUntilRound = round.count() + SLOW_ROUNDS;
    phase = Phase.SLOWED;
  }

  private void endSlowdown(long nowNs) {
    if (round.count() >= slowUntilRound) {
      phase = Phase.STEADY;
      // A queue that is still there is that of others.
      windowBytes = queueNs > targetNs() ? windowBytes : savedBytes;
      patience = Math.min(patience * PATIENCE_GROWTH, 1);
      schedule(nowNs - slowBeganNs, nowNs);
    }
  }

  private void schedule(long slowNs, long nowNs) {
    double intervalNs = Math.max(SLOW_INTERVAL_FACTOR * slowNs, MIN_SLOW_INTERVAL_NS);
    nextSlowNs = nowNs + (long) (intervalNs * (1 + Dither.unit(nowNs)));
    scheduled = true;
  }

  @Override
  public long windowBytes() {
    return (long) Math.max(windowBytes, minWindowBytes());
  }

  @Override
  public long pacingBytesPerSecond() {
    return Math.max(1, (long) (PACING * windowBytes * Nanos.SECOND / smoothedRttNs));
  }

  @Override
  public long sendQuantumBytes() {
    return (long) QUANTUM_PACKETS * packetBytes;
  }

  @Override
  public CongestionState state() {
    return switch (phase) {
      case STARTING -> CongestionState.SLOW_START;
      case STEADY -> CongestionState.AVOIDANCE;
      case SLOWED -> CongestionState.PROBE_RTT;
    };
  }

  @Override
  public CongestionView view() {
    return base.isEmpty()
        ? CongestionView.NOTHING
        : new CongestionView(-1, (long) base.get(), (long) queueNs, -1);
  }

  @Override
  public void reportTo(CongestionObserver newObserver) {
    observer = newObserver;
  }
}
