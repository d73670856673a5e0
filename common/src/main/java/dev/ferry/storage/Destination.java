package dev.ferry.storage;

import dev.ferry.protocol.FileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a part file when it is published.
 *
 * @param path where it appears below the root
 * @param ifTaken what happens to a file that has its name
 * @param preserved whose time and mode it gets; null for the present time and the usual mode
 */
record Destination(RelativePath path, IfTaken ifTaken, @Nullable FileAttributes preserved) {
  /** What happens to a regular file of the same name. Nothing else is ever replaced. */
  enum IfTaken {
    /** It is replaced. */
    REPLACE,
    /** It stays, and the publication fails. */
    REFUSE,
    /** It stays; an empty one is as good as the one to be published, which must be empty, too. */
    KEEP
  }

  /** What a store does that replaces files, or does not. */
  static IfTaken ifTaken(boolean mayReplace) {
    return mayReplace ? IfTaken.REPLACE : IfTaken.REFUSE;
  }
}
