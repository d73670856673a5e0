package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * Between which bounds the means of round trips have lain for the last 5 to 10 s. A flow that
 * probes for more sees the round-trip time move, because it fills the queue and lets it empty
 * again. Where it does not move, what is lost says nothing of the path: others keep the queue full,
 * or there is none, as before a policer. Not thread-safe.
 */
final class RttRange {
  private static final long SPAN_NS = 5 * Nanos.SECOND;

  /** A probe is forgotten after so long. */
  private static final long PROBED_NS = 10 * Nanos.SECOND;

  private final WindowedMin least = new WindowedMin(SPAN_NS);

  /** The largest mean, negated. */
  private final WindowedMin negatedMost = new WindowedMin(SPAN_NS);

  private boolean probed;
  private long probedNs;

  /**
   * A round trip is over.
   *
   * @param excessNs by how much its mean exceeds the long minimum
   */
  void add(double excessNs, long nowNs) {
    least.add(excessNs, nowNs);
    negatedMost.add(-excessNs, nowNs);
  }

  /** In the round trip that is over the flow sent faster than before, and had enough to send. */
  void onProbed(long nowNs) {
    probed = true;
    probedNs = nowNs;
  }

  /** The largest mean above the long minimum, in nanoseconds; 0 before the first. */
  double mostNs() {
    return negatedMost.isEmpty() ? 0 : -negatedMost.get();
  }

  /** Whether the means differ by so many nanoseconds. */
  boolean hasMoved(double byNs) {
    return !least.isEmpty() && mostNs() - least.get() >= byNs;
  }

  /** Whether they do not, though the flow has probed. */
  boolean isPinned(double byNs, long nowNs) {
    return probed && nowNs - probedNs < PROBED_NS && !least.isEmpty() && !hasMoved(byNs);
  }
}
