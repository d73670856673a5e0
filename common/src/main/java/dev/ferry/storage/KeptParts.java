package dev.ferry.storage;

import dev.ferry.protocol.util.AddressKey;
import dev.ferry.protocol.util.Bytes;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The part files of a root that wait for their transfers to be resumed. Their age, number, and what
 * they take of the disk are bounded. Where there are too many, the network with the most loses the
 * oldest: so nobody has another's removed by leaving many. In IPv6 that is the /48 with the most,
 * within it the /56, and within that the /64. Those that another process keeps meanwhile are not
 * among them. Thread-safe.
 */
final class KeptParts {
  /** Bounds the directory. */
  static final int MAX_PARTS = 10_000;

  /** What one takes of this list, in bytes, with networks of IPv6 of its own. */
  static final int BYTES_EACH = 1300;

  /** They take such a part of the heap, at most. */
  private static final int HEAP_PART = 64;

  /** How long an owner in IPv6 is, the /64 of {@link AddressKey#networkOf}. */
  private static final int IPV6_NETWORK_BYTES = 8;

  private static final Comparator<Kept> OLDEST_FIRST =
      Comparator.comparingLong(Kept::modifiedNs).thenComparing(kept -> kept.name().stem());

  private final long maxAgeNs;
  private final long maxBytes;
  private final int maxParts;
  private final Network all = new Network();

  /** How many there are of a transfer. */
  private final Map<Bytes, Integer> byTransfer = new HashMap<>();

  /** The same by their names, so that none is counted twice. */
  private final Map<PartName, Kept> byName = new HashMap<>();

  /**
   * A part file.
   *
   * @param owner who has sent what is in it
   * @param modifiedNs when it was last written to, in ns since 1970
   * @param takenBytes what it takes of the disk, which may be much less than its length
   */
  record Kept(PartName name, Bytes transfer, Bytes owner, long modifiedNs, long takenBytes) {
    /** A part file with a journal. */
    static Kept of(
        PartName name, JournalHeader header, BasicFileAttributes attributes, long takenBytes) {
      return new Kept(
          name,
          header.transfer(),
          header.owner(),
          FileTimes.toNanos(attributes.lastModifiedTime()),
          takenBytes);
    }
  }

  /** The part files from one network, and the smaller networks that it consists of, if any. */
  private static final class Network {
    private final TreeSet<Kept> oldestFirst = new TreeSet<>(OLDEST_FIRST);
    private final Map<Bytes, Network> within = new HashMap<>();
    private long bytes;

    void add(Kept kept) {
      oldestFirst.add(kept);
      bytes += kept.takenBytes();
    }

    void remove(Kept kept) {
      oldestFirst.remove(kept);
      bytes -= kept.takenBytes();
    }

    Kept oldest() {
      return oldestFirst.first();
    }

    long bytes() {
      return bytes;
    }

    long count() {
      return oldestFirst.size();
    }
  }

  /** As many as a directory may have. */
  KeptParts(StoreOptions options) {
    this(options, Long.MAX_VALUE);
  }

  /** As many as a heap has room for, beside all else. */
  KeptParts(StoreOptions options, long heapBytes) {
    this.maxParts = (int) Math.min(MAX_PARTS, heapBytes / HEAP_PART / BYTES_EACH);
    this.maxAgeNs = options.maxPartAgeNs();
    this.maxBytes = options.maxPartBytes();
  }

  /** Adds a part file. If it is among them already, the newer view of it counts. */
  synchronized void add(Kept kept) {
    Kept before = byName.get(kept.name());
    if (before != null) {
      drop(before);
    }
    byName.put(kept.name(), kept);
    byTransfer.merge(kept.transfer(), 1, Integer::sum);
    all.add(kept);
    Network network = all;
    for (Bytes prefix : prefixesOf(kept.owner())) {
      network = network.within.computeIfAbsent(prefix, added -> new Network());
      network.add(kept);
    }
  }

  /** The networks that an owner belongs to, the largest first. */
  private static List<Bytes> prefixesOf(Bytes owner) {
    if (owner.length() != IPV6_NETWORK_BYTES) {
      return List.of(owner);
    }
    byte[] bytes = owner.toArray();
    bytes[7] = 0;
    Bytes of56Bits = Bytes.copyOf(bytes);
    bytes[6] = 0;
    return List.of(Bytes.copyOf(bytes), of56Bits, owner);
  }

