package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * The minimum round-trip time, and when it is to be measured with an empty queue (ProbeRTT,
 * draft-ietf-ccwg-bbr, section 5.3.4). A sample that comes close to the minimum shows that the
 * queue was empty anyway: it renews the minimum's stamp, so that a flow that has its path to itself
 * never has to stop for it. Not thread-safe.
 */
final class MinRtt {
  /** How old the minimum may get. */
  static final long MIN_RTT_WINDOW_NS = 10 * Nanos.SECOND;

  /** How long before the queue is drained on purpose. */
  static final long PROBE_RTT_INTERVAL_NS = 5 * Nanos.SECOND;

  /** A sample so much above the minimum, as a fraction of it, still confirms it. */
  private static final int CLOSE_FRACTION = 32;

  private static final long UNKNOWN = Long.MAX_VALUE;

  private long minNs = UNKNOWN;
  private long minStampNs;
  private long probeMinNs = UNKNOWN;
  private long probeStampNs;
  private boolean probeDue;

  /** Whether samples close to the minimum are no proof that the queue was empty. */
  private boolean doubtful;

  /** Whether there was a sample. */
  boolean isKnown() {
    return minNs != UNKNOWN;
  }

  /** The minimum in nanoseconds; only if {@link #isKnown}. */
  long ns() {
    return minNs;
  }

  /**
   * A sample was taken.
   *
   * @param rttNs above 0, without the delay of the acknowledgement
   */
  void onSample(long rttNs, long nowNs) {
    probeDue = probeMinNs != UNKNOWN && nowNs - probeStampNs > PROBE_RTT_INTERVAL_NS;
    if (rttNs < probeMinNs || probeDue) {
      probeMinNs = rttNs;
      probeStampNs = nowNs;
    } else if (confirms(rttNs, probeMinNs)) {
      probeStampNs = nowNs;
    }
    boolean expired = minNs != UNKNOWN && nowNs - minStampNs > MIN_RTT_WINDOW_NS;
    if (probeMinNs < minNs || expired) {
      minNs = probeMinNs;
      minStampNs = probeStampNs;
    } else if (confirms(rttNs, minNs)) {
      minStampNs = nowNs;
    }
  }

  private boolean confirms(long rttNs, long minimumNs) {
    return !doubtful && rttNs <= minimumNs + minimumNs / CLOSE_FRACTION;
  }

  /** Whether the minimum may be that of a queue which others keep: then nothing confirms it. */
  void doubt(boolean isDoubtful) {
    doubtful = isDoubtful;
  }

  /** Whether the last sample found the minimum too old. */
  boolean isProbeDue() {
    return probeDue;
  }

  /** The queue has been drained: the samples of that time hold for another interval. */
  void onProbed(long nowNs) {
    probeStampNs = nowNs;
    probeDue = false;
  }
}
