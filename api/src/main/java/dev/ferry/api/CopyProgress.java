package dev.ferry.api;

/**
 * The progress of a copy.
 *
 * @param files how many have arrived
 * @param knownFiles how many are to be copied, as far as is known yet
 * @param doneBytes how much of the content has arrived, including what the receiver had before
 * @param knownBytes the sizes of all files that are to be copied, as far as is known yet
 */
public record CopyProgress(long files, long knownFiles, long doneBytes, long knownBytes) {}
