package dev.ferry.proxy.core;

import dev.ferry.netsim.Fate.Delivery;
import java.nio.ByteBuffer;

/**
 * A datagram on its way out of the proxy.
 *
 * @param flow the flow that it belongs to
 * @param direction where it goes
 * @param delivery the decision that it follows
 * @param binding how often its sender had changed its address before
 * @param payload the content, with any damage; not to be changed
 */
public record Arrival(
    Flow flow, Direction direction, Delivery delivery, long binding, ByteBuffer payload) {}
