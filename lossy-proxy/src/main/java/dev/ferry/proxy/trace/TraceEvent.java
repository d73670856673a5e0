package dev.ferry.proxy.trace;

import dev.ferry.netsim.Fate.Kind;
import dev.ferry.proxy.core.Direction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of a trace. Times are nanoseconds since the start, numbers of datagrams begin with 1. */
public sealed interface TraceEvent {
  /** The verdict on a datagram that arrives. */
  String DELIVERED = "delivered";

  /** The number of the flow. */
  long flow();

  /** The time of the event. */
  long atNs();

  /**
   * A client was heard for the first time.
   *
   * @param client its address
   */
  record Opened(long flow, long atNs, String client, int port) implements TraceEvent {}

  /**
   * A datagram came in.
   *
   * @param verdict {@link #DELIVERED}, or why it is not
   * @param deliveries what was to go out
   * @param moves how often its sender had changed its address before
   * @param message its meaning, or null if that is unknown
   */
  record Entered(
      long flow,
      long atNs,
      Direction direction,
      long number,
      int bytes,
      String verdict,
      List<Delivery> deliveries,
      long moves,
      @Nullable Message message)
      implements TraceEvent {
    /** Copies the list. */
    public Entered {
      deliveries = List.copyOf(deliveries);
    }
  }

  /**
   * A datagram went out.
   *
   * @param dueNs the time at which it was to go out
   */
  record Sent(long flow, long atNs, Direction direction, long number, Kind kind, long dueNs)
      implements TraceEvent {}

  /**
   * What was to go out.
   *
   * @param number of the datagram whose content it is
   * @param dueNs the time at which it was to go out
   * @param damaged whether a bit is flipped
   * @param keptBytes what is left of the payload, or −1 if that is all
   */
  record Delivery(
      Kind kind, long number, long dueNs, boolean damaged, int keptBytes, boolean heldBack) {}

  /**
   * The meaning of a datagram. Members that a message does not have are null.
   *
   * @param type start, data, ack, refusal, ferry, or one that is to come
   */
  record Message(
      String type,
      @Nullable Long seqno,
      @Nullable String name,
      @Nullable Long sizeBytes,
      @Nullable Long payloadBytes,
      @Nullable Long bufferBytes,
      @Nullable String reason) {}
}
