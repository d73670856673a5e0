package dev.ferry.testkit.sim;

import dev.ferry.protocol.connection.Connection.State;
import dev.ferry.protocol.connection.ConnectionObserver;
import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.recovery.congestion.ProbeResult;
import java.util.Locale;

/** Makes a line of text of each event of a connection. */
public final class TracingObserver implements ConnectionObserver {
  /** Takes the lines. */
  @FunctionalInterface
  public interface Lines {
    void add(long sinceStartNs, String line);
  }

  private final long startNs;
  private final Lines lines;

  /**
   * Begins.
   *
   * @param startNs what is called 0 in the lines
   */
  public TracingObserver(long startNs, Lines lines) {
    this.startNs = startNs;
    this.lines = lines;
  }

  private void add(long nowNs, String format, Object... values) {
    lines.add(nowNs - startNs, String.format(Locale.ROOT, format, values));
  }

  @Override
  public void onPacketSent(long number, int bytes, boolean ackEliciting, long nowNs) {
    add(nowNs, "sent %d, %d bytes%s", number, bytes, ackEliciting ? "" : ", asks for nothing");
  }

  @Override
  public void onPacketAcked(long number, int bytes, boolean wasLost, long nowNs) {
    add(nowNs, "acked %d, %d bytes%s", number, bytes, wasLost ? ", believed lost" : "");
  }

  @Override
  public void onPacketLost(long number, int bytes, long nowNs) {
    add(nowNs, "lost %d, %d bytes", number, bytes);
  }

  @Override
  public void onPathChanged(
      long windowBytes, long inFlightBytes, long bytesPerSecond, long smoothedRttNs, long nowNs) {
    add(
        nowNs,
        "window %d, in flight %d bytes; %d bytes/s; rtt %.3f ms",
        windowBytes,
        inFlightBytes,
        bytesPerSecond,
        smoothedRttNs / 1e6);
  }

  @Override
  public void onStateChanged(State from, State to, long nowNs) {
    add(nowNs, "%s -> %s", from, to);
  }

  @Override
  public void onCongestionStateChanged(CongestionState from, CongestionState to, long nowNs) {
    add(nowNs, "congestion control: %s -> %s", from, to);
  }

  @Override
  public void onBandwidthChanged(long bytesPerSecond, long nowNs) {
    add(nowNs, "bandwidth %d bytes/s", bytesPerSecond);
  }

  @Override
  public void onBackgroundLossConfirmed(double probability, long nowNs) {
    add(nowNs, "background loss %.4f, confirmed", probability);
  }

  @Override
  public void onProbeEnded(ProbeResult result, long nowNs) {
    add(nowNs, "probe ended: %s", result);
  }

  @Override
  public void onCongestion(long windowBytes, long nowNs) {
    add(nowNs, "congestion: window %d bytes", windowBytes);
  }

  @Override
  public void onCongestionUndone(long nowNs) {
    add(nowNs, "no congestion after all");
  }
}
