package dev.ferry.protocol.recovery.congestion;

import dev.ferry.protocol.util.Nanos;

/**
 * What the first packets tell of the path's rate: they are sent back to back, and the bottleneck
 * spaces them (packet dispersion; Dovrolis, Ramanathan and Moore, 2001). Measured by when they
 * arrived, as the peer says, or else by when they are acknowledged, which a receiver does for each
 * pair at first. A peer that reads its packets in one go, or acknowledgements that are reordered or
 * compressed, make the rate wrong: so half of it is tried for a round trip, and no longer if what
 * arrives does not confirm it. Not thread-safe.
 */
final class PacketTrain {
  /** So many packets make a train; a faster path than 1.8 Gbit/s cannot be told from any other. */
  static final int MAX_PACKETS = 32;

  /**
   * So many trains are tried. A peer whose program has just been started takes the first packets
   * out of its socket's buffer all at once.
   */
  private static final int MAX_TRAINS = 6;

  /** So many packets between two acknowledgements make a measurement, if they take so long. */
  private static final int MIN_PACKETS = 6;

  /** So many must have arrived, and none be missing, for it to show a least rate. */
  private static final int MIN_WHOLE_PACKETS = 16;

  private static final long MIN_SPAN_NS = 200 * Nanos.MICROSECOND;

  /** The bottleneck must have spread the packets by so much. */
  private static final int SPREAD_FACTOR = 2;

  private static final long NONE = -1;

  private long first = NONE;
  private long last = NONE;
  private long firstSentNs;
  private long lastSentNs;

  /** The first number of which it is known when it arrived, or was acknowledged. */
  private long firstSeen = NONE;

  private long firstSeenNs;

  /** How many have arrived; what was dropped before the bottleneck took no time there. */
  private int arrived;

  private long arrivedBytes;

  /** How much of that is not counted in what the rate is measured by: the first that was seen. */
  private int firstArrived;

  private long firstArrivedBytes;

  /** Whether times are the peer's. */
  private boolean byPeer;

  private int trains = 1;
  private boolean over;
  private double bytesPerSecond;

  /** A packet is sent. */
  void onSent(long number, long nowNs) {
    boolean tooShort = trains > 1 && last - first < MIN_PACKETS;
    if (tooShort && nowNs - firstSentNs >= MIN_SPAN_NS) {
      forget();
    }
    if (first == NONE) {
      first = number;
      firstSentNs = nowNs;
    }
    if (number - first < MAX_PACKETS && nowNs - firstSentNs < MIN_SPAN_NS) {
      last = number;
      lastSentNs = nowNs;
    }
  }

  /** A packet has arrived; before {@link #onAck} of the acknowledgement that says so. */
  void onAcked(long number, int bytes) {
    if (!over && first != NONE && number >= first && number <= last) {
      arrived++;
      arrivedBytes += bytes;
    }
  }

  /** An acknowledgement came in. */
  void onAck(AckSample sample) {
    long largest = sample.largestAcked();
    if (over || first == NONE || largest < first) {
      return;
    }
    if (firstSeen == NONE) {
      begin(sample);
    }
    boolean known = sample.arrivedNs() >= 0;
    if (largest <= last && known == byPeer) {
      measure(byPeer ? sample.arrivedNs() : sample.nowNs());
    }
    over = largest >= last;
  }

  private void begin(AckSample sample) {
    byPeer = sample.arrivedNs() >= 0;
    firstSeen = sample.largestAcked();
    firstSeenNs = sample.nowNs();
    firstArrived = arrived;
    firstArrivedBytes = arrivedBytes;
    if (byPeer) {
      boolean isOfTrain = firstSeen - sample.trainNumbers() >= first;
      firstSeen -= isOfTrain ? sample.trainNumbers() : 0;
      firstSeenNs = sample.arrivedNs() - (isOfTrain ? sample.trainNs() : 0);
      if (isOfTrain && arrived > 0) {
        firstArrived = 1;
        firstArrivedBytes = arrivedBytes / arrived;
      }
    }
  }

  private void measure(long seenNs) {
    int packets = arrived - firstArrived;
    long spanNs = seenNs - firstSeenNs;
    if (packets >= MIN_PACKETS
        && spanNs >= MIN_SPAN_NS
        && spanNs >= SPREAD_FACTOR * (lastSentNs - firstSentNs)) {
      bytesPerSecond = (double) (arrivedBytes - firstArrivedBytes) * Nanos.SECOND / spanNs;
    }
  }

  /**
   * Begins another train with the next packets, if they are sent back to back.
   *
   * @return false if there have been enough
   */
  boolean tryAgain() {
    if (trains == MAX_TRAINS) {
      return false;
    }
    trains++;
    forget();
    over = false;
    return true;
  }

  private void forget() {
    first = NONE;
    last = NONE;
    firstSeen = NONE;
    arrived = 0;
    arrivedBytes = 0;
  }

  /**
   * A rate that the path has at least: none of the train's packets was held up for longer than the
   * last one, whatever the peer does before it answers. Known of the first train alone, if all of
   * it has arrived and is enough: a token bucket lets pass a later, shorter one, whatever its rate.
   *
   * @param heldUpNs by how much the round trip of the last one was longer than the shortest one
   * @return in bytes per second; 0 if it is not known
   */
  double leastRate(long heldUpNs) {
    boolean whole = over && trains == 1 && first != NONE && arrived == last - first + 1;
    return whole && arrived >= MIN_WHOLE_PACKETS
        ? (double) arrivedBytes * Nanos.SECOND / Math.max(MIN_SPAN_NS, heldUpNs)
        : 0;
  }

  /** Whether the train has arrived. */
  boolean isOver() {
    return over;
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
