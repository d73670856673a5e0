package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.ForwardingEngine;
import dev.ferry.protocol.Transmit;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;

/** An engine, and somebody on the way who changes what it sends. */
final class Tampered<E> extends ForwardingEngine<E> {
  private final UnaryOperator<byte[]> tampering;

  /**
   * Stands before an engine.
   *
   * @param tampering makes another datagram of one
   */
  Tampered(Engine<E> engine, UnaryOperator<byte[]> tampering) {
    super(engine);
    this.tampering = tampering;
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    if (!super.pollTransmit(nowNs, transmit)) {
      return false;
    }
    InetSocketAddress to = transmit.to();
    byte[] datagram = new byte[transmit.buffer().remaining()];
    transmit.buffer().get(datagram);
    transmit.begin().put(tampering.apply(datagram));
    transmit.finish(to);
    return true;
  }
}