  /** Whether a part file is among them. */
  synchronized boolean contains(PartName name) {
    return byName.containsKey(name);
  }

  /** Whether there are any of a transfer. */
  synchronized boolean has(Bytes transfer) {
    return byTransfer.containsKey(transfer);
  }

  /** The names of all of them, as they are now. */
  synchronized List<PartName> names() {
    return List.copyOf(byName.keySet());
  }

  /** Takes a part file off the list, if it is on it. */
  synchronized void remove(PartName name) {
    Kept kept = byName.get(name);
    if (kept != null) {
      drop(kept);
    }
  }

  /** Takes those of a transfer off the list. */
  synchronized List<Kept> take(Bytes transfer) {
    List<Kept> taken = new ArrayList<>();
    if (!has(transfer)) {
      return taken;
    }
    for (Kept kept : all.oldestFirst) {
      if (kept.transfer().equals(transfer)) {
        taken.add(kept);
      }
    }
    taken.forEach(this::drop);
    return taken;
  }

  /**
   * Takes the part files off the list that are to be removed: the expired ones, and some until the
   * others are within the bounds. The one that was written to last may be larger than the bound, so
   * that any transfer can be resumed; it counts for three quarters of it at most. A bound of 0
   * keeps none.
   *
   * @param epochNs the time in ns since 1970
   */
  synchronized List<Kept> takeExcess(long epochNs) {
    List<Kept> excess = new ArrayList<>();
    while (!all.oldestFirst.isEmpty()
        && (isExpired(all.oldestFirst.first(), epochNs) || maxBytes == 0)) {
      excess.add(drop(all.oldestFirst.first()));
    }
    while (all.oldestFirst.size() > maxParts) {
      excess.add(drop(oldestOf(Network::count, all.oldestFirst.last())));
    }
    while (all.oldestFirst.size() > 1 && countedBytes() > maxBytes) {
      excess.add(drop(oldestOf(Network::bytes, all.oldestFirst.last())));
    }
    return excess;
  }

  private long countedBytes() {
    long newest = all.oldestFirst.last().takenBytes();
    return all.bytes - Math.max(0, newest - maxBytes / 4 * 3);
  }

  /**
   * The oldest of the network that has the most; of several, the one whose oldest is older.
   *
   * @param measure of what
   * @param spared which is none of them
   */
  private Kept oldestOf(ToLongFunction<Network> measure, @Nullable Kept spared) {
    Comparator<Network> mostFirst =
        Comparator.comparingLong(measure).reversed().thenComparing(Network::oldest, OLDEST_FIRST);
    Network found = all;
    while (!found.within.isEmpty()) {
      found =
          found.within.values().stream()
              .filter(network -> !network.oldest().equals(spared))
              .min(mostFirst)
              .orElseThrow(() -> new IllegalStateException("none but the one to be spared"));
    }
    return found.oldest();
  }

  /** Takes the next part file off the list that gives way to what is written; null if none is. */
  synchronized @Nullable Kept takeForRoom() {
    return all.oldestFirst.isEmpty() ? null : drop(oldestOf(Network::bytes, null));
  }

  synchronized boolean isEmpty() {
    return all.oldestFirst.isEmpty();
  }

  /** What all of them take of the disk. */
  synchronized long totalBytes() {
    return all.bytes;
  }

  /** A part file from the future is new: a clock has been set. */
  private boolean isExpired(Kept kept, long epochNs) {
    return kept.modifiedNs() < epochNs - maxAgeNs;
  }

  private Kept drop(Kept kept) {
    byName.remove(kept.name());
    byTransfer.computeIfPresent(
        kept.transfer(), (transfer, count) -> count == 1 ? null : count - 1);
    all.remove(kept);
    Network outer = all;
    for (Bytes prefix : prefixesOf(kept.owner())) {
      Network network = Objects.requireNonNull(outer.within.get(prefix));
      network.remove(kept);
      if (network.oldestFirst.isEmpty()) {
        outer.within.remove(prefix);
      }
      outer = network;
    }
    return kept;
  }
}
