package dev.ferry.storage;

import dev.ferry.protocol.util.Bytes;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The part files of a root that wait for their transfers to be resumed. Their age, number, and what
 * they take of the disk are bounded. Where there are too many, the owner of the most loses the
 * oldest: so nobody has another's removed by leaving many. Those that another process keeps
 * meanwhile are not among them. Thread-safe.
 */
final class KeptParts {
  /** Bounds the directory and the memory of this list. */
  static final int MAX_PARTS = 10_000;

  private static final Comparator<Kept> OLDEST_FIRST =
      Comparator.comparingLong(Kept::modifiedNs).thenComparing(kept -> kept.name().stem());

  private final long maxAgeNs;
  private final long maxBytes;
  private final TreeSet<Kept> oldestFirst = new TreeSet<>(OLDEST_FIRST);
  private final Map<Bytes, Owner> owners = new HashMap<>();
  private long totalBytes;

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

  private static final class Owner {
    private final TreeSet<Kept> oldestFirst = new TreeSet<>(OLDEST_FIRST);
    private long bytes;

    long bytes() {
      return bytes;
    }

    long count() {
      return oldestFirst.size();
    }
  }

  KeptParts(StoreOptions options) {
    this.maxAgeNs = options.maxPartAgeNs();
    this.maxBytes = options.maxPartBytes();
  }

  synchronized void add(Kept kept) {
    if (oldestFirst.add(kept)) {
      totalBytes += kept.takenBytes();
      Owner owner = owners.computeIfAbsent(kept.owner(), added -> new Owner());
      owner.oldestFirst.add(kept);
      owner.bytes += kept.takenBytes();
    }
  }

  /** Takes those of a transfer off the list. */
  synchronized List<Kept> take(Bytes transfer) {
    List<Kept> taken = new ArrayList<>();
    for (Kept kept : oldestFirst) {
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
    while (!oldestFirst.isEmpty() && (isExpired(oldestFirst.first(), epochNs) || maxBytes == 0)) {
      excess.add(drop(oldestFirst.first()));
    }
    while (oldestFirst.size() > MAX_PARTS) {
      excess.add(drop(oldestOf(Owner::count, oldestFirst.last())));
    }
    while (oldestFirst.size() > 1 && countedBytes() > maxBytes) {
      excess.add(drop(oldestOf(Owner::bytes, oldestFirst.last())));
    }
    return excess;
  }

  private long countedBytes() {
    long newest = oldestFirst.last().takenBytes();
    return totalBytes - Math.max(0, newest - maxBytes / 4 * 3);
  }

  /**
   * The oldest of whoever has the most.
   *
   * @param measure of what
   * @param spared which is none of them
   */
  private Kept oldestOf(ToLongFunction<Owner> measure, @Nullable Kept spared) {
    Kept found = null;
    long most = -1;
    for (Owner owner : owners.values()) {
      Kept oldest = owner.oldestFirst.first();
      if (!oldest.equals(spared) && measure.applyAsLong(owner) > most) {
        most = measure.applyAsLong(owner);
        found = oldest;
      }
    }
    if (found == null) {
      throw new IllegalStateException("none but the one to be spared");
    }
    return found;
  }

  /** Takes the next part file off the list that gives way to what is written; null if none is. */
  synchronized @Nullable Kept takeForRoom() {
    return oldestFirst.isEmpty() ? null : drop(oldestOf(Owner::bytes, null));
  }

  synchronized boolean isEmpty() {
    return oldestFirst.isEmpty();
  }

  /** What all of them take of the disk. */
  synchronized long totalBytes() {
    return totalBytes;
  }

  /** A part file from the future is new: a clock has been set. */
  private boolean isExpired(Kept kept, long epochNs) {
    return kept.modifiedNs() < epochNs - maxAgeNs;
  }

  private Kept drop(Kept kept) {
    Owner owner = owners.get(kept.owner());
    if (oldestFirst.remove(kept) && owner != null) {
      totalBytes -= kept.takenBytes();
      owner.oldestFirst.remove(kept);
      owner.bytes -= kept.takenBytes();
      if (owner.oldestFirst.isEmpty()) {
        owners.remove(kept.owner());
      }
    }
    return kept;
  }
}
