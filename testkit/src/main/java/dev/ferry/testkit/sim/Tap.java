package dev.ferry.testkit.sim;

import java.net.InetSocketAddress;

/** Sees every datagram of a simulation. The arrays must not be changed. */
public interface Tap {
  /** A host hands a datagram to the network, whatever becomes of it. */
  default void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {}

  /** A datagram has arrived; the host is about to handle it. */
  default void arrived(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {}
}
