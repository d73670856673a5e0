package dev.ferry.protocol.recovery;

import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import java.util.Arrays;

/**
 * The ledger of what was sent: which packets are in flight, what they carried, and how far delivery
 * was when they left (draft-cheng-iccrg-delivery-rate-estimation-02). It decides nothing: see
 * {@link LossDetector}, which drives it.
 *
 * <p>Calls: for each packet, if {@link #hasRoom}, {@link #sent} with {@link #nextNumber} or a
 * larger number, and then {@link #carriesData}, {@link #carriesFrames}, {@link #carriesAck} for
 * what is in it. For an acknowledgement {@link #beginAck}, {@link #acknowledge} for each range, the
 * highest first, {@link #detectLosses} and {@link #endAck}. {@link #markAppLimited} whenever there
 * is nothing to send though it would be allowed.
 *
 * <p>Only packets that call for an acknowledgement are in flight; of the others the ledger merely
 * knows that they were sent. What a packet carried can be asked as long as it is in flight, and
 * from the listener. Each call takes constant time for each packet that it concerns, amortised.
 * Memory grows with what is in flight, as far as the budget allows: {@value #BYTES_OF_A_NUMBER}
 * bytes for each packet number beyond the first {@value PacketRing#INITIAL_PACKETS}. Not
 * thread-safe.
 */
public final class SentPackets {
  /** RFC 9002, section 6.1.1: a packet is lost if one sent so many numbers later has arrived. */
  static final int PACKET_THRESHOLD = 3;

  private static final int MIN_MAX_PACKETS = 256;
  private static final int PROBES_FRACTION = 8;

  /** The memory for a number in bytes: {@link PacketRing}, and what the sender knows as lost. */
  static final int BYTES_OF_A_NUMBER = 128;

  /** The largest memory for what packets carry of further files. */
  private static final long MAX_PARTS_BYTES = 8L << 20;

  /** How many numbers that were left out are remembered for good. */
  private static final int MAX_LEFT_OUT = 8;

  private final int maxPackets;
  private final ByteBudget.Share memory;
  private final PacketRing ring = new PacketRing();
  private final PacketParts parts = new PacketParts();
  private final LostNumbers lostNumbers = new LostNumbers();
  private final RateSample sample = new RateSample();

  private long next;

  /** The oldest packet in flight, or {@link #next}. */
  private long oldest;

  /** Below it nothing is known, even if the ring, since it has grown, has room for more. */
  private long forgottenBelow;

  private long largestAcked = -1;

  /** The latest numbers that were left out, in any order; −1 where there is none. */
  private final long[] leftOut = new long[MAX_LEFT_OUT];

  private int leftOutCount;

  private int inFlight;
  private long inFlightBytes;

  /** The connection's state of the draft: C.delivered and so on. */
  private long deliveredBytes;

  private long deliveredNs;
  private long firstSentNs;
  private long lostBytes;

  /** While this is above what has been delivered, packets are marked; 0 if they are not. */
  private long appLimitedUntilBytes;

  /** The acknowledgement being taken in. */
  private long ackNs;

  private long newest;
  private long deliveredBefore;
  private long lostBefore;
  private long lostCursor;

  /**
   * Creates an empty ledger.
   *
   * @param maxPackets how many numbers may lie between the oldest packet in flight and the newest,
   *     a power of two, 256 … 2^24; an eighth of it is kept for probes
   * @param memory for more than a few of them; without it there is room for fewer
   */
  public SentPackets(int maxPackets, ByteBudget.Share memory) {
    if (Integer.bitCount(maxPackets) != 1 || maxPackets < MIN_MAX_PACKETS || maxPackets > 1 << 24) {
      throw new IllegalArgumentException("a power of two from 256 on, not " + maxPackets);
    }
    Arrays.fill(leftOut, -1);
    this.maxPackets = maxPackets;
    this.memory = memory;
  }

  /** The lowest number that the next packet may have. */
  public long nextNumber() {
    return next;
  }

  /** Whether a packet may be sent that is not a probe. */
  public boolean hasRoom() {
    while (next - oldest >= ring.capacity() - ring.capacity() / PROBES_FRACTION) {
      if (!grow()) {
        return false;
      }
    }
    return true;
  }

  /** Whether a probe may be sent. */
  public boolean hasRoomForProbe() {
    return next - oldest < ring.capacity() || grow();
  }

  /** Makes room for twice as many numbers; false if there may not be so many. */
  private boolean grow() {
    int more = 2 * ring.capacity();
    if (more > maxPackets || !memory.hold(ringBytes(more) + parts.bytes())) {
      return false;
    }
    forgottenBelow = Math.max(forgottenBelow, next - ring.capacity());
    ring.grow(next);
    lostNumbers.grow(more);
    return true;
  }

