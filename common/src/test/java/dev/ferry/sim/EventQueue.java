package dev.ferry.sim;

import dev.ferry.time.Nanos;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;

/**
 * What is going to happen, by virtual time. Things that fall on one instant happen in the order in
 * which they were scheduled, so that a run can be repeated exactly.
 */
final class EventQueue {
  private record Event(long atNs, long number, LongConsumer action) {}

  private final PriorityQueue<Event> events = new PriorityQueue<>(EventQueue::compare);
  private long scheduled;

  /** By subtraction, because the virtual clock overflows too. */
  private static int compare(Event a, Event b) {
    int byTime = Long.signum(a.atNs - b.atNs);
    return byTime != 0 ? byTime : Long.compare(a.number, b.number);
  }

  void add(long atNs, LongConsumer action) {
    events.add(new Event(atNs, scheduled++, action));
  }

  /** The time of the next event, or {@link Nanos#NEVER}. */
  long nextNs() {
    Event next = events.peek();
    return next == null ? Nanos.NEVER : next.atNs;
  }

  /** Takes the next event out and lets it happen; there must be one. */
  void runNext() {
    Event next = events.remove();
    next.action.accept(next.atNs);
  }
}
