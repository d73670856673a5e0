package dev.ferry.protocol.recovery;

import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.ByteBudget;

/** RFC 9002, for a network: losses are noticed, congestion is heeded, and packets are paced. */
public final class DatagramRecovery extends Recovery {
  private static final long MAX_BURST_BYTES = 512 << 10;

  private final CongestionAlgorithm algorithm;
  private int datagramBytes;
  private long maxBurstBytes = MAX_BURST_BYTES;
  private final Pacer pacer;

  private DatagramRecovery(
      CongestionAlgorithm algorithm,
      int datagramBytes,
      RttEstimator rtt,
      ByteBudget.Share memory,
      SentPacketListener listener,
      long nowNs) {
    super(
        rtt, algorithm.start(datagramBytes, rtt.smoothedNs(), MAX_WINDOW_BYTES), memory, listener);
    this.algorithm = algorithm;
    this.datagramBytes = datagramBytes;
    this.pacer = new Pacer(burstBytes(), pacingBytesPerSecond(), nowNs);
  }

  /** With congestion control by that algorithm. */
  public static Factory with(CongestionAlgorithm algorithm) {
    return (datagramBytes, assumedRttNs, memory, listener, nowNs) ->
        new DatagramRecovery(
            algorithm, datagramBytes, newRttEstimator(assumedRttNs), memory, listener, nowNs);
  }

  /** A bucket that holds less than the largest packet would never let it pass. */
  private long burstBytes() {
    return Math.max(datagramBytes, Math.min(controller().sendQuantumBytes(), maxBurstBytes));
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
    loss().startPath(algorithm.start(datagramBytes, rtt().smoothedNs(), MAX_WINDOW_BYTES));
    adjustPacer(nowNs);
  }

  @Override
  public void setDatagramBytes(int bytes, long nowNs) {
    datagramBytes = bytes;
    controller().onPacketSize(bytes);
    adjustPacer(nowNs);
  }

  @Override
  public void limitBursts(long bytes, long nowNs) {
    maxBurstBytes = Math.min(bytes, MAX_BURST_BYTES);
    adjustPacer(nowNs);
  }

  @Override
  public boolean isLossy() {
    return true;
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
