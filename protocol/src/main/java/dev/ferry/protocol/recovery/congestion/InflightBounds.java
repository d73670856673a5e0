package dev.ferry.protocol.recovery.congestion;

/**
 * How much may be in flight, by what losses have shown: over a long time (BBR.inflight_longterm),
 * found by probing and raised by it, and over a short one (BBR.inflight_shortterm). In bytes. Not
 * thread-safe.
 */
final class InflightBounds {
  /** What congestion leaves of the bounds (BBRBeta). */
  private static final double BETA = 0.7;

  /** What is left to others while cruising (BBRHeadroom). */
  private static final double HEADROOM = 0.15;

  /** By how much a probe raises the bound that ends with a long queue, but without loss. */
  private static final double RAISE = 1.125;

  private static final int MIN_PACKETS = 4;
  private static final int MAX_DOUBLINGS = 30;
  static final double NO_BOUND = Double.POSITIVE_INFINITY;

  private int packetBytes;
  private double longTerm = NO_BOUND;
  private double shortTerm = NO_BOUND;
  private double undoLongTerm = NO_BOUND;
  private double undoShortTerm = NO_BOUND;
  private double latest;

  /** How the long-term bound is raised: a packet for so many bytes acknowledged. */
  private double bytesPerPacket = NO_BOUND;

  private double ackedBytes;
  private int doublings;

  InflightBounds(int packetBytes) {
    this.packetBytes = packetBytes;
  }

  /** Full datagrams have another length from now on. */
  void packetSize(int newPacketBytes) {
    packetBytes = newPacketBytes;
  }

  /** So much was delivered in the time of a sample. */
  void onSample(double deliveredBytes) {
    latest = Math.max(latest, deliveredBytes);
  }

  /** A loss round is over; the next begins with what was sampled now. */
  void restartLatest(double deliveredBytes) {
    latest = deliveredBytes;
  }

  double latest() {
    return latest;
  }

  double longTerm() {
    return longTerm;
  }

  double shortTerm() {
    return shortTerm;
  }

  /** The long-term bound, less what is left to others. */
  double withHeadroom() {
    if (longTerm == NO_BOUND) {
      return NO_BOUND;
    }
    double headroom = Math.max(HEADROOM * longTerm, packetBytes);
    return Math.max(longTerm - headroom, (double) MIN_PACKETS * packetBytes);
  }

  /** The long-term bound is set by what was in flight when Startup overran the path. */
  void setLongTerm(double bytes) {
    undoLongTerm = longTerm;
    longTerm = bytes;
  }

  /**
   * A probe ended in congestion.
   *
   * @param inFlightBytes what was in flight then
   * @param targetBytes what the model says the path takes
   */
  void reduceLongTerm(double inFlightBytes, double targetBytes) {
    setLongTerm(Math.max(inFlightBytes, BETA * targetBytes));
  }

  /** More than the bound was in flight, without congestion. */
  void raiseTo(double inFlightBytes) {
    if (longTerm != NO_BOUND) {
      longTerm = Math.max(longTerm, inFlightBytes);
    }
  }

  /**
   * A probe ended early at the bound, because of a queue and without congestion. The queue must not
   * grow, but a flow that shares it must not stay below its share for that reason either.
   */
  void raiseAtOnce() {
    raiseTo(RAISE * longTerm);
  }

  /** Congestion in a round in which the flow did not accelerate. */
  void reduceShortTerm(double windowBytes, double leastBytes) {
    undoShortTerm = shortTerm;
    double before = shortTerm == NO_BOUND ? windowBytes : shortTerm;
    shortTerm = Math.max(Math.max(latest, BETA * before), leastBytes);
  }

  void resetShortTerm() {
    shortTerm = NO_BOUND;
    undoShortTerm = NO_BOUND;
  }

  /** The losses that reduced the bounds were none. */
  void undoReductions() {
    longTerm = Math.max(longTerm, undoLongTerm);
    shortTerm = Math.max(shortTerm, undoShortTerm);
  }

  /** Probing is over. */
  void stopRaising() {
    bytesPerPacket = NO_BOUND;
  }

  /** Probing is about to begin, slowly. */
  void prepareRaising() {
    doublings = 0;
    ackedBytes = 0;
  }

  /** A round of probing begins: raises the bound twice as fast as in the one before. */
  void steepen(double windowBytes) {
    double slower = StrictMath.scalb(windowBytes, -doublings);
    doublings = Math.min(doublings + 1, MAX_DOUBLINGS);
    bytesPerPacket = Math.max(slower, packetBytes);
  }

  /** The bound was in the way, and what was in flight has arrived. */
  void raise(long newlyAckedBytes) {
    ackedBytes += newlyAckedBytes;
    if (ackedBytes >= bytesPerPacket) {
      double packets = Math.floor(ackedBytes / bytesPerPacket);
      ackedBytes -= packets * bytesPerPacket;
      longTerm += packets * packetBytes;
    }
  }
}
