package dev.ferry.protocol.recovery;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;

/**
 * How long datagrams may be on the path to the peer: Datagram Packetization Layer Path MTU
 * Discovery (RFC 8899) for one end, which finds the length by sending packets of it. Sizes are
 * those of whole datagrams, without the headers of UDP and IP, in bytes.
 *
 * <ul>
 *   <li>Every path carries {@value #BASE_BYTES} bytes (BASE_PLPMTU, section 5.1.2): the hello of
 *       the handshake had so many. Packets are no longer until longer ones have arrived.
 *   <li>The search (section 5.3) climbs by the sizes that links have, Ethernet's first, so that on
 *       nearly all paths one probe ends it. What {@value #MAX_PROBES} probes in a row do not get
 *       through is too long, and the search goes on below it, by halving.
 *   <li>A path may shrink without a word (section 4.3, black hole detection): long packets vanish,
 *       while short ones arrive. {@value #BLACK_HOLE_PACKETS} long ones in a row that are declared
 *       lost, though none of those after them has arrived, are enough to begin again at the base. A
 *       mistake costs a round trip or two with shorter packets.
 *   <li>After {@value #RAISE_SECONDS} seconds the path may have grown (PMTU_RAISE_TIMER, section
 *       5.1.1), and at once when it is another one.
 * </ul>
 *
 * <p>Longer datagrams than Ethernet's are used only where the path takes them in the time of a
 * burst: on slow paths they would make bursts of single packets.
 *
 * <p>A probe carries nothing of the file, and its loss is no sign of congestion. There is one at a
 * time. Deterministic; not thread-safe.
 */
public final class PathMtuDiscovery {
  /** What every path carries. */
  public static final int BASE_BYTES = Udp.SAFE_PAYLOAD_BYTES;

  /** MAX_PROBES of section 5.1.2. */
  static final int MAX_PROBES = 3;

  static final int BLACK_HOLE_PACKETS = 4;

  static final int RAISE_SECONDS = 600;

  /** The IP packets of the usual links. */
  private static final int ETHERNET_MTU = 1500;

  private static final int JUMBO_MTU = 9000;

  /** For so long a single datagram may occupy the path. */
  private static final long BURST_NS = 500 * Nanos.MICROSECOND;

  /** How much slower the path may become before datagrams are shortened. */
  private static final int HYSTERESIS = 2;

  /** Halving stops when it can gain no more than this, or this part of what there is. */
  private static final int LEAST_GAIN_BYTES = 16;

  private static final int LEAST_GAIN_PART = 64;

  private static final long NONE = -1;

  private final int ethernetBytes;
  private final int jumboBytes;
  private final int maxBytes;

  /** No probe is longer (MAX_PLPMTU). */
  private int limitBytes;

  /** What the path is known to carry (PLPMTU). */
  private int provenBytes;

  /** What is used of it. */
  private int sizeBytes;

  /** What an earlier connection found, and is probed first; 0 if nothing is remembered. */
  private int rememberedBytes;

  /** The smallest size that did not get through; above the limit if none is known. */
  private int failedBytes = Integer.MAX_VALUE;

  /** The probe in flight, and its size; how many of that size were lost (PROBE_COUNT). */
  private long probe = NONE;

  private int probedBytes;
  private int lostProbes;

  private long raiseNs = Nanos.NEVER;

  /** The newest packet that has arrived and was longer than the base. */
  private long newestLong = NONE;

  /** Packets below this were sent on another path, or before it shrank. */
  private long firstOfPath;

  private int longLostInARow;

  /**
   * Begins a path.
   *
   * @param headerBytes the length of the headers of UDP and IP
   * @param maxBytes the largest datagram that both ends allow, {@value #BASE_BYTES} … 65507
   */
  public PathMtuDiscovery(int headerBytes, int maxBytes) {
    this.ethernetBytes = ETHERNET_MTU - headerBytes;
    this.jumboBytes = JUMBO_MTU - headerBytes;
    this.maxBytes = maxBytes;
    this.limitBytes = Math.min(maxBytes, ethernetBytes);
    this.provenBytes = Math.min(BASE_BYTES, maxBytes);
    this.sizeBytes = provenBytes;
  }

  /**
   * For what carries packets of any length, such as a stream: nothing is to be found out.
   *
   * @param bytes the length of all full packets
   */
  public static PathMtuDiscovery fixed(int bytes) {
    PathMtuDiscovery discovery = new PathMtuDiscovery(0, bytes);
    discovery.limitBytes = bytes;
    discovery.provenBytes = bytes;
    discovery.sizeBytes = bytes;
    return discovery;
  }

  /**
   * What an earlier connection found on the path: probed before the usual sizes, and then the
   * search goes on above it as it does without.
   *
   * @param bytes 1 … 65507
   */
  public void remember(int bytes) {
    rememberedBytes = bytes;
  }

  /** How long full packets are now. */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** How long a packet is that must arrive: longer ones may be what the path does not carry. */
  public int safeBytes() {
    return Math.min(BASE_BYTES, sizeBytes);
  }

  /** What full packets have on most paths, for whoever must assume a length at the beginning. */
  public int usualBytes() {
    return Math.max(sizeBytes, Math.min(ethernetBytes, maxBytes));
  }

