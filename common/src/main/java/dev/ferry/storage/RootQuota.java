package dev.ferry.storage;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.util.Locale;

/**
 * What a root holds, where that is bounded: of what has its name, and of what arrives. What is only
 * kept for a later attempt {@link KeptParts} knows. Nothing is taken before what was there has been
 * counted for the first time. Thread-safe.
 *
 * <p>Counted once more, the figures follow from what this process has done meanwhile: a change that
 * happens during the count may be in it or not. So the true figure lies between what was counted
 * without all that was removed, and what was counted with all that was added; within these bounds
 * the own figure stays, and beyond them the next bound counts, because another program has changed
 * something.
 */
final class RootQuota {
  /** After how long a client may ask again before anything has been counted. */
  private static final int RETRY_SECONDS = 1;

  private final Quota limits;
  private final Figure bytes = new Figure();
  private final Figure names = new Figure();
  private long arrivingBytes;
  private boolean counted;

  /** One of the two things that are counted. */
  private static final class Figure {
    private long now;
    private long added;
    private long removed;

    void change(long difference) {
      now += difference;
      added += Math.max(0, difference);
      removed += Math.max(0, -difference);
    }

    void beginCount() {
      added = 0;
      removed = 0;
    }

    void endCount(long found, boolean isFirst) {
      long least = Math.max(0, found - removed);
      long most = found + added;
      now = isFirst ? most : Math.max(least, Math.min(now, most));
    }
  }

  /** Counts nothing yet; without bounds there is nothing to count. */
  RootQuota(Quota limits) {
    this.limits = limits;
    this.counted = !limits.isLimited();
  }

  /** The bounds. */
  Quota limits() {
    return limits;
  }

  /** A count begins. */
  synchronized void beginCount() {
    bytes.beginCount();
    names.beginCount();
  }

  /**
   * A count has ended.
   *
   * @param foundBytes the lengths of all files
   * @param foundNames how many files, links and directories there are
   */
  synchronized void endCount(long foundBytes, long foundNames) {
    bytes.endCount(foundBytes, !counted);
    names.endCount(foundNames, !counted);
    counted = true;
  }

  /** Whether all has been counted at least once. */
  synchronized boolean isCounted() {
    return counted;
  }

  /**
   * Makes sure that it is known what the root holds.
   *
   * @throws StorageException if that is not yet so
   */
  void requireCounted() throws StorageException {
    if (!isCounted()) {
      throw StorageException.busy("it still counts what it has stored", RETRY_SECONDS);
    }
  }

  /** The lengths of all files with a name. */
  synchronized long bytes() {
    return bytes.now;
  }

  /** How many files, links and directories there are. */
  synchronized long names() {
    return names.now;
  }

  /** What is there of files that arrive. */
  synchronized long arrivingBytes() {
    return arrivingBytes;
  }

  /** How many bytes more there may be, apart from what is only kept; negative beyond the bound. */
  synchronized long roomBytes() {
    return limits.bytes() == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : limits.bytes() - bytes.now - arrivingBytes;
  }

  /** How many names more there may be; negative beyond the bound. */
  synchronized long roomNames() {
    return limits.names() == Long.MAX_VALUE ? Long.MAX_VALUE : limits.names() - names.now;
  }

  /** So much more, or less, is there of a file that arrives. */
  synchronized void arriving(long difference) {
    arrivingBytes += difference;
  }

  /**
   * Something gets a name, or loses it.
   *
   * @param byteDifference how many bytes more have a name; room for them was promised
   * @param nameDifference how many names more there are
   * @throws StorageException if that is a name more than there may be
   */
  synchronized void change(long byteDifference, int nameDifference) throws StorageException {
    if (nameDifference > 0 && nameDifference > roomNames()) {
      throw tooManyNames();
    }
    bytes.change(byteDifference);
    names.change(nameDifference);
  }

  /** Takes a change back, or notes that something is gone. */
  synchronized void changeBack(long byteDifference, int nameDifference) {
    bytes.change(-byteDifference);
    names.change(-nameDifference);
  }

  /** How there is no room for another name. */
  StorageException tooManyNames() {
    return new StorageException(
        RefusalReason.NO_SPACE,
        String.format(
            Locale.ROOT,
            "%d files and directories are there, and %d may be",
            names(),
            limits.names()),
        String.format(
            Locale.ROOT,
            "it stores no more than %d files and directories, which are there",
            limits.names()),
        null);
  }

  /**
   * How there is no room for content.
   *
   * @param wantedBytes how much was wanted
   */
  StorageException tooManyBytes(long wantedBytes) {
    return new StorageException(
        RefusalReason.NO_SPACE,
        String.format(
            Locale.ROOT,
            "%d bytes wanted, %d stored, %d arriving, a quota of %d",
            wantedBytes,
            bytes(),
            arrivingBytes(),
            limits.bytes()),
        String.format(
            Locale.ROOT,
            "its quota of %d bytes has no room for %d bytes more",
            limits.bytes(),
            wantedBytes),
        null);
  }
}
