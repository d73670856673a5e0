package dev.ferry.netsim;

import dev.ferry.protocol.util.Nanos;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Holds things under way until the time at which each arrives. Things that arrive at the same time
 * come out in the order in which they were added. Not thread-safe.
 *
 * @param <T> what travels
 */
public final class DelayLine<T> {
  private record Entry<T>(long atNs, long order, T item) {}

  private final PriorityQueue<Entry<T>> entries = new PriorityQueue<>(DelayLine::compare);
  private long added;

  private static int compare(Entry<?> a, Entry<?> b) {
    int byTime = Nanos.compare(a.atNs, b.atNs);
    return byTime != 0 ? byTime : Long.compare(a.order, b.order);
  }

  /** Adds something that arrives at a time, which may have come already. */
  public void add(long atNs, T item) {
    entries.add(new Entry<>(atNs, added++, item));
  }

  /** Takes what has arrived, the earliest first; null if nothing has. */
  public @Nullable T poll(long nowNs) {
    Entry<T> first = entries.peek();
    if (first == null || !Nanos.isDue(first.atNs, nowNs)) {
      return null;
    }
    entries.remove();
    return first.item;
  }

  /** When the next thing arrives, or {@link Nanos#NEVER}. */
  public long nextNs() {
    Entry<T> first = entries.peek();
    return first == null ? Nanos.NEVER : first.atNs;
  }

  /** The number of things under way. */
  public int size() {
    return entries.size();
  }
}
