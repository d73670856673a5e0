package dev.ferry.storage;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.KeptParts.Kept;
import java.io.IOException;
import java.nio.file.FileStore;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a disk is promised to files that are on their way. Part files that are only kept give
 * way: they count as free here, and are removed when what is really written needs their room.
 * Thread-safe.
 *
 * <p>Promises cost nobody anything. To others those of one owner count for half of what is free at
 * most, or for ten times of what the owner has already sent, if that is more; so nobody holds the
 * whole disk by asking for it, and more may be let in than fits.
 *
 * <p>What fits is decided by what is sent: ten times of what a file has sent, and no more than the
 * rest of it, is held for it firmly. The firm parts of all together never exceed what is free: a
 * file whose part would have to grow beyond that ends. One whose whole rest is held firmly no other
 * can end.
 */
final class SpaceLedger {
  /** After how many written bytes the disk is asked how much is left. */
  static final long MEASURE_EVERY_BYTES = Flusher.FLUSH_EVERY_BYTES;

  /** How much room is made for what is going to be written next. */
  static final long ROOM_BYTES = 4 * MEASURE_EVERY_BYTES;

  private static final int CREDIT_FOR_SENT = 10;

  /** How much is promised at a time to a file of unknown size, or half of what is left. */
  static final long GROWTH_BYTES = 2 * ROOM_BYTES;

  private final FileStore fileStore;
  private final long reserveBytes;
  private final KeptParts kept;
  private final RootQuota quota;
  private final Remover remover;
  private final Map<Bytes, Owner> owners = new HashMap<>();

  /** What is going to be written, promised or not. */
  private long expectedBytes;

  /** What is held firmly, of all files. */
  private long firmBytes;

  /**
   * What was free beyond the reserve, and within the quota, with what gives way, when the disk was
   * asked last.
   */
  private long measuredBytes;

  /** What has been written since then. */
  private long unmeasuredBytes;

  private boolean makingRoom;

  /** Removes a part file that is not kept any more. */
  @FunctionalInterface
  interface Remover {
    /** Waits for the disk. */
    void remove(Kept victim) throws IOException;
  }

  private static final class Owner {
    private int promises;
    private long names;
    private long leftBytes;
    private long usedBytes;
  }

  /**
   * Creates a ledger without promises.
   *
   * @param reserveBytes how much of the disk stays free
   * @param kept what gives way
   * @param quota what there may be in sum
   */
  SpaceLedger(
      FileStore fileStore, long reserveBytes, KeptParts kept, RootQuota quota, Remover remover) {
    this.quota = quota;
    this.fileStore = fileStore;
    this.reserveBytes = reserveBytes;
    this.kept = kept;
    this.remover = remover;
  }

  /**
   * Promises room for a file, and makes some of it. Waits for the disk.
   *
   * @param owner who sends the file
   * @param bytes how much is going to be written
   * @param sentBytes how much of the file an earlier attempt has left
   * @param names how many names more there will be than before: 0 or 1
   * @throws StorageException if there is not so much left
   */
  Promise promise(Bytes owner, long bytes, long sentBytes, int names) throws IOException {
    Promise promise = enter(owner, bytes, sentBytes, names);
    promise.makeRoom();
    return promise;
  }

  /**
   * Promises room for a file whose size is not known: a little at first, and more as it grows.
   * Waits for the disk.
   *
   * @param owner who sends the file
   * @param names how many names more there will be than before: 0 or 1
   * @throws StorageException if there is no room at all
   */
  Promise promiseAsItGrows(Bytes owner, int names) throws IOException {
    Promise promise = enter(owner, 0, 0, names);
    promise.grows = true;
    return promise;
  }

  private synchronized Promise enter(Bytes owner, long bytes, long sentBytes, int names)
      throws IOException {
    Owner account = owners.getOrDefault(owner, new Owner());
    quota.requireCounted();
    require(bytes, account);
    requireNames(names, account);
    owners.put(owner, account);
    account.promises++;
    account.names += names;
    account.leftBytes += bytes;
    account.usedBytes += sentBytes;
    return new Promise(owner, account, bytes, sentBytes, names);
  }

  /**
   * Looks whether there is room for a file, without a promise: of those that anybody may ask for in
   * anybody's name.
   *
   * @param bytes how much is going to be written
   * @param names how many names more there will be than before: 0 or 1
   * @throws StorageException if there is not so much left
   */
  synchronized Promise expect(long bytes, int names) throws IOException {
    quota.requireCounted();
    require(bytes, null);
    requireNames(names, null);
    return new Promise(Bytes.EMPTY, null, bytes, 0, names);
  }

