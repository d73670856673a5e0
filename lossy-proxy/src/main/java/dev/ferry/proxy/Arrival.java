package dev.ferry.proxy;

import dev.ferry.impair.Fate.Delivery;
import dev.ferry.time.Nanos;
import java.nio.ByteBuffer;
import java.util.Comparator;

/**
 * A datagram on its way out of the proxy.
 *
 * @param flow whose
 * @param direction which way
 * @param delivery what was decided
 * @param order tells apart what is due at the same time, in the order in which it was decided
 * @param binding how often its sender had moved before
 * @param payload what arrives, not to be changed
 */
record Arrival(
    Flow flow,
    Direction direction,
    Delivery delivery,
    long order,
    long binding,
    ByteBuffer payload) {
  static final Comparator<Arrival> BY_TIME =
      (a, b) -> {
        int byTime = Nanos.compare(a.atNs(), b.atNs());
        return byTime != 0 ? byTime : Long.compare(a.order, b.order);
      };

  /** When it is due. */
  long atNs() {
    return delivery.atNs();
  }
}
