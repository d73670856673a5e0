package dev.ferry.protocol;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An engine that stands before another one. All calls are passed on: what stands in between
 * overrides those that it has to do with.
 *
 * @param <E> the events of both engines
 */
public abstract class ForwardingEngine<E> implements Engine<E> {
  private final Engine<E> engine;

  /**
   * Stands before an engine, which nobody else calls from now on.
   *
   * @param engine the one behind
   */
  protected ForwardingEngine(Engine<E> engine) {
    this.engine = engine;
  }

  /** The one behind. */
  protected final Engine<E> engine() {
    return engine;
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    engine.handle(datagram, from, nowNs);
  }

  @Override
  public void onUnreachable(long nowNs) {
    engine.onUnreachable(nowNs);
  }

  @Override
  public void onTooLong(InetSocketAddress to, int bytes, long nowNs) {
    engine.onTooLong(to, bytes, nowNs);
  }

  @Override
  public void onDisconnected(long nowNs) {
    engine.onDisconnected(nowNs);
  }

  @Override
  public void onTimeout(long nowNs) {
    engine.onTimeout(nowNs);
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    return engine.pollTransmit(nowNs, transmit);
  }

  @Override
  public long nextTimeout() {
    return engine.nextTimeout();
  }

  @Override
  public int largestDatagramBytes() {
    return engine.largestDatagramBytes();
  }

  @Override
  public boolean isEnded() {
    return engine.isEnded();
  }

  @Override
  public @Nullable E pollEvent() {
    return engine.pollEvent();
  }
}
