package dev.ferry.api;

import java.time.Duration;

/**
 * What a copy has come to.
 *
 * @param stored how many files and links are at the destination now that were not there as they are
 * @param unchanged how many files were the same at both ends
 * @param differing how many files that were verified are not the same; 0 for a copy
 * @param failed how many could not be copied
 * @param leftOut how many were left out because of what they are; not those that patterns leave out
 * @param storedBytes the sizes of the stored files
 * @param resumedBytes how much of that the receiver had before
 * @param duration from the beginning to the end
 */
public record CopySummary(
    long stored,
    long unchanged,
    long differing,
    long failed,
    long leftOut,
    long storedBytes,
    long resumedBytes,
    Duration duration) {
  /** Whether nothing has failed, and nothing differs. */
  public boolean isClean() {
    return failed == 0 && differing == 0;
  }
}
