package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

/**
 * An engine, and somebody on the way who changes what it sends.
 *
 * @param tampering makes another datagram of one
 */
record Tampered<E>(Engine<E> engine, UnaryOperator<byte[]> tampering) implements Engine<E> {
  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    engine.handle(datagram, from, nowNs);
  }

  @Override
  public void onUnreachable(long nowNs) {
    engine.onUnreachable(nowNs);
  }

  @Override
  public void onDisconnected(long nowNs) {
    engine.onDisconnected(nowNs);
  }

  @Override
  public boolean isEnded() {
    return engine.isEnded();
  }

  @Override
  public void onTimeout(long nowNs) {
    engine.onTimeout(nowNs);
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    if (!engine.pollTransmit(nowNs, transmit)) {
      return false;
    }
    InetSocketAddress to = transmit.to();
    byte[] datagram = new byte[transmit.buffer().remaining()];
    transmit.buffer().get(datagram);
    transmit.begin().put(tampering.apply(datagram));
    transmit.finish(to);
    return true;
  }

  @Override
  public long nextTimeout() {
    return engine.nextTimeout();
  }

  @Override
  public E pollEvent() {
    return engine.pollEvent();
  }
}
