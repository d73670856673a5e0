package dev.ferry.protocol.connection;

import dev.ferry.protocol.util.Nanos;
import java.util.EnumMap;
import java.util.Map;

/**
 * For how long each {@link SendLimit} was in force. Changes cost no memory. Not thread-safe.
 *
 * <p>A pacer makes up for a wake-up that is up to 2 ms late, so that much still counts as pacing.
 * What is beyond is the program's.
 */
public final class LimitTimes {
  private static final long MADE_UP_FOR_NS = 2 * Nanos.MILLISECOND;

  /** The time of one limit. */
  private static final class Spent {
    long ns;
  }

  private final Map<SendLimit, Spent> spent = new EnumMap<>(SendLimit.class);
  private long startingNs;
  private SendLimit limit = SendLimit.ROUND_TRIP;
  private boolean starting;
  private long sinceNs;
  private long untilNs = Nanos.NEVER;

  LimitTimes(long nowNs) {
    sinceNs = nowNs;
    for (SendLimit each : SendLimit.values()) {
      spent.put(each, new Spent());
    }
  }

  /**
   * From now on that is the limit.
   *
   * @param nowStarting whether congestion control is still looking for the rate of the path
   */
  void set(SendLimit newLimit, boolean nowStarting, long nowNs) {
    settle(nowNs);
    limit = newLimit;
    starting = nowStarting;
    untilNs = Nanos.NEVER;
  }

  /** The same, for a limit that ends at a known time. */
  void setUntil(SendLimit newLimit, long newUntilNs, boolean nowStarting, long nowNs) {
    set(newLimit, nowStarting, nowNs);
    untilNs = newUntilNs;
  }

  private void settle(long nowNs) {
    long elapsedNs = Math.max(0, nowNs - sinceNs);
    long lateNs = untilNs == Nanos.NEVER ? 0 : Math.max(0, nowNs - untilNs - MADE_UP_FOR_NS);
    long boundNs = elapsedNs - Math.min(elapsedNs, lateNs);
    of(limit).ns += boundNs;
    of(SendLimit.NOTHING).ns += elapsedNs - boundNs;
    if (starting && isOfCongestionControl(limit)) {
      startingNs += boundNs;
    }
    sinceNs = nowNs;
  }

  private Spent of(SendLimit which) {
    Spent found = spent.get(which);
    if (found == null) {
      throw new IllegalStateException("no time of " + which);
    }
    return found;
  }

  private static boolean isOfCongestionControl(SendLimit limit) {
    return limit == SendLimit.CONGESTION_WINDOW || limit == SendLimit.PACING;
  }

  /** The times until now, which change no more. */
  LimitTimes until(long nowNs) {
    LimitTimes copy = new LimitTimes(nowNs);
    settle(nowNs);
    spent.forEach((each, time) -> copy.of(each).ns = time.ns);
    copy.startingNs = startingNs;
    copy.limit = limit;
    return copy;
  }

  /** The limit now. */
  public SendLimit limit() {
    return limit;
  }

  /** For how long a limit was in force, in nanoseconds. */
  public long ns(SendLimit which) {
    return of(which).ns;
  }

  /** For how long congestion control was in the way while it was still looking for the rate. */
  public long startingNs() {
    return startingNs;
  }

  /** All the time since the connection began, in nanoseconds. */
  public long totalNs() {
    long sumNs = 0;
    for (Spent each : spent.values()) {
      sumNs += each.ns;
    }
    return sumNs;
  }

  /** The limit that was in force for most of the time since an earlier count. */
  public SendLimit mostSince(LimitTimes earlier) {
    SendLimit most = limit;
    for (SendLimit candidate : spent.keySet()) {
      if (ns(candidate) - earlier.ns(candidate) > ns(most) - earlier.ns(most)) {
        most = candidate;
      }
    }
    return most;
  }
}
