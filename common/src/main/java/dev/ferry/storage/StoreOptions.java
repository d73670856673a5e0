package dev.ferry.storage;

import dev.ferry.protocol.util.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * What a store accepts, and what it keeps.
 *
 * @param overwrite whether a file of the same name is replaced
 * @param maxFileBytes the largest file
 * @param reserveBytes how much of the disk stays free
 * @param maxPartAgeNs how long a part file is kept for its transfer to be resumed, since it was
 *     last written to
 * @param maxPartBytes how large all kept part files may be together; 0 keeps none. The last one
 *     stays, however large it is
 * @param access what peers may name
 * @param quota what there may be in sum
 * @param hook is asked about each file that arrives; null if nobody is
 * @param sparse whether blocks that are nothing but zeros are left out of files
 */
public record StoreOptions(
    boolean overwrite,
    long maxFileBytes,
    long reserveBytes,
    long maxPartAgeNs,
    long maxPartBytes,
    AccessRules access,
    Quota quota,
    @Nullable ArrivalHook hook,
    boolean sparse) {
  /** Seven days. */
  public static final long DEFAULT_MAX_PART_AGE_NS = 7 * 24 * 60 * 60 * Nanos.SECOND;

  /** 10 GiB. */
  public static final long DEFAULT_MAX_PART_BYTES = 10L << 30;

  /**
   * Keeps part files as usual.
   *
   * @param overwrite whether a file of the same name is replaced
   * @param maxFileBytes the largest file
   * @param reserveBytes how much of the disk stays free
   */
  public StoreOptions(boolean overwrite, long maxFileBytes, long reserveBytes) {
    this(overwrite, maxFileBytes, reserveBytes, DEFAULT_MAX_PART_AGE_NS, DEFAULT_MAX_PART_BYTES);
  }

  /**
   * Keeps other part files than usual; peers may name what they may by default.
   *
   * @param overwrite whether a file of the same name is replaced
   * @param maxFileBytes the largest file
   * @param reserveBytes how much of the disk stays free
   * @param maxPartAgeNs how long a part file is kept
   * @param maxPartBytes how large all kept part files may be together
   */
  public StoreOptions(
      boolean overwrite,
      long maxFileBytes,
      long reserveBytes,
      long maxPartAgeNs,
      long maxPartBytes) {
    this(
        overwrite,
        maxFileBytes,
        reserveBytes,
        maxPartAgeNs,
        maxPartBytes,
        AccessRules.DEFAULT,
        Quota.NONE,
        null,
        false);
  }

  /** These options with other rules of what peers may name. */
  public StoreOptions withAccess(AccessRules newAccess) {
    return new StoreOptions(
        overwrite,
        maxFileBytes,
        reserveBytes,
        maxPartAgeNs,
        maxPartBytes,
        newAccess,
        quota,
        hook,
        sparse);
  }

  /** These options with other bounds on what there may be in sum. */
  public StoreOptions withQuota(Quota newQuota) {
    return new StoreOptions(
        overwrite,
        maxFileBytes,
        reserveBytes,
        maxPartAgeNs,
        maxPartBytes,
        access,
        newQuota,
        hook,
        sparse);
  }

  /** These options with a hook. */
  public StoreOptions withHook(@Nullable ArrivalHook newHook) {
    return new StoreOptions(
        overwrite,
        maxFileBytes,
        reserveBytes,
        maxPartAgeNs,
        maxPartBytes,
        access,
        quota,
        newHook,
        sparse);
  }

  /** These options for files with holes, or without. */
  public StoreOptions withSparse(boolean newSparse) {
    return new StoreOptions(
        overwrite,
        maxFileBytes,
        reserveBytes,
        maxPartAgeNs,
        maxPartBytes,
        access,
        quota,
        hook,
        newSparse);
  }
}
