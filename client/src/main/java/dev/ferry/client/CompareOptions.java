package dev.ferry.client;

/**
 * Which files a copy takes for unchanged, and leaves out.
 *
 * @param checksum whether their digests are compared, instead of their times
 * @param ignoreTimes whether none is left out
 */
record CompareOptions(boolean checksum, boolean ignoreTimes) {
  /** Whether the user has said nothing of this. */
  boolean isDefault() {
    return !checksum && !ignoreTimes;
  }
}
