package dev.ferry.client;

/**
 * What {@code ls} shows.
 *
 * @param all whether to show what is in directories below, too
 * @param longForm whether to show sizes, times and permissions
 * @param digests whether to print a manifest instead, of all files below
 */
record ListOptions(boolean all, boolean longForm, boolean digests) {}
