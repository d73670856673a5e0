package dev.ferry.proxy.diagram;

import dev.ferry.netsim.Fate.Kind;
import dev.ferry.proxy.trace.TraceEvent.Delivery;
import org.jspecify.annotations.Nullable;

/** One way out of the proxy for a datagram. */
final class Hop {
  final Delivery delivery;

  /** Whether it went out before the trace ended. */
  boolean left;

  /** The old datagram that comes again; null if this is none, or that one is unknown. */
  @Nullable Datagram replayed;

  Hop(Delivery delivery) {
    this.delivery = delivery;
  }

  Kind kind() {
    return delivery.kind();
  }

  boolean isReplay() {
    return delivery.kind() == Kind.REPLAY;
  }

  boolean isDamaged() {
    return delivery.damaged() || delivery.keptBytes() >= 0;
  }
}
