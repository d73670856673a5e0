package dev.ferry.protocol.recovery;

import dev.ferry.protocol.recovery.congestion.FixedWindow;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;

/**
 * For a stream, which loses nothing, and has congestion control of its own: it takes what it takes,
 * and there is nothing to wait for. Still lost is what the peer could not take when it came, as the
 * acknowledgements of what came after it say.
 */
public final class StreamRecovery extends Recovery {
  /** Nothing is repeated, and a full stream makes round trips long. */
  private static final long MAX_DRAIN_NS = 3 * Nanos.SECOND;

  /** See {@link Recovery.Factory#create}. */
  public StreamRecovery(
      int datagramBytes,
      long assumedRttNs,
      ByteBudget.Share memory,
      SentPacketListener listener,
      long nowNs) {
    super(newRttEstimator(assumedRttNs), new FixedWindow(MAX_WINDOW_BYTES), memory, listener);
  }

  @Override
  public long nextSendNs(int bytes, long nowNs) {
    return nowNs;
  }

  @Override
  public void startPath(long nowNs) {
    throw new IllegalStateException("a stream leads to one place");
  }

  @Override
  public void setDatagramBytes(int bytes, long nowNs) {}

  /** The stream has a flow control of its own. */
  @Override
  public void limitBursts(long bytes, long nowNs) {}

  @Override
  public boolean isLossy() {
    return false;
  }

  @Override
  public void onTimeout(long nowNs) {}

  @Override
  public long nextTimeout() {
    return Nanos.NEVER;
  }

  @Override
  public long drainNs() {
    return Math.min(super.drainNs(), MAX_DRAIN_NS);
  }
}
