package dev.ferry.storage;

import dev.ferry.protocol.util.Bytes;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The part files of a root that wait for their transfers to be resumed. Their age, total size and
 * number are bounded. Those that another process keeps meanwhile are not among them. Thread-safe.
 */
final class KeptParts {
  /** Bounds the directory and the memory of this list. */
  static final int MAX_PARTS = 10_000;

  private final long maxAgeNs;
  private final long maxBytes;
  private final TreeSet<Kept> oldestFirst =
      new TreeSet<>(
          Comparator.comparingLong(Kept::modifiedNs).thenComparing(kept -> kept.name().stem()));
  private long totalBytes;

  /**
   * A part file.
   *
   * @param modifiedNs when it was last written to, in ns since 1970
   * @param sizeBytes its length, which is about what it takes of the disk: a transfer writes little
   *     beyond what it has stored without gaps
   */
  record Kept(PartName name, Bytes transfer, long modifiedNs, long sizeBytes) {
    /** A part file with a journal. */
    static Kept of(PartName name, JournalHeader header, BasicFileAttributes attributes) {
      return new Kept(
          name,
          header.transfer(),
          FileTimes.toNanos(attributes.lastModifiedTime()),
          attributes.size());
    }
  }

  KeptParts(StoreOptions options) {
    this.maxAgeNs = options.maxPartAgeNs();
    this.maxBytes = options.maxPartBytes();
  }

  synchronized void add(Kept kept) {
    if (oldestFirst.add(kept)) {
      totalBytes += kept.sizeBytes();
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
   * Takes the part files off the list that are to be removed: the expired ones, and the oldest ones
   * until the others are within the bounds. The one that was written to last may be larger than the
   * bound, so that any transfer can be resumed. A bound of 0 keeps none.
   *
   * @param epochNs the time in ns since 1970
   */
  synchronized List<Kept> takeExcess(long epochNs) {
    List<Kept> excess = new ArrayList<>();
    while (!oldestFirst.isEmpty() && isExcess(oldestFirst.first(), epochNs)) {
      Kept oldest = oldestFirst.first();
      drop(oldest);
      excess.add(oldest);
    }
    return excess;
  }

  /** Takes the next part file off the list that gives way to what is written; null if none is. */
  synchronized @Nullable Kept takeForRoom() {
    Kept victim = oldestFirst.isEmpty() ? null : oldestFirst.first();
    if (victim != null) {
      drop(victim);
    }
    return victim;
  }

  synchronized boolean isEmpty() {
    return oldestFirst.isEmpty();
  }

  /** What all of them take of the disk. */
  synchronized long totalBytes() {
    return totalBytes;
  }

  private boolean isExcess(Kept oldest, long epochNs) {
    return isExpired(oldest, epochNs)
        || maxBytes == 0
        || oldestFirst.size() > MAX_PARTS
        || (totalBytes > maxBytes && oldestFirst.size() > 1);
  }

  /** A part file from the future is new: a clock has been set. */
  private boolean isExpired(Kept kept, long epochNs) {
    return kept.modifiedNs() < epochNs - maxAgeNs;
  }

  private void drop(Kept kept) {
    if (oldestFirst.remove(kept)) {
      totalBytes -= kept.sizeBytes();
    }
  }
}
