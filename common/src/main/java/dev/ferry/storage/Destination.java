package dev.ferry.storage;

import dev.ferry.protocol.FileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a part file when it is published.
 *
 * @param path where it appears below the root
 * @param mayReplace whether it may take the place of a file
 * @param preserved whose time and mode it gets; null for the present time and the usual mode
 */
record Destination(RelativePath path, boolean mayReplace, @Nullable FileAttributes preserved) {}
