package dev.ferry.proxy.core;

import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import java.nio.ByteBuffer;

/**
 * Hears of every datagram that goes in and out of a {@link ProxyEngine}, in order. Must not block.
 * Each call has a view of the payload to itself, which stays valid.
 */
public interface Tap {
  /** A client is heard for the first time. */
  void opened(Flow flow, long nowNs);

  /** A datagram came in, and its fate was decided. */
  void entered(Flow flow, Direction direction, ByteBuffer payload, Fate fate, long nowNs);

  /** A datagram was dropped because there is no room in the proxy. */
  default void discarded(Flow flow, Direction direction, Delivery delivery, long nowNs) {}

  /**
   * A datagram has gone out to the network.
   *
   * @param payload as it goes out, damage included
   */
  void sent(Flow flow, Direction direction, Delivery delivery, ByteBuffer payload, long nowNs);
}