  /**
   * The host itself sends no longer datagrams than this. At first that is Ethernet's length.
   *
   * @param bytes the largest datagram that leaves the interface in one piece
   */
  public void limit(int bytes) {
    limitBytes = Math.max(BASE_BYTES, Math.min(bytes, maxBytes));
    if (provenBytes > limitBytes) {
      provenBytes = limitBytes;
      sizeBytes = Math.min(sizeBytes, limitBytes);
    }
    search();
  }

  private void search() {
    failedBytes = Integer.MAX_VALUE;
    lostProbes = 0;
    raiseNs = Nanos.NEVER;
  }

  /** The path is another one: begins again with what every path carries. */
  public void startPath(long nextNumber) {
    rememberedBytes = 0;
    provenBytes = Math.min(BASE_BYTES, maxBytes);
    sizeBytes = provenBytes;
    firstOfPath = nextNumber;
    probe = NONE;
    longLostInARow = 0;
    search();
  }

  /**
   * The length of the probe that is to be sent now; 0 if none is.
   *
   * @param bytesPerSecond how much the path carries
   */
  public int probeBytes(long bytesPerSecond, long nowNs) {
    if (probe != NONE || provenBytes >= limitBytes) {
      return 0;
    }
    if (Nanos.isDue(raiseNs, nowNs)) {
      search();
    }
    long worthBytes = worthBytes(bytesPerSecond);
    if (rememberedBytes <= worthBytes && isBeingSearched(rememberedBytes)) {
      return rememberedBytes;
    }
    int bytes = nextBytes();
    return bytes <= worthBytes ? bytes : 0;
  }

  /** Whether it is not known yet that the path takes so much, or does not. */
  private boolean isBeingSearched(int bytes) {
    return bytes > provenBytes && bytes <= limitBytes && bytes < failedBytes;
  }

  /** The next size of the search; 0 if it is over. */
  private int nextBytes() {
    int bytes = Math.min(nextUsualBytes(), limitBytes);
    if (bytes < failedBytes) {
      return bytes;
    }
    int leastGain = Math.max(LEAST_GAIN_BYTES, provenBytes / LEAST_GAIN_PART);
    return failedBytes - provenBytes > leastGain
        ? provenBytes + (failedBytes - provenBytes) / 2
        : 0;
  }

  private int nextUsualBytes() {
    if (provenBytes < ethernetBytes) {
      return ethernetBytes;
    }
    return provenBytes < jumboBytes ? jumboBytes : limitBytes;
  }

  /** The longest datagram that occupies a path of that rate no longer than a burst may. */
  private long worthBytes(long bytesPerSecond) {
    long burstBytes = Math.min(bytesPerSecond, 1L << 32) * BURST_NS / Nanos.SECOND;
    return Math.max(ethernetBytes, burstBytes);
  }

  /** A probe of that length has been sent. */
  public void onProbeSent(long number, int bytes) {
    if (bytes != probedBytes) {
      lostProbes = 0;
    }
    probe = number;
    probedBytes = bytes;
  }

  /** A packet has arrived; before {@link #onLost} of those that are lost because of it. */
  public void onAcknowledged(long number, int bytes) {
    if (number < firstOfPath) {
      return;
    }
    if (bytes > BASE_BYTES && number > newestLong) {
      newestLong = number;
      longLostInARow = 0;
    }
    if (number == probe) {
      probe = NONE;
      lostProbes = 0;
      provenBytes = Math.max(provenBytes, Math.min(bytes, limitBytes));
    }
  }

  /**
   * A packet was lost.
   *
   * @param nextNumber the number of the next packet
   */
  public void onLost(long number, int bytes, long nextNumber, long nowNs) {
    if (number < firstOfPath) {
      return;
    }
    if (number == probe) {
      probe = NONE;
      lostProbes++;
      if (lostProbes == MAX_PROBES) {
        fail(bytes, nowNs);
      }
    } else if (bytes > BASE_BYTES && bytes <= provenBytes && number > newestLong) {
      longLostInARow++;
      if (longLostInARow == BLACK_HOLE_PACKETS) {
        startPath(nextNumber);
      }
    }
  }

  private void fail(int bytes, long nowNs) {
    failedBytes = bytes;
    lostProbes = 0;
    raiseNs = Nanos.after(nowNs, RAISE_SECONDS * Nanos.SECOND);
  }

  /**
   * The host could not send a datagram, perhaps because it is longer than the interface allows: a
   * hint, which is believed until the next search.
   *
   * @param nextNumber the number of the next packet
   */
  public void onTooLong(int bytes, long nextNumber, long nowNs) {
    if (bytes <= BASE_BYTES) {
      return;
    }
    if (bytes <= provenBytes) {
      startPath(nextNumber);
    } else if (bytes == probedBytes) {
      probe = NONE;
    }
    fail(Math.min(bytes, failedBytes), nowNs);
  }

  /**
   * Chooses the length of full packets: the longest that the path is known to carry, and that is
   * not too long for its rate.
   *
   * @param bytesPerSecond how much the path carries
   */
  public void adapt(long bytesPerSecond) {
    int kept = usedOfProven(HYSTERESIS * worthBytes(bytesPerSecond));
    int raised = usedOfProven(worthBytes(bytesPerSecond));
    sizeBytes = Math.min(kept, Math.max(sizeBytes, raised));
  }

  private int usedOfProven(long mostBytes) {
    if (provenBytes <= mostBytes) {
      return provenBytes;
    }
    return jumboBytes <= Math.min(provenBytes, mostBytes) ? jumboBytes : ethernetBytes;
  }
}
