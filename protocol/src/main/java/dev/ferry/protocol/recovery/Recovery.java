package dev.ferry.protocol.recovery;

import dev.ferry.protocol.recovery.congestion.CongestionController;
import dev.ferry.protocol.recovery.congestion.CongestionObserver;
import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.recovery.congestion.CongestionView;
import dev.ferry.protocol.util.ByteBudget;

/**
 * What is in flight, what becomes of it, and how much may be sent how fast. There are two kinds,
 * and a connection has one of them all its life: {@link DatagramRecovery} for a network, and {@link
 * StreamRecovery} where what carries the packets does most of it itself.
 *
 * <p>Order of calls:
 *
 * <ul>
 *   <li>Before a packet that need not wait, a probe or one without content: {@link #makeRoom}.
 *   <li>Before a packet that calls for an acknowledgement: {@link #maySend}, {@link #nextSendNs}.
 *       It carries a probe if {@link #probesOwed}: something of {@link SentPackets#oldestInFlight},
 *       or of those after it, once more.
 *   <li>After each packet of whatever kind: {@link #onPacketSent}, and then on {@link #sent} what
 *       it carries.
 *   <li>For an acknowledgement: {@link #beginAck}; {@link #acknowledge} for each range, the highest
 *       first; {@link #endAck}.
 *   <li>Once {@link #nextTimeout} is due: {@link #onTimeout}.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public abstract sealed class Recovery permits DatagramRecovery, StreamRecovery {
  /** How many packet numbers may lie between the oldest in flight and the newest. */
  public static final int MAX_PACKETS = 1 << 17;

  /** No receiver lets a sender be further ahead (protocol.md, section 12). */
  static final long MAX_WINDOW_BYTES = 64L << 20;

  /** How long packets of a connection that has ended may come (RFC 9000, section 10.2). */
  private static final int DRAIN_PROBE_TIMEOUTS = 3;

  /** Makes one for a new connection. */
  @FunctionalInterface
  public interface Factory {
    /**
     * With nothing in flight.
     *
     * @param datagramBytes the largest datagram that is sent
     * @param assumedRttNs the round-trip time until there is a sample, above 0
     * @param memory for what is in flight, beyond a little
     * @param listener is told what becomes of each packet
     */
    Recovery create(
        int datagramBytes,
        long assumedRttNs,
        ByteBudget.Share memory,
        SentPacketListener listener,
        long nowNs);
  }

  private final SentPackets sent;
  private final RttEstimator rtt;
  private final LossDetector loss;

  Recovery(
      RttEstimator rtt,
      CongestionController controller,
      ByteBudget.Share memory,
      SentPacketListener listener) {
    this.sent = new SentPackets(MAX_PACKETS, memory);
    this.rtt = rtt;
    this.loss = new LossDetector(sent, rtt, controller, listener);
  }

  static RttEstimator newRttEstimator(long assumedRttNs) {
    RttEstimator rtt = new RttEstimator(AckTracker.MAX_ACK_DELAY_NS);
    rtt.assume(assumedRttNs);
    return rtt;
  }

  /** The packets in flight; to ask, and to say what packets carry. */
  public final SentPackets sent() {
    return sent;
  }

  /** The round-trip time, as far as it is known; to ask only. */
  public final RttEstimator rtt() {
    return rtt;
  }

  final LossDetector loss() {
    return loss;
  }

  final CongestionController controller() {
    return loss.controller();
  }

  /** Whoever is told what congestion control decides. */
  public final void reportTo(CongestionObserver observer) {
    loss.reportTo(observer);
  }

  /**
   * What an earlier connection found on the same path, before the first packet is sent.
   *
   * @param bytesPerSecond what the path carried, above 0
   * @param rttNs its round-trip time without a queue, above 0
   */
  public final void resume(long bytesPerSecond, long rttNs) {
    controller().resume(bytesPerSecond, rttNs);
  }

  /** What congestion control does now. */
  public final CongestionState congestionState() {
    return controller().state();
  }

  /** What congestion control holds to be true of the path. */
  public final CongestionView congestionView() {
    return controller().view();
  }

  /** How much may be in flight, in bytes. */
  public final long windowBytes() {
    return controller().windowBytes();
  }

  /** How fast it is to be sent, in bytes per second. */
  public final long pacingBytesPerSecond() {
    return controller().pacingBytesPerSecond();
  }

  /**
   * Whether a packet that calls for an acknowledgement may be in flight as well.
   *
   * @param bytes the length of its datagram
   */
  public final boolean maySend(int bytes) {
    return loss.maySend(bytes);
  }

  /**
   * The same for a packet that is not urgent: the controller does not learn that it would be sent.
   *
   * @param bytes the length of its datagram
   */
  public final boolean hasRoomFor(int bytes) {
    return loss.hasRoomFor(bytes);
  }

  /**
   * Makes room for a packet of any kind: of more than can be remembered, what has been in flight
   * for the longest counts as lost.
   */
  public final void makeRoom(long nowNs) {
    loss.makeRoom(nowNs);
  }

  /**
   * Full datagrams have another length from now on.
   *
   * @param bytes 1 … 65507
   */
  public abstract void setDatagramBytes(int bytes, long nowNs);

  /**
   * No more goes out back to back than this, but for a packet.
   *
   * @param bytes what the receiver's socket holds
   */
  public abstract void limitBursts(long bytes, long nowNs);

  /** How many probes are owed: the next packets that call for an acknowledgement count as such. */
  public final int probesOwed() {
    return loss.probesOwed();
  }

  /** Whether the probe that is owed is the first one since its timeout. */
  public final boolean isFirstProbe() {
    return loss.probesOwed() == LossDetector.PROBES_PER_TIMEOUT;
  }

  /** Until there is a sample, the probe timeout is not shorter than this, in nanoseconds. */
  public final void allowRtt(long rttNs) {
    loss.allowRtt(rttNs);
  }

  /** How often the probe timeout has expired since the last acknowledgement. */
  public final int timeouts() {
    return loss.timeouts();
  }

  /** Probes are owed at once, and the probe timeout is the first one again. */
  public final void probe(long nowNs) {
    loss.probe(nowNs);
  }

  /** An acknowledgement begins. */
  public final void beginAck(long nowNs) {
    loss.beginAck(nowNs);
  }

  /**
   * One range of it, each below the one before, both ends included.
   *
   * @return false if it acknowledges what was never sent, which breaks the protocol
   */
  public final boolean acknowledge(long low, long high) {
    return loss.acknowledge(low, high);
  }

  /**
   * The peer says when the packets of the acknowledgement arrived; before {@link #endAck}.
   *
   * @param arrivedNs when the largest number did, by the peer's clock, 0 or more
   * @param trainNumbers how far below it the first number is that was not acknowledged before
   * @param trainNs how much earlier that one arrived, 0 or more
   */
  public final void arrivals(long arrivedNs, long trainNumbers, long trainNs) {
    loss.arrivals(arrivedNs, trainNumbers, trainNs);
  }

  /**
   * The acknowledgement is complete.
   *
   * @param largest the largest number that it listed
   * @param ackDelayNs how long the peer says that it waited, 0 or more
   */
  public void endAck(long largest, long ackDelayNs, long nowNs) {
    loss.endAck(largest, ackDelayNs);
  }

  /**
   * A packet has been sent.
   *
   * @param bytes the length of the datagram
   * @param ackEliciting whether it calls for an acknowledgement
   */
  public void onPacketSent(long number, int bytes, boolean ackEliciting, long nowNs) {
    loss.onPacketSent(number, bytes, ackEliciting, nowNs);
  }

  /**
   * When so much may be sent.
   *
   * @return a time, not after {@code nowNs} if at once
   */
  public abstract long nextSendNs(int bytes, long nowNs);

  /** The peer has moved: what was learnt of the path no longer holds. */
  public abstract void startPath(long nowNs);

  /** Whether packets may get lost on the way. */
  public abstract boolean isLossy();

  /** The share of what was sent that has been lost so far, 0 … 1. */
  public final double lossShare() {
    double lost = sent.lostBytes();
    return lost / Math.max(1, lost + sent.deliveredBytes());
  }

  /** Time has passed. Does nothing unless {@link #nextTimeout} is due. */
  public abstract void onTimeout(long nowNs);

  /** When to call {@link #onTimeout}. */
  public abstract long nextTimeout();

  /** For how long packets may still come after the end of the connection, in nanoseconds. */
  public long drainNs() {
    return DRAIN_PROBE_TIMEOUTS * rtt.probeTimeoutNs();
  }
}
