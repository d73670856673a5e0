package dev.ferry.client;

/**
 * What {@code ls} shows.
 *
 * @param all whether to show what is in directories below, too
 * @param longForm whether to show sizes, times and permissions
 */
record ListOptions(boolean all, boolean longForm) {}
