package dev.ferry.proxy.core;

import dev.ferry.netsim.Fate.Delivery;
import java.nio.ByteBuffer;

/**
 * A datagram on its way out of the proxy.
 *
 * @param flow whose
 * @param direction which way
 * @param delivery what was decided
 * @param binding how often its sender had moved before
 * @param payload what arrives, not to be changed
 */
public record Arrival(
    Flow flow, Direction direction, Delivery delivery, long binding, ByteBuffer payload) {}