  /**
   * Counts what gets another name, or a first one, and takes nothing of the disk itself. Does
   * nothing where there is no quota.
   *
   * @param bytes how many bytes more have a name
   * @param names how many names more there are: 0 or 1
   * @throws StorageException if there may not be so many; those that are held for files on their
   *     way are not touched
   */
  synchronized void name(long bytes, int names) throws IOException {
    if (!quota.limits().isLimited()) {
      return;
    }
    quota.requireCounted();
    if (bytes > 0) {
      measure();
      if (quotaRoomBytes() - firmBytes < bytes) {
        throw quota.tooManyBytes(bytes);
      }
    }
    quota.change(bytes, names);
    measure();
  }

  /** Others count as they do for bytes: for half of what is left at most. */
  private void requireNames(int names, @Nullable Owner own) throws StorageException {
    long left = quota.roomNames();
    if (names == 0 || left == Long.MAX_VALUE) {
      return;
    }
    long promised = 0;
    for (Owner each : owners.values()) {
      promised += each == own ? each.names : Math.min(each.names, left / 2);
    }
    if (left - promised < names) {
      throw quota.tooManyNames();
    }
  }

  private void require(long bytes, @Nullable Owner own) throws IOException {
    measure();
    long promised = promisedTo(own, measuredBytes);
    if (measuredBytes - promised < bytes) {
      throw full(bytes, promised);
    }
  }

  private void measure() throws IOException {
    measuredBytes = roomBytes() + kept.totalBytes();
    unmeasuredBytes = 0;
  }

  /**
   * How there is no room.
   *
   * @param bytes how much was wanted
   * @param promised what others have been promised
   */
  private StorageException full(long bytes, long promised) throws IOException {
    if (isQuotaTheBound()) {
      return quota.tooManyBytes(bytes);
    }
    return new StorageException(
        RefusalReason.NO_SPACE,
        String.format(
            Locale.ROOT,
            "%d bytes wanted, %d free, %d kept in reserve, %d promised to other files",
            bytes,
            measuredBytes + reserveBytes,
            reserveBytes,
            promised),
        bytes + " bytes are more than is free",
        null);
  }

  /** How much of what is free is promised, as far as it counts for one more file of an owner. */
  private long promisedTo(@Nullable Owner own, long free) {
    long promised = 0;
    for (Owner each : owners.values()) {
      long credit = Math.max(free / 2, CREDIT_FOR_SENT * each.usedBytes);
      promised += each == own ? each.leftBytes : Math.min(each.leftBytes, credit);
    }
    return promised;
  }

  /** What is free beyond the reserve, and within the quota; negative if that is touched. */
  private long roomBytes() throws IOException {
    return Math.min(fileStore.getUsableSpace() - reserveBytes, quotaRoomBytes());
  }

  private long quotaRoomBytes() {
    long room = quota.roomBytes();
    return room == Long.MAX_VALUE ? room : room - kept.totalBytes();
  }

  private boolean isQuotaTheBound() throws IOException {
    return quotaRoomBytes() < fileStore.getUsableSpace() - reserveBytes;
  }

  private synchronized boolean isShort() throws IOException {
    return roomBytes() < Math.min(expectedBytes, ROOM_BYTES);
  }

  /** Removes what is only kept, if there is too little room. Waits for the disk. */
  void makeRoom() throws IOException {
    while (isShort()) {
      Kept victim = kept.takeForRoom();
      if (victim == null) {
        return;
      }
      remover.remove(victim);
    }
  }

  /** Room for one file. Writing is counted on one thread; the end may come from any. */
  final class Promise {
    private final Bytes owner;
    private final @Nullable Owner account;
    private long leftBytes;
    private long sentBytes;
    private long firmlyBytes;
    private final int names;
    private boolean grows;
    private boolean ended;

    /** What is there of the file, for the quota. */
    private long thereBytes;

    private Promise(Bytes owner, @Nullable Owner account, long bytes, long sentBytes, int names) {
      this.names = names;
      this.thereBytes = sentBytes;
      quota.arriving(sentBytes);
      this.owner = owner;
      this.account = account;
      this.leftBytes = bytes;
      this.sentBytes = sentBytes;
      expectedBytes += bytes;
      holdFirmly(earnedBytes());
    }

