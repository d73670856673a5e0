package dev.ferry.copy;

/**
 * Which files a copy takes for unchanged, and leaves out, and what it takes of the others.
 *
 * @param checksum whether their digests are compared, instead of their times
 * @param ignoreTimes whether none is left out
 * @param wholeFiles whether files that have changed are copied as a whole, whatever blocks of them
 *     the receiver has
 */
public record CompareOptions(boolean checksum, boolean ignoreTimes, boolean wholeFiles) {
  /** Nothing is compared. */
  public static final CompareOptions NONE = new CompareOptions(false, true, true);

  /** Whether the user has said nothing of this. */
  public boolean isDefault() {
    return !checksum && !ignoreTimes && !wholeFiles;
  }
}