  private static long ringBytes(int packets) {
    return (long) BYTES_OF_A_NUMBER * (packets - PacketRing.INITIAL_PACKETS);
  }

  /**
   * A packet has been sent, for which there was room.
   *
   * @param number at least {@link #nextNumber}; those left out are never to be acknowledged
   * @param bytes the length of the datagram, above 0
   * @param ackEliciting whether it calls for an acknowledgement
   */
  public void sent(long number, int bytes, boolean ackEliciting, long nowNs) {
    boolean fits = number >= next;
    while (fits && number - oldest >= ring.capacity()) {
      fits = grow();
    }
    if (!fits) {
      throw new IllegalStateException("packet " + number + " after " + next + ", from " + oldest);
    }
    while (next < number) {
      leaveOutNext();
    }
    next++;
    int at = ring.index(number);
    ring.state[at] = ackEliciting ? PacketRing.IN_FLIGHT : PacketRing.QUIET;
    ring.bytes[at] = bytes;
    ring.sentNs[at] = nowNs;
    ring.offset[at] = 0;
    ring.length[at] = 0;
    ring.frames[at] = 0;
    ring.file[at] = 0;
    freeMore(at);
    ring.reported[at] = -1;
    ring.mtuProbe[at] = false;
    if (ackEliciting) {
      takeOff(at, bytes, nowNs);
    }
    skipResolved();
  }

  /**
   * Leaves out the next number, if there is room: whoever acknowledges it has not seen what it
   * acknowledges (RFC 9000, section 21.4).
   *
   * @return whether there was
   */
  public boolean leaveOut() {
    boolean fits = hasRoomForProbe();
    if (fits) {
      leaveOutNext();
      skipResolved();
    }
    return fits;
  }

  private void leaveOutNext() {
    leftOut[leftOutCount++ % MAX_LEFT_OUT] = next;
    int at = ring.index(next++);
    ring.state[at] = PacketRing.NOT_SENT;
    freeMore(at);
  }

  private boolean hasLeftOut(long low, long high) {
    for (long number : leftOut) {
      if (number >= low && number <= high) {
        return true;
      }
    }
    return false;
  }

  private void takeOff(int at, int bytes, long nowNs) {
    if (inFlight == 0) {
      firstSentNs = nowNs;
      deliveredNs = nowNs;
    }
    inFlight++;
    inFlightBytes += bytes;
    ring.delivered[at] = deliveredBytes;
    ring.deliveredNs[at] = deliveredNs;
    ring.firstSentNs[at] = firstSentNs;
    ring.flight[at] = inFlightBytes;
    ring.lost[at] = lostBytes;
    ring.appLimited[at] = appLimitedUntilBytes != 0;
  }

  private void freeMore(int at) {
    if (ring.more[at] != PacketParts.NONE) {
      parts.free(ring.more[at]);
      ring.more[at] = PacketParts.NONE;
    }
  }

  /** What the packet just sent carries is of this file; of file 0 if nobody says so. */
  public void carriesFile(long number, int file) {
    ring.file[ring.index(number)] = file;
  }

  /**
   * Whether {@link #carriesMore} may be called so often.
   *
   * @param count 0 … 32
   */
  public boolean hasRoomForMore(int count) {
    if (parts.hasRoomFor(count)) {
      return true;
    }
    if (parts.grownBytes() > MAX_PARTS_BYTES
        || !memory.hold(ringBytes(ring.capacity()) + parts.grownBytes())) {
      return false;
    }
    parts.grow();
    return true;
  }

  /**
   * The packet just sent carries something of another file, too; only if there is room for it.
   *
   * @param frames control frames as in {@link #carriesFrames}
   * @param length of content, in bytes; 0 if there is none
   */
  public void carriesMore(long number, int file, int frames, long offset, int length) {
    int at = ring.index(number);
    ring.more[at] = parts.add(ring.more[at], file, frames, offset, length);
  }

  /** Visits all that a packet carries: first what was said of it first, then the others. */
  public void visit(long number, PartVisitor visitor) {
    int at = ring.index(number);
    visitor.part(ring.file[at], ring.frames[at], ring.offset[at], ring.length[at]);
    parts.visit(ring.more[at], visitor);
  }

  /** The packet just sent carries content of the file: {@code length} bytes from {@code offset}. */
  public void carriesData(long number, long offset, int length) {
    int at = ring.index(number);
    ring.offset[at] = offset;
    ring.length[at] = length;
  }

  /**
   * The packet just sent carries control frames.
   *
   * @param frames a bit for each kind, as the caller likes
   */
  public void carriesFrames(long number, int frames) {
    ring.frames[ring.index(number)] = frames;
  }

  /**
   * The packet just sent carries an acknowledgement.
   *
   * @param largestReported the largest number that it lists
   */
  public void carriesAck(long number, long largestReported) {
    ring.reported[ring.index(number)] = largestReported;
  }

