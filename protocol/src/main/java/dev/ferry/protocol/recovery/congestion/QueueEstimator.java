package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * How much of the round-trip time is a queue, and how much of it is jitter. Samples are averaged
 * over a round trip, and compared with two minima: to judge losses with a long one (half a minute
 * and more), because one that expires while the queue is always full would hide the queue; to steer
 * with the model's minimum, which follows a change of route. Not thread-safe.
 */
final class QueueEstimator {
  /** The long minimum's window. */
  static final long FLOOR_SPAN_NS = 30 * Nanos.SECOND;

  private static final long JITTER_SPAN_NS = 5 * Nanos.SECOND;
  private static final long DRAINED_SPAN_NS = 6 * Nanos.SECOND;

  /** A queue counts from a sixteenth of the minimum on, within these bounds. */
  private static final int THRESHOLD_DIVISOR = 16;

  private static final double MIN_THRESHOLD_NS = Nanos.MILLISECOND;
  private static final double MAX_THRESHOLD_NS = 8 * Nanos.MILLISECOND;

  /** Fewer packets than this in a queue are no evidence: they may be a burst of the sender's. */
  private static final double THRESHOLD_PACKETS = 2.5;

  private static final double DEVIATIONS = 2.5;
  private static final double JITTER_MARGIN = 1.2;

  /**
   * What remains with little in flight is jitter only if the round-trip time gets clearly longer
   * than that at other times; else it is a queue that others keep.
   */
  private static final double DRAINED_SHARE = 0.7;

  /** How many samples a mean needs: in a round that is not over, for a queue, for jitter. */
  private static final int MIN_RUNNING_SAMPLES = 4;

  private static final int MIN_QUEUE_SAMPLES = 2;
  private static final int MIN_JITTER_SAMPLES = 3;

  private final MinRtt minRtt;
  private final WindowedMin floor = new WindowedMin(FLOOR_SPAN_NS);
  private final WindowedMin deviation = new WindowedMin(JITTER_SPAN_NS);
  private final WindowedMin excess = new WindowedMin(JITTER_SPAN_NS);
  private final WindowedMin drainedExcess = new WindowedMin(DRAINED_SPAN_NS);

  private final RttRange range = new RttRange();

  private boolean pinned;
  private double sumNs;
  private int samples;
  private double deviationSumNs;
  private double lastMeanNs = -1;
  private double queueNs;
  private double aboveMinNs;
  private double roundAboveMinNs = -1;

  /**
   * Knows nothing yet.
   *
   * @param minRtt the model's minimum; takes each sample first
   */
  QueueEstimator(MinRtt minRtt) {
    this.minRtt = minRtt;
  }

  /** A sample of the round-trip time, without the delay of the acknowledgement. */
  void onSample(long rttNs, long nowNs) {
    sumNs += rttNs;
    samples++;
    if (lastMeanNs >= 0) {
      deviationSumNs += Math.abs(rttNs - lastMeanNs);
    }
    floor.add((double) rttNs, nowNs);
  }

  /**
   * A round trip is over.
   *
   * @param drained whether so little was in flight that no queue of this flow's can have been there
   */
  void endRound(boolean drained, long nowNs) {
    if (samples > 0) {
      double meanNs = sumNs / samples;
      roundAboveMinNs = meanNs - minRtt.ns();
      if (samples >= MIN_QUEUE_SAMPLES) {
        queueNs = Math.max(0, meanNs - floor.get());
        aboveMinNs = Math.max(0, roundAboveMinNs);
        range.add(meanNs - floor.get(), nowNs);
      }
      if (samples >= MIN_JITTER_SAMPLES) {
        learnJitter(meanNs, drained, nowNs);
      }
    } else {
      roundAboveMinNs = -1;
    }
    sumNs = 0;
    samples = 0;
    deviationSumNs = 0;
  }

  private void learnJitter(double meanNs, boolean drained, long nowNs) {
    double excessNs = meanNs - floor.get();
    excess.add(excessNs, nowNs);
    if (drained) {
      drainedExcess.add(excessNs, nowNs);
    }
    if (lastMeanNs >= 0) {
      deviation.add(deviationSumNs / samples, nowNs);
    }
    lastMeanNs = meanNs;
  }

  /** How much the round-trip time varies without a queue, in nanoseconds, 0 or more. */
  double jitterNs() {
    double jitterNs = 0;
    if (!deviation.isEmpty()) {
      jitterNs = Math.min(DEVIATIONS * deviation.get(), excess.get());
    }
    double drainedNs = drainedExcess.isEmpty() ? 0 : drainedExcess.get();
    return drainedNs <= DRAINED_SHARE * range.mostNs() ? Math.max(jitterNs, drainedNs) : jitterNs;
  }

  /** In the round trip that is over the flow sent faster than before, and had enough to send. */
  void onProbed(long nowNs) {
    range.onProbed(nowNs);
  }

  /**
   * Finds out whether the round-trip time has stayed the same in spite of probes; until the next
   * call there is a queue in any case.
   *
   * @param packetNs how long the path takes for a packet
   */
  boolean checkPinned(double packetNs, long nowNs) {
    double ofMinNs = Math.min((double) minRtt.ns() / THRESHOLD_DIVISOR, MAX_THRESHOLD_NS);
    pinned = range.isPinned(Math.max(ofMinNs, packetsNs(packetNs)), nowNs);
    return pinned;
  }

  /** Whether the means of rounds have differed by so many nanoseconds in the last seconds. */
  boolean hasMoved(double byNs) {
    return range.hasMoved(byNs);
  }

  /** The longest queue of the last seconds, without jitter, in nanoseconds. */
  double longestNs() {
    return Math.max(0, range.mostNs() - jitterNs());
  }

  /** The queue of the last round above the long minimum, jitter included, in nanoseconds. */
  double queueNs() {
    return queueNs;
  }

  /** The queue of the last round above the model's minimum, without jitter, in nanoseconds. */
  double steadyQueueNs() {
    return Math.max(0, aboveMinNs - jitterNs());
  }

  /**
   * The mean of the round that has just ended above the model's minimum, or −1 without a sample:
   * while a flow starts, there are no rounds to compare with.
   */
  double roundAboveMinNs() {
    return roundAboveMinNs;
  }

  /**
   * From where on a queue counts as one.
   *
   * @param packetNs how long the path takes for a packet
   */
  double thresholdNs(double packetNs) {
    double ofMinNs = (double) minRtt.ns() / THRESHOLD_DIVISOR;
    double boundedNs = Math.max(MIN_THRESHOLD_NS, Math.min(ofMinNs, MAX_THRESHOLD_NS));
    return Math.max(boundedNs, packetsNs(packetNs)) + JITTER_MARGIN * jitterNs();
  }

  private double packetsNs(double packetNs) {
    return Math.min(THRESHOLD_PACKETS * packetNs, minRtt.ns() / 2.0);
  }

  /** Whether there was a queue in this round or the last one, or no telling. */
  boolean isSeen(double packetNs) {
    return pinned || isMeasured(packetNs);
  }

  /** Whether there was one in this round or the last one without doubt. */
  boolean isMeasured(double packetNs) {
    double runningNs =
        samples >= MIN_RUNNING_SAMPLES ? Math.max(0, sumNs / samples - floor.get()) : 0;
    return Math.max(runningNs, queueNs) > thresholdNs(packetNs);
  }
}
