package dev.ferry.storage;

/**
 * Bounds on what a root holds in sum.
 *
 * @param bytes of the content of all files, by their lengths, each name of a file with several
 *     counting for itself, and of what has arrived of others; {@link Long#MAX_VALUE} for no bound
 * @param names of files, links and directories below the root; {@link Long#MAX_VALUE} for no bound
 */
public record Quota(long bytes, long names) {
  /** No bounds. */
  public static final Quota NONE = new Quota(Long.MAX_VALUE, Long.MAX_VALUE);

  /** Whether there is any bound. */
  boolean isLimited() {
    return bytes != Long.MAX_VALUE || names != Long.MAX_VALUE;
  }
}
