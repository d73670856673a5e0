package dev.ferry.proxy.diagram;

import java.util.List;

/**
 * What happened in one flow.
 *
 * @param flow its number
 * @param flowCount how many there are in the trace
 * @param client the client's address, empty if unknown
 * @param events in the order of time, not empty
 */
record Course(long flow, int flowCount, String client, List<Event> events) {
  Course {
    events = List.copyOf(events);
  }

  /** Something that happened to a datagram; that it came in, or went out. */
  sealed interface Event {
    Datagram datagram();

    /** Nanoseconds since the start of the trace. */
    long atNs();
  }

  /** It came in. */
  record Came(Datagram datagram) implements Event {
    @Override
    public long atNs() {
      return datagram.entered.atNs();
    }
  }

  /** It, or a copy, or an old one with it, went out. */
  record Went(Datagram datagram, Hop hop, long atNs) implements Event {}

  /** Those that came in, in this order. */
  List<Datagram> datagrams() {
    return events.stream().filter(Came.class::isInstance).map(Event::datagram).toList();
  }

  /** When it began. */
  long startNs() {
    return events.get(0).atNs();
  }

  /** How long it took. */
  long durationNs() {
    return events.get(events.size() - 1).atNs() - startNs();
  }
}