  /** The packet just sent only probes the path's MTU: its loss says nothing but of its length. */
  public void probesMtu(long number) {
    ring.mtuProbe[ring.index(number)] = true;
  }

  /** Whether a packet only probes the path's MTU. */
  public boolean isMtuProbe(long number) {
    return ring.mtuProbe[ring.index(number)];
  }

  /** The file of which {@link #frames} and the content are. */
  public int file(long number) {
    return ring.file[ring.index(number)];
  }

  /** The offset of the content that a packet carries. */
  public long dataOffset(long number) {
    return ring.offset[ring.index(number)];
  }

  /** The length of the content that a packet carries, in bytes; 0 if none. */
  public int dataLength(long number) {
    return ring.length[ring.index(number)];
  }

  /** The control frames that a packet carries, as given. */
  public int frames(long number) {
    return ring.frames[ring.index(number)];
  }

  /** The largest number that the acknowledgement in a packet lists, or −1 if it carries none. */
  public long largestReported(long number) {
    return ring.reported[ring.index(number)];
  }

  /** The length of a packet's datagram in bytes. */
  public int bytes(long number) {
    return ring.bytes[ring.index(number)];
  }

  /** When a packet was sent. */
  public long sentNs(long number) {
    return ring.sentNs[ring.index(number)];
  }

  boolean wasAppLimited(long number) {
    return ring.appLimited[ring.index(number)];
  }

  long flightAtSendBytes(long number) {
    return ring.flight[ring.index(number)];
  }

  /** What has been declared lost since a packet was sent. */
  long lostSinceBytes(long number) {
    return lostBytes - ring.lost[ring.index(number)];
  }

  /** The oldest packet in flight, or {@link #nextNumber} if there is none. */
  public long oldestInFlight() {
    return oldest;
  }

  /** The next packet in flight after a number, or {@link #nextNumber} if there is none. */
  public long nextInFlight(long number) {
    long candidate = Math.max(oldest, number + 1);
    while (candidate < next && stateOf(candidate) != PacketRing.IN_FLIGHT) {
      candidate++;
    }
    return Math.min(candidate, next);
  }

  /** Whether a packet is in flight. */
  public boolean isInFlight(long number) {
    return number >= oldest && number < next && stateOf(number) == PacketRing.IN_FLIGHT;
  }

  /** How many packets are in flight. */
  public int packetsInFlight() {
    return inFlight;
  }

  /** How much is in flight, in bytes. */
  public long bytesInFlight() {
    return inFlightBytes;
  }

  /** The largest number that has been acknowledged, or −1. */
  public long largestAcked() {
    return largestAcked;
  }

  /** How much has been acknowledged since the beginning, in bytes. */
  public long deliveredBytes() {
    return deliveredBytes;
  }

  /** How much has been declared lost since the beginning, probes of the MTU aside, in bytes. */
  public long lostBytes() {
    return lostBytes;
  }

  /** There is nothing to send though it would be allowed: the rate of delivery says little. */
  public void markAppLimited() {
    appLimitedUntilBytes = Math.max(1, deliveredBytes + inFlightBytes);
  }

  /** An acknowledgement begins. */
  public void beginAck(long nowNs) {
    ackNs = nowNs;
    newest = -1;
    deliveredBefore = deliveredBytes;
    lostBefore = lostBytes;
    lostCursor = lostNumbers.begin();
    sample.priorInFlightBytes = inFlightBytes;
  }

  /**
   * Takes in one range of an acknowledgement; each must lie below the one before.
   *
   * @param low its lowest number
   * @param high its highest number
   * @return false if it acknowledges what was never sent, which breaks the protocol; of the numbers
   *     that were left out, the latest {@value #MAX_LEFT_OUT} are noticed at any time
   */
  public boolean acknowledge(long low, long high, SentPacketListener listener) {
    if (low < 0 || low > high || high >= next || hasLeftOut(low, high)) {
      return false;
    }
    largestAcked = Math.max(largestAcked, high);
    findMistakes(low, high, listener);
    for (long number = Math.max(low, oldest); number <= high; number++) {
      byte state = stateOf(number);
      if (state == PacketRing.NOT_SENT) {
        return false;
      }
      if (state == PacketRing.IN_FLIGHT) {
        land(number);
        deliver(number);
        listener.onAcknowledged(number, false);
        freeMore(ring.index(number));
      }
    }
    skipResolved();
    return true;
  }

  /** Packets that had been declared lost and have arrived after all. */
  private void findMistakes(long low, long high, SentPacketListener listener) {
    while (lostCursor != lostNumbers.end() && lostNumbers.at(lostCursor) >= low) {
      long number = lostNumbers.at(lostCursor--);
      if (number <= high && isHeld(number) && stateOf(number) == PacketRing.LOST) {
        ring.state[ring.index(number)] = PacketRing.ACKNOWLEDGED;
        deliveredBytes += bytes(number);
        deliveredNs = ackNs;
        listener.onAcknowledged(number, true);
        freeMore(ring.index(number));
      }
    }
  }

