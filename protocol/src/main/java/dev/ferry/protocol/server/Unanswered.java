package dev.ferry.protocol.server;

import dev.ferry.protocol.handshake.HelloRefusal;
import dev.ferry.protocol.server.ServerEvent.Ignored.Reason;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Counts what clients begin with and the server meets with silence. Strangers can send any number
 * of such datagrams: of each reason the first is reported at once, and the others are counted for
 * {@link #PERIOD_NS}. Counts nothing unless somebody watches. Not thread-safe.
 */
final class Unanswered {
  static final long PERIOD_NS = 10 * Nanos.SECOND;

  /** What has come since the last report of a reason. */
  private static final class Tally {
    long count;
    long reportNs;
    @Nullable InetSocketAddress last;
  }

  private final Map<Reason, Tally> tallies = new EnumMap<>(Reason.class);
  private final Queue<ServerEvent> events = new ArrayDeque<>();
  private boolean watched;

  void watch() {
    watched = true;
  }

  void hello(HelloRefusal refusal, InetSocketAddress from, long nowNs) {
    count(
        switch (refusal) {
          case NO_SECRET -> Reason.NO_KEY;
          case SECRET_NOT_KNOWN -> Reason.KEY_NOT_WANTED;
          case ANOTHER_SECRET -> Reason.ANOTHER_KEY;
          case MALFORMED -> Reason.MALFORMED;
        },
        from,
        nowNs);
  }

  void count(Reason reason, InetSocketAddress from, long nowNs) {
    if (!watched) {
      return;
    }
    Tally tally = tallies.get(reason);
    if (tally == null) {
      tally = new Tally();
      tally.reportNs = nowNs;
      tallies.put(reason, tally);
    }
    tally.count++;
    tally.last = from;
    report(reason, tally, nowNs);
  }

  private void report(Reason reason, Tally tally, long nowNs) {
    InetSocketAddress last = tally.last;
    if (last != null && Nanos.isDue(tally.reportNs, nowNs)) {
      events.add(new ServerEvent.Ignored(last, reason, tally.count));
      tally.count = 0;
      tally.last = null;
      tally.reportNs = Nanos.after(nowNs, PERIOD_NS);
    }
  }

  void onTimeout(long nowNs) {
    tallies.forEach((reason, tally) -> report(reason, tally, nowNs));
    // Who comes after a quiet period is reported at once again.
    tallies.values().removeIf(tally -> tally.last == null && Nanos.isDue(tally.reportNs, nowNs));
  }

  long nextTimeout() {
    long next = Nanos.NEVER;
    for (Tally tally : tallies.values()) {
      next = Nanos.earlier(next, tally.reportNs);
    }
    return next;
  }

  @Nullable ServerEvent poll() {
    return events.poll();
  }
}
