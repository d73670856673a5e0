package dev.ferry.protocol.server;

import dev.ferry.protocol.util.Nanos;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Two queues of entries, one for each peer: the entries by their next timeout, and those that may
 * have something to send.
 */
final class TimerQueue<T extends TimerQueue.Entry> {
  private final TreeSet<T> byTimeout = new TreeSet<>(TimerQueue::compare);
  private final Queue<T> ready = new ArrayDeque<>();
  private long entries;

  /** The place of a peer in the queues. */
  abstract static class Entry {
    long number = -1;

    /** The time in the queue, at or before the time that the peer asked for. */
    long timeoutNs = Nanos.NEVER;

    boolean ready;
  }

  /** Orders by time and then by number, so that only an entry equals itself. */
  private static int compare(Entry a, Entry b) {
    int byTime = Nanos.compare(a.timeoutNs, b.timeoutNs);
    return byTime != 0 ? byTime : Long.compare(a.number, b.number);
  }

  /** Marks an entry that may have something to send. */
  void setReady(T entry) {
    if (!entry.ready) {
      entry.ready = true;
      ready.add(entry);
    }
  }

  /** The first entry that may have something to send; null if there is none. */
  @Nullable T ready() {
    return ready.peek();
  }

  /** Unmarks the entry that {@link #ready} returned: it has nothing more to send. */
  void setIdle() {
    ready.remove().ready = false;
  }

  /**
   * Schedules the timeout of an entry. An entry moves to a later time only when its old time comes,
   * because most datagrams postpone the timeout.
   *
   * @param wantedNs the time of the timeout; {@link Nanos#NEVER} for none
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

  /** Removes and returns the next entry whose time has come; null if there is none. */
  @Nullable T pollDue(long nowNs) {
    if (byTimeout.isEmpty() || !Nanos.isDue(byTimeout.first().timeoutNs, nowNs)) {
      return null;
    }
    T entry = byTimeout.first();
    forget(entry);
    return entry;
  }

  /** The time of the next entry; {@link Nanos#NEVER} if there is none. */
  long nextTimeout() {
    return byTimeout.isEmpty() ? Nanos.NEVER : byTimeout.first().timeoutNs;
  }

  /** Removes an entry from the timeouts. */
  void forget(T entry) {
    byTimeout.remove(entry);
    entry.timeoutNs = Nanos.NEVER;
  }
}