  private void land(long number) {
    int at = ring.index(number);
    ring.state[at] = PacketRing.ACKNOWLEDGED;
    inFlight--;
    inFlightBytes -= ring.bytes[at];
  }

  /** UpdateRateSample of the draft, section 3.3. */
  private void deliver(long number) {
    int at = ring.index(number);
    deliveredBytes += ring.bytes[at];
    deliveredNs = ackNs;
    if (number > newest) {
      newest = number;
      firstSentNs = ring.sentNs[at];
    }
  }

  /** Whether the acknowledgement, so far, newly acknowledged anything that was in flight. */
  public boolean hasNewlyAcked() {
    return newest >= 0;
  }

  /** The largest number that it newly acknowledged, or −1. */
  public long largestNewlyAcked() {
    return newest;
  }

  /**
   * Declares packets lost (RFC 9002, section 6.1) that were sent before one that has been
   * acknowledged.
   *
   * @param lossDelayNs how long after its sending a packet is lost
   * @return when the next one will be, or {@link Nanos#NEVER}
   */
  public long detectLosses(long lossDelayNs, long nowNs, SentPacketListener listener) {
    return detectLosses(PACKET_THRESHOLD, lossDelayNs, nowNs, listener);
  }

  /** The same with another threshold than {@value #PACKET_THRESHOLD} packets. */
  long detectLosses(
      long packetThreshold, long lossDelayNs, long nowNs, SentPacketListener listener) {
    while (oldest <= largestAcked) {
      int at = ring.index(oldest);
      long lostNs = Nanos.after(ring.sentNs[at], lossDelayNs);
      if (largestAcked - oldest < packetThreshold && !Nanos.isDue(lostNs, nowNs)) {
        return lostNs;
      }
      loseOldest(nowNs, listener);
    }
    return Nanos.NEVER;
  }

  private void loseOldest(long nowNs, SentPacketListener listener) {
    long number = oldest;
    int at = ring.index(number);
    ring.state[at] = PacketRing.LOST;
    inFlight--;
    inFlightBytes -= ring.bytes[at];
    if (!ring.mtuProbe[at]) {
      lostBytes += ring.bytes[at];
    }
    lostNumbers.add(number, nowNs);
    skipResolved();
    listener.onLost(number);
  }

  /**
   * Makes room for a packet of any kind. If nothing else does, the oldest packets in flight are
   * lost: a peer that acknowledges nothing can call for any number of acknowledgements meanwhile.
   */
  void makeRoom(long nowNs, SentPacketListener listener) {
    while (!hasRoomForProbe()) {
      loseOldest(nowNs, listener);
    }
  }

  /** Forgets what was declared lost before a time: it will not arrive any more. */
  void forgetLostBefore(long timeNs) {
    lostNumbers.forgetBefore(timeNs);
  }

  /**
   * The acknowledgement is complete; only if it {@link #hasNewlyAcked}.
   *
   * @return what it tells, but for the round-trip times
   */
  RateSample endAck() {
    int at = ring.index(newest);
    sample.nowNs = ackNs;
    sample.ackedBytes = deliveredBytes - deliveredBefore;
    sample.lostBytes = lostBytes - lostBefore;
    sample.inFlightBytes = inFlightBytes;
    sample.largestAcked = newest;
    sample.deliveredBytes = deliveredBytes;
    sample.priorDeliveredBytes = ring.delivered[at];
    sample.totalLostBytes = lostBytes;
    sample.priorLostBytes = ring.lost[at];
    sample.flightAtSendBytes = ring.flight[at];
    sample.appLimited = ring.appLimited[at];
    long sendingNs = ring.sentNs[at] - ring.firstSentNs[at];
    sample.intervalNs = Math.max(sendingNs, ackNs - ring.deliveredNs[at]);
    if (appLimitedUntilBytes != 0 && deliveredBytes > appLimitedUntilBytes) {
      appLimitedUntilBytes = 0;
    }
    return sample;
  }

  /** Whether a packet between two numbers has been acknowledged; both excluded. */
  boolean hasAckedBetween(long low, long high) {
    for (long number = high - 1; number > low; number--) {
      if (!isHeld(number) || stateOf(number) == PacketRing.ACKNOWLEDGED) {
        return true;
      }
    }
    return false;
  }

  private void skipResolved() {
    while (oldest < next && stateOf(oldest) != PacketRing.IN_FLIGHT) {
      oldest++;
    }
  }

  private boolean isHeld(long number) {
    return number >= Math.max(forgottenBelow, next - ring.capacity());
  }

  private byte stateOf(long number) {
    return ring.state[ring.index(number)];
  }
}