    /** How much is to be held for what has been sent; nothing without an owner. */
    private long earnedBytes() {
      boolean isAll = sentBytes > leftBytes / CREDIT_FOR_SENT;
      return account == null ? 0 : isAll ? leftBytes : CREDIT_FOR_SENT * sentBytes;
    }

    private void holdFirmly(long bytes) {
      firmBytes += bytes - firmlyBytes;
      firmlyBytes = bytes;
    }

    /**
     * Counts what was written.
     *
     * @return whether {@link #makeRoom} is to be called, where it may wait for the disk
     * @throws StorageException if the reserve of the disk is touched, or what is held for other
     *     files, and nothing can give way
     */
    boolean used(long bytes) throws IOException {
      synchronized (SpaceLedger.this) {
        if (grows && leftBytes < bytes) {
          grow(bytes - leftBytes);
        }
        boolean isFirm = account != null && firmlyBytes == leftBytes;
        count(bytes);
        boolean fits = isFirm || firmBytes <= measuredBytes - unmeasuredBytes;
        if (fits && unmeasuredBytes < MEASURE_EVERY_BYTES) {
          return false;
        }
        measure();
        requireRoom(isFirm);
        boolean isDue = !makingRoom && !kept.isEmpty() && isShort();
        makingRoom |= isDue;
        return isDue;
      }
    }

    /** Where there is no room for a whole step, what is needed at the moment is promised. */
    private void grow(long neededBytes) throws IOException {
      measure();
      long room = measuredBytes - promisedTo(account, measuredBytes);
      if (room < neededBytes) {
        throw full(neededBytes, measuredBytes - room);
      }
      long more = Math.max(neededBytes, Math.min(GROWTH_BYTES, room / 2));
      leftBytes += more;
      expectedBytes += more;
      if (account != null) {
        account.leftBytes += more;
      }
    }

    private void count(long bytes) {
      long promised = Math.min(bytes, leftBytes);
      leftBytes -= promised;
      sentBytes += promised;
      expectedBytes -= promised;
      unmeasuredBytes += bytes;
      thereBytes += bytes;
      quota.arriving(bytes);
      if (account != null) {
        account.leftBytes -= promised;
        account.usedBytes += promised;
      }
      holdFirmly(earnedBytes());
    }

    /** Somebody else may have filled the disk: then even what is held firmly cannot be kept. */
    private void requireRoom(boolean isFirm) throws IOException {
      if (measuredBytes < 0) {
        holdFirmly(0);
        if (isQuotaTheBound()) {
          throw quota.tooManyBytes(leftBytes);
        }
        throw new StorageException(
            RefusalReason.NO_SPACE,
            String.format(
                Locale.ROOT, "the disk is full but for %d bytes in reserve", reserveBytes),
            null);
      }
      if (!isFirm && measuredBytes < firmBytes) {
        holdFirmly(0);
        throw full(leftBytes, firmBytes);
      }
    }

    /** Removes what is only kept, if there is too little room. Waits for the disk. */
    void makeRoom() {
      try {
        SpaceLedger.this.makeRoom();
      } catch (IOException e) {
        // Whoever writes next meets the lack of room.
      } finally {
        synchronized (SpaceLedger.this) {
          makingRoom = false;
        }
      }
    }

    /** Nothing more will be written. */
    void end() {
      synchronized (SpaceLedger.this) {
        if (ended) {
          return;
        }
        ended = true;
        expectedBytes -= leftBytes;
        holdFirmly(0);
        if (account != null) {
          account.leftBytes -= leftBytes;
          account.names -= names;
          if (--account.promises == 0) {
            owners.remove(owner);
          }
        }
      }
    }

    /**
     * The file has got its name; what has arrived of it counts as what has a name from now on.
     *
     * @param byteDifference how many bytes more have a name, of which those of a file that was
     *     replaced are taken off
     */
    void named(long byteDifference) throws StorageException {
      synchronized (SpaceLedger.this) {
        quota.change(byteDifference, 0);
        settle();
      }
    }

    /**
     * The file is no longer one that arrives: it has got its name, is only kept, or gone. Implies
     * {@link #end}.
     */
    void settle() {
      synchronized (SpaceLedger.this) {
        end();
        quota.arriving(-thereBytes);
        thereBytes = 0;
      }
    }
  }
}
