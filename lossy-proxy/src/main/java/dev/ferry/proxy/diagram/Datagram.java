package dev.ferry.proxy.diagram;

import dev.ferry.netsim.Fate.Kind;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.trace.TraceEvent;
import dev.ferry.proxy.trace.TraceEvent.Entered;
import dev.ferry.proxy.trace.TraceEvent.Message;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A datagram that came into the proxy, and its ways out. */
final class Datagram {
  /** Messages of which a transfer has thousands. */
  private static final Set<String> COMMON = Set.of("data", "ack", "ferry");

  final Entered entered;
  final List<Hop> hops;

  /** Whether it says the same as the one before in its direction. */
  final boolean again;

  /** Whether its sender appears at another address from here on. */
  final boolean moved;

  Datagram(Entered entered, boolean again, boolean moved) {
    this.entered = entered;
    this.hops = entered.deliveries().stream().map(Hop::new).toList();
    this.again = again;
    this.moved = moved;
  }

  Direction direction() {
    return entered.direction();
  }

  @Nullable Message message() {
    return entered.message();
  }

  boolean isDropped() {
    return !entered.verdict().equals(TraceEvent.DELIVERED);
  }

  boolean isOfType(String type) {
    Message message = entered.message();
    return message != null && message.type().equals(type);
  }

  boolean has(Kind kind) {
    return hops.stream().anyMatch(hop -> hop.kind() == kind);
  }

  /** Whether it may be left out: it has no fault, and there are many like it. */
  boolean isDull() {
    if (isDropped() || again || moved || hops.size() != 1) {
      return false;
    }
    Hop hop = hops.get(0);
    Message message = entered.message();
    boolean common =
        message == null || (COMMON.contains(message.type()) && message.bufferBytes() == null);
    return common && hop.left && !hop.isDamaged() && !hop.delivery.heldBack();
  }
}
