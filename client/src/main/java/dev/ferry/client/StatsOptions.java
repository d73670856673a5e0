package dev.ferry.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether and where a transfer is measured.
 *
 * @param file where to; null for nowhere
 * @param intervalNs how often, above 0
 */
record StatsOptions(@Nullable Path file, long intervalNs) {}
