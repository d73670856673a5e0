package dev.ferry.storage;

import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The made-up name that a part file shares with what lies beside it. Nobody can guess it.
 *
 * @param stem what the names of all of them begin with
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

  /** The name to which a part file belongs; null if the entry is none. */
  static @Nullable PartName ofPart(String entry) {
    return strip(entry, PART_SUFFIX);
  }

  /** The name to which a journal belongs; null if the entry is none. */
  static @Nullable PartName ofJournal(String entry) {
    return strip(entry, JOURNAL_SUFFIX);
  }

  /** The name to which a directory belongs; null if the entry is none. */
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

  /** What is known of the content, so that the transfer can be resumed. */
  String journal() {
    return stem + JOURNAL_SUFFIX;
  }

  /** A directory that is made so that the part file can be published in it. */
  String directory() {
    return stem + DIRECTORY_SUFFIX;
  }
}
