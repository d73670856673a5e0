package dev.ferry.protocol.server;

import dev.ferry.protocol.util.Nanos;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which of many peers is to be looked at when, and which may have something to send. Not
 * thread-safe.
 */
final class TimerQueue<T extends TimerQueue.Entry> {
  private final TreeSet<T> byTimeout = new TreeSet<>(TimerQueue::compare);
  private final Queue<T> ready = new ArrayDeque<>();
  private long entries;

  /** A peer's place in the queues. */
  abstract static class Entry {
    long number = -1;

    /** When it is looked at next; at or before the time that it wants. */
    long timeoutNs = Nanos.NEVER;

    boolean ready;
  }

  /** The time is part of the identity in the sorted set. */
  private static int compare(Entry a, Entry b) {
    int byTime = Nanos.compare(a.timeoutNs, b.timeoutNs);
    return byTime != 0 ? byTime : Long.compare(a.number, b.number);
  }

  /** It may have something to send. */
  void setReady(T entry) {
    if (!entry.ready) {
      entry.ready = true;
      ready.add(entry);
    }
  }

  /** The one that may have something to send; null if there is none. */
  @Nullable T ready() {
    return ready.peek();
  }

  /** The one that {@link #ready} told has nothing more to send. */
  void setIdle() {
    ready.remove().ready = false;
  }

  /**
   * It wants to be looked at. Moves it forward in time only lazily, when its old time comes: most
   * datagrams put it off.
   *
   * @param wantedNs when; {@link Nanos#NEVER} if not at all
   */
  void schedule(T entry, long wantedNs) {
    if (entry.number < 0) {
      entry.number = entries++;
    }
    if (wantedNs == Nanos.NEVER) {
      return;
    }
    if (entry.timeoutNs == Nanos.NEVER || wantedNs - entry.timeoutNs < 0) {
      byTimeout.remove(entry);
      entry.timeoutNs = wantedNs;
      byTimeout.add(entry);
    }
  }

  /** The next one whose time has come, taken out; null if there is none. */
  @Nullable T pollDue(long nowNs) {
    if (byTimeout.isEmpty() || !Nanos.isDue(byTimeout.first().timeoutNs, nowNs)) {
      return null;
    }
    T entry = byTimeout.first();
    forget(entry);
    return entry;
  }

  /** When {@link #pollDue} will have one. */
  long nextTimeout() {
    return byTimeout.isEmpty() ? Nanos.NEVER : byTimeout.first().timeoutNs;
  }

  /** It wants nothing any more. */
  void forget(T entry) {
    byTimeout.remove(entry);
    entry.timeoutNs = Nanos.NEVER;
  }
}
