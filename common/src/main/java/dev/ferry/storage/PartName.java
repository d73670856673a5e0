package dev.ferry.storage;

import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The random name that a part file shares with its journal and its directory. It cannot be guessed.
 *
 * @param stem the name without a suffix
 */
record PartName(String stem) {
  private static final int RANDOM_BYTES = 8;
  private static final String PART_SUFFIX = ".part";
  private static final String JOURNAL_SUFFIX = ".journal";
  private static final String DIRECTORY_SUFFIX = ".directory";

  /** Makes up a name. */
  static PartName random(Random random) {
    return new PartName(RemoteName.RESERVED_PREFIX + randomHex(random));
  }

  /** 16 hexadecimal digits. */
  static String randomHex(Random random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The name of a part file; null if the entry is none. */
  static @Nullable PartName ofPart(String entry) {
    return strip(entry, PART_SUFFIX);
  }

  /** The name of a journal's part file; null if the entry is no journal. */
  static @Nullable PartName ofJournal(String entry) {
    return strip(entry, JOURNAL_SUFFIX);
  }

  /** The name of the part file for which a directory was made; null if the entry is none. */
  static @Nullable PartName ofDirectory(String entry) {
    return strip(entry, DIRECTORY_SUFFIX);
  }

  private static @Nullable PartName strip(String entry, String suffix) {
    return entry.startsWith(RemoteName.RESERVED_PREFIX) && entry.endsWith(suffix)
        ? new PartName(entry.substring(0, entry.length() - suffix.length()))
        : null;
  }

  /** The content that has arrived. */
  String part() {
    return stem + PART_SUFFIX;
  }

  /** The journal, by which the transfer can be resumed. */
  String journal() {
    return stem + JOURNAL_SUFFIX;
  }

  /** A directory that is made to publish the part file in it. */
  String directory() {
    return stem + DIRECTORY_SUFFIX;
  }
}
