package dev.ferry.protocol.recovery;

import dev.ferry.protocol.recovery.congestion.CongestionController;
import dev.ferry.protocol.recovery.congestion.NewReno;
import dev.ferry.protocol.util.Nanos;

/** RFC 9002, for a network: losses are noticed, congestion is heeded, and packets are paced. */
public final class DatagramRecovery extends Recovery {
  /** Timers are late by up to a millisecond or so; a burst makes up for it. */
  private static final long BURST_NS = 2 * Nanos.MILLISECOND;

  private static final long MAX_BURST_BYTES = 512 << 10;

  private final int datagramBytes;
  private final Pacer pacer;

  /** See {@link Recovery.Factory#create}. */
  public DatagramRecovery(int datagramBytes, SentPacketListener listener, long nowNs) {
    this(datagramBytes, newRttEstimator(), listener, nowNs);
  }

  private DatagramRecovery(
      int datagramBytes, RttEstimator rtt, SentPacketListener listener, long nowNs) {
    super(rtt, newController(datagramBytes, rtt), listener);
    this.datagramBytes = datagramBytes;
    this.pacer = new Pacer(burstBytes(), pacingBytesPerSecond(), nowNs);
  }

  private static CongestionController newController(int datagramBytes, RttEstimator rtt) {
    return new NewReno(datagramBytes, rtt.smoothedNs(), MAX_WINDOW_BYTES);
  }

  private long burstBytes() {
    long rateBytes = pacingBytesPerSecond() / (Nanos.SECOND / BURST_NS);
    long least = (long) Pacer.DEFAULT_BURST_PACKETS * datagramBytes;
    return Math.max(least, Math.min(rateBytes, MAX_BURST_BYTES));
  }

  private void adjustPacer(long nowNs) {
    pacer.setRate(pacingBytesPerSecond(), nowNs);
    pacer.setBurst(burstBytes(), nowNs);
  }

  @Override
  public void endAck(long largest, long ackDelayNs, long nowNs) {
    super.endAck(largest, ackDelayNs, nowNs);
    adjustPacer(nowNs);
  }

  @Override
  public void onPacketSent(long number, int bytes, boolean ackEliciting, long nowNs) {
    super.onPacketSent(number, bytes, ackEliciting, nowNs);
    if (ackEliciting) {
      pacer.onSent(bytes, nowNs);
    }
  }

  @Override
  public long nextSendNs(int bytes, long nowNs) {
    return pacer.nextSendNs(bytes, nowNs);
  }

  @Override
  public void startPath(long nowNs) {
    loss().startPath(newController(datagramBytes, rtt()));
    adjustPacer(nowNs);
  }

  @Override
  public void onTimeout(long nowNs) {
    loss().onTimeout(nowNs);
  }

  @Override
  public long nextTimeout() {
    return loss().nextTimeout();
  }
}
