package dev.ferry.testkit;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Nanos;

/**
 * An engine that only listens: it sends nothing and has no timer.
 *
 * @param <E> what it reports
 */
public abstract class PassiveEngine<E> implements Engine<E> {
  @Override
  public void onUnreachable(long nowNs) {}

  @Override
  public void onDisconnected(long nowNs) {}

  @Override
  public boolean isEnded() {
    return false;
  }

  @Override
  public void onTimeout(long nowNs) {}

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    return false;
  }

  @Override
  public long nextTimeout() {
    return Nanos.NEVER;
  }

  @Override
  public E pollEvent() {
    return null;
  }
}
