package dev.ferry.protocol;

import dev.ferry.protocol.util.Nanos;

/**
 * The reports that nothing listens at the peer's port (ICMP port unreachable), since the peer was
 * heard last. They are hints: a relay may be down for a moment, and anybody can forge them (RFC
 * 9293, section 3.9.2.2, calls them soft errors). Only reports that go on through a long silence
 * are a verdict. Not thread-safe.
 */
public final class UnreachableReports {
  /** How long reports must go on until they are believed. */
  public static final long PATIENCE_NS = 20 * Nanos.SECOND;

  private long firstNs = Nanos.NEVER;

  /** The peer was heard. */
  public void clear() {
    firstNs = Nanos.NEVER;
  }

  /**
   * Adds a report.
   *
   * @return whether the peer is gone: reports have come for {@link #PATIENCE_NS}, and nothing else
   */
  public boolean add(long nowNs) {
    if (firstNs == Nanos.NEVER) {
      firstNs = Nanos.after(nowNs, 0);
      return false;
    }
    return nowNs - firstNs >= PATIENCE_NS;
  }

  /** Whether there has been a report. */
  public boolean isAny() {
    return firstNs != Nanos.NEVER;
  }
}
