package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * What the first packets tell of the path's rate: they are sent back to back, and the bottleneck
 * spaces them (packet dispersion; Dovrolis, Ramanathan and Moore, 2001). Measured by when they are
 * acknowledged, which a receiver does for each pair at first. Reordered, compressed or delayed
 * acknowledgements make the rate wrong: so half of it is tried for a round trip, and no longer if
 * what arrives does not confirm it. Not thread-safe.
 */
final class PacketTrain {
  private static final int MAX_PACKETS = 16;

  /** So many packets between two acknowledgements make a measurement, if they take so long. */
  private static final int MIN_PACKETS = 6;

  private static final long MIN_SPAN_NS = 200 * Nanos.MICROSECOND;

  /** The bottleneck must have spread the packets by so much. */
  private static final int SPREAD_FACTOR = 2;

  private static final long NONE = -1;

  private int packetBytes;
  private long first = NONE;
  private long last = NONE;
  private long firstSentNs;
  private long lastSentNs;
  private long firstAcked = NONE;
  private long firstAckedNs;
  private boolean over;
  private double bytesPerSecond;

  /** A packet is sent; all of the train have one length, or else they count as the longest. */
  void onSent(long number, int bytes, long nowNs) {
    if (first == NONE) {
      first = number;
      firstSentNs = nowNs;
    }
    if (number - first < MAX_PACKETS && nowNs - firstSentNs < MIN_SPAN_NS) {
      last = number;
      lastSentNs = nowNs;
      packetBytes = Math.max(packetBytes, bytes);
    }
  }

  /**
   * An acknowledgement came in.
   *
   * @param largest the largest number that it newly acknowledges
   */
  void onAck(long largest, long nowNs) {
    if (over) {
      return;
    }
    if (firstAcked == NONE) {
      firstAcked = largest;
      firstAckedNs = nowNs;
      return;
    }
    if (largest <= last) {
      measure(largest, nowNs);
    }
    over = largest >= last;
  }

  private void measure(long largest, long nowNs) {
    long packets = largest - firstAcked;
    long spanNs = nowNs - firstAckedNs;
    if (packets >= MIN_PACKETS
        && spanNs >= MIN_SPAN_NS
        && spanNs >= SPREAD_FACTOR * (lastSentNs - firstSentNs)) {
      bytesPerSecond = packets * (double) packetBytes * Nanos.SECOND / spanNs;
    }
  }

  /** The rate, once, when the train has arrived; 0 if there is none. */
  double takeRate() {
    if (!over) {
      return 0;
    }
    double rate = bytesPerSecond;
    bytesPerSecond = 0;
    return rate;
  }
}
