package dev.ferry.protocol.recovery;

import dev.ferry.protocol.recovery.congestion.CongestionController;
import dev.ferry.protocol.recovery.congestion.CongestionObserver;
import dev.ferry.protocol.util.Jitter;
import dev.ferry.protocol.util.Nanos;

/**
 * Decides what is lost, and when to probe: RFC 9002, section 6 and appendix A, with one space of
 * packet numbers. Drives the ledger, and tells the RTT estimator and the congestion controller.
 *
 * <p>Order of calls:
 *
 * <ul>
 *   <li>Before a packet that calls for an acknowledgement: {@link #maySend}. It carries a probe if
 *       {@link #probesOwed} — something of {@link SentPackets#oldestInFlight}, or of those after
 *       it, once more — and what is most urgent otherwise.
 *   <li>After each packet of whatever kind: {@link #onPacketSent}, and then on the ledger what it
 *       carries.
 *   <li>For an acknowledgement: {@link #beginAck}; {@link #acknowledge} for each range, the highest
 *       first; {@link #endAck}.
 *   <li>Once {@link #nextTimeout} is due: {@link #onTimeout}.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class LossDetector {
  /** What backing off alone never exceeds (protocol.md, section 12). */
  static final long BACKOFF_CEILING_NS = Nanos.SECOND;

  /**
   * What acknowledgements that are not repeated are never delayed by, but by a busy machine. Above
   * it one repeats what was lost, in an outage perhaps, and tells nothing of the round-trip time.
   * For the first sample the handshake's time is taken then.
   */
  private static final long REPEATED_ACK_NS = 4 * AckTracker.MAX_ACK_DELAY_NS;

  /** RFC 9002, section 6.2.4, allows two: one of them may get lost as well. */
  static final int PROBES_PER_TIMEOUT = 2;

  /** How long a lost packet may still turn out to have arrived. */
  private static final int MEMORY_PROBE_TIMEOUTS = 3;

  private static final int MAX_BACKOFF_SHIFT = 20;

  private final SentPackets sent;
  private final RttEstimator rtt;
  private final SentPacketListener listener;
  private final Forwarder forwarder = new Forwarder();
  private final PersistentCongestion persistent = new PersistentCongestion();
  private final ReorderingThreshold reordering = new ReorderingThreshold();
  private CongestionController controller;
  private CongestionObserver observer = CongestionObserver.NONE;

  /** Packets below this were sent on a path before: they say nothing about this one. */
  private long firstOfPath;

  private long lastElicitingSentNs;
  private long nextLossNs = Nanos.NEVER;
  private long timeoutNs = Nanos.NEVER;
  private int timeouts;
  private int probesOwed;
  private long ackNs;
  private long arrivedNs = -1;
  private long trainNumbers;
  private long trainNs;
  private long mistakes;
  private long allowedRttNs;

  /**
   * Creates it for a new connection.
   *
   * @param sent nobody else may call it but for asking and for what packets carry
   * @param rtt nobody else may change it, but for samples from the handshake
   * @param listener is told of every packet, after the congestion controller
   */
  public LossDetector(
      SentPackets sent,
      RttEstimator rtt,
      CongestionController controller,
      SentPacketListener listener) {
    this.sent = sent;
    this.rtt = rtt;
    this.controller = controller;
    this.listener = listener;
  }

  /** Whoever is told what the controller of this path and of later ones decides. */
  void reportTo(CongestionObserver newObserver) {
    observer = newObserver;
    controller.reportTo(newObserver);
  }

  /** The controller of the path. */
  CongestionController controller() {
    return controller;
  }

  /**
   * The path is another one: its round-trip time is not known, and it has its own controller
   * (protocol.md, section 14; RFC 9000, section 9.4). What is in flight on the old one still counts
   * until it is acknowledged or lost.
   */
  void startPath(CongestionController ofNewPath) {
    controller = ofNewPath;
    controller.reportTo(observer);
    firstOfPath = sent.nextNumber();
    rtt.reset();
    persistent.reset();
    timeouts = 0;
    setTimer();
  }

  /**
   * Whether a packet that calls for an acknowledgement may be sent: if the window has room, or as
   * the first probe of a timeout, which needs none.
   *
   * @param bytes the length of its datagram
   */
  public boolean maySend(int bytes) {
    if (probesOwed == PROBES_PER_TIMEOUT) {
      return sent.hasRoomForProbe();
    }
    if (sent.bytesInFlight() + bytes > controller.windowBytes()) {
      controller.onWindowLimited();
      return false;
    }
    return sent.hasRoom();
  }

  /**
   * Whether the window has room for a packet that is not urgent, so that the controller is not told
   * if it has none.
   *
   * @param bytes the length of its datagram
   */
  boolean hasRoomFor(int bytes) {
    return probesOwed == 0
        && sent.bytesInFlight() + bytes <= controller.windowBytes()
        && sent.hasRoom();
  }

  /** Makes room for a packet of any kind: what has been in flight for the longest may be lost. */
  void makeRoom(long nowNs) {
    if (!sent.hasRoomForProbe()) {
      ackNs = nowNs;
      sent.makeRoom(nowNs, forwarder);
      setTimer();
    }
  }

  /**
   * How many probes are owed, 0 … {@value #PROBES_PER_TIMEOUT}: the next packets that call for an
   * acknowledgement count as such.
   */
  int probesOwed() {
    return probesOwed;
  }

  /**
   * A packet has been sent.
   *
   * @param number at least {@link SentPackets#nextNumber}
   * @param bytes the length of the datagram
   * @param ackEliciting whether it calls for an acknowledgement; only then {@link #maySend} matters
   */
  public void onPacketSent(long number, int bytes, boolean ackEliciting, long nowNs) {
    sent.sent(number, bytes, ackEliciting, nowNs);
    if (ackEliciting) {
      lastElicitingSentNs = nowNs;
      probesOwed = Math.max(0, probesOwed - 1);
      controller.onPacketSent(number, bytes, sent.bytesInFlight(), nowNs);
      setTimer();
    }
  }

  /** An acknowledgement begins. */
  public void beginAck(long nowNs) {
    ackNs = nowNs;
    arrivedNs = -1;
    sent.beginAck(nowNs);
  }

  /**
   * One range of it, each below the one before, both ends included.
   *
   * @return false if it acknowledges what was never sent, which breaks the protocol
   */
  public boolean acknowledge(long low, long high) {
    return sent.acknowledge(low, high, forwarder);
  }

  /** See {@link Recovery#arrivals}. */
  void arrivals(long newArrivedNs, long newTrainNumbers, long newTrainNs) {
    arrivedNs = newArrivedNs;
    trainNumbers = newTrainNumbers;
    trainNs = newTrainNs;
  }

  /**
   * The acknowledgement is complete.
   *
   * @param largest the largest number that it listed
   * @param ackDelayNs how long the peer says that it waited, 0 or more
   * @return whether it newly acknowledged anything
   */
  public boolean endAck(long largest, long ackDelayNs) {
    if (!sent.hasNewlyAcked()) {
      return false;
    }
    boolean ofPath = sent.largestNewlyAcked() >= firstOfPath;
    long sampleNs = -1;
    if (ofPath && sent.largestNewlyAcked() == largest) {
      long elapsedNs = Math.max(1, ackNs - sent.sentNs(largest));
      if (ackDelayNs <= REPEATED_ACK_NS) {
        sampleNs = elapsedNs;
        rtt.update(sampleNs, Math.min(ackDelayNs, AckTracker.MAX_ACK_DELAY_NS), ackNs);
      } else if (!rtt.isSampled()) {
        rtt.update(Math.min(elapsedNs, rtt.smoothedNs()), 0, ackNs);
      }
    }
    timeouts = 0;
    probesOwed = 0;
    reordering.onAck(rtt.smoothedNs(), ackNs);
    detectLosses(ackNs);
    if (ofPath) {
      RateSample sample = sent.endAck();
      sample.rttNs = sampleNs;
      sample.ackDelayNs = Math.max(0, Math.min(ackDelayNs, AckTracker.MAX_ACK_DELAY_NS));
      sample.arrivedNs = sampleNs < 0 ? -1 : arrivedNs;
      sample.trainNumbers = trainNumbers;
      sample.trainNs = trainNs;
      sample.smoothedRttNs = rtt.smoothedNs();
      sample.minRttNs = rtt.minNs();
      controller.onAck(sample);
    }
    sent.forgetLostBefore(ackNs - MEMORY_PROBE_TIMEOUTS * rtt.probeTimeoutNs());
    setTimer();
    return true;
  }

  private void detectLosses(long nowNs) {
    long delayNs = reordering.delayNs(rtt);
    nextLossNs = sent.detectLosses(reordering.packets(), delayNs, nowNs, forwarder);
    if (persistent.take()) {
      rtt.restartMin();
      controller.onPersistentCongestion(nowNs);
    }
  }

  /** Time has passed. Does nothing unless {@link #nextTimeout} is due. */
  public void onTimeout(long nowNs) {
    if (!Nanos.isDue(timeoutNs, nowNs)) {
      return;
    }
    if (nextLossNs != Nanos.NEVER) {
      ackNs = nowNs;
      detectLosses(nowNs);
    } else {
      timeouts++;
      probesOwed = PROBES_PER_TIMEOUT;
    }
    setTimer();
  }

  /** Until there is a sample, the probe timeout is not shorter than this. */
  void allowRtt(long rttNs) {
    allowedRttNs = Math.max(allowedRttNs, rttNs);
    setTimer();
  }

  /** Probes are owed at once, and backing off begins anew. */
  void probe(long nowNs) {
    timeouts = 0;
    probesOwed = PROBES_PER_TIMEOUT;
    if (timeoutNs != Nanos.NEVER && nextLossNs == Nanos.NEVER) {
      timeoutNs = Nanos.after(nowNs, probeTimeoutNs());
    }
  }

  /** When to call {@link #onTimeout}; {@link Nanos#NEVER} if nothing is in flight. */
  public long nextTimeout() {
    return timeoutNs;
  }

  private void setTimer() {
    if (nextLossNs != Nanos.NEVER) {
      timeoutNs = nextLossNs;
    } else if (sent.packetsInFlight() == 0) {
      timeoutNs = Nanos.NEVER;
    } else {
      timeoutNs = Nanos.after(lastElicitingSentNs, probeTimeoutNs());
    }
  }

  /** The probe timeout, backed off and staggered (protocol.md, section 12), in nanoseconds. */
  long probeTimeoutNs() {
    long onceNs = rtt.probeTimeoutNs();
    long doubledNs = onceNs << Math.min(timeouts, MAX_BACKOFF_SHIFT);
    long boundedNs = Math.min(doubledNs, Math.max(onceNs, BACKOFF_CEILING_NS));
    if (!rtt.isSampled()) {
      boundedNs = Math.max(boundedNs, allowedRttNs);
    }
    return Jitter.lengthen(boundedNs, timeouts);
  }

  /** How often the probe timeout has expired since the last acknowledgement. */
  int timeouts() {
    return timeouts;
  }

  /** How many packets were declared lost by mistake, so far. */
  long mistakes() {
    return mistakes;
  }

  /** Tells the controller, if it is about its path, and then the connection. */
  private final class Forwarder implements SentPacketListener {
    @Override
    public void onAcknowledged(long number, boolean wasLost) {
      if (wasLost) {
        mistakes++;
        reordering.onMistake(
            sent.largestAcked() - number, sent.packetsInFlight(), rtt.smoothedNs(), ackNs);
        persistent.onMistake(number);
      }
      if (number >= firstOfPath && !(wasLost && sent.isMtuProbe(number))) {
        int bytes = sent.bytes(number);
        long sentNs = sent.sentNs(number);
        if (wasLost) {
          controller.onSpuriousLoss(number, bytes, sentNs, ackNs);
        } else {
          controller.onPacketAcked(number, bytes, sentNs, sent.wasAppLimited(number));
        }
      }
      listener.onAcknowledged(number, wasLost);
    }

    @Override
    public void onLost(long number) {
      // RFC 8899, section 3: the loss of a probe is no sign of congestion.
      if (number >= firstOfPath && !sent.isMtuProbe(number)) {
        persistent.onLost(number, sent, rtt);
        controller.onPacketLost(
            number,
            sent.bytes(number),
            sent.sentNs(number),
            sent.flightAtSendBytes(number),
            sent.lostSinceBytes(number),
            ackNs);
      }
      listener.onLost(number);
    }
  }
}
