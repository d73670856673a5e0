package dev.ferry.protocol;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * What the content of a file can be checked by; at least one of the two.
 *
 * @param sha256 SHA-256 of all of it, 32 bytes; null if it was not taken
 * @param blockSums what the sums of all blocks say together, 32 bytes ({@link BlockSums#combined});
 *     null if they were not taken
 */
public record ContentCheck(@Nullable Bytes sha256, @Nullable Bytes blockSums) {
  /** The length of each of them. */
  public static final int BYTES = 32;

  /** Checks the lengths. */
  public ContentCheck {
    if ((sha256 == null && blockSums == null)
        || (sha256 != null && sha256.length() != BYTES)
        || (blockSums != null && blockSums.length() != BYTES)) {
      throw new IllegalArgumentException("no check of a file");
    }
  }

  /** The digest as 64 lower-case hexadecimal digits; null if it was not taken. */
  public @Nullable String sha256Hex() {
    return sha256 == null ? null : sha256.toString();
  }

  /** Whether that is what it says, by all that it says; for small content, which is in memory. */
  public boolean isOf(byte[] content) {
    return (sha256 == null || sha256.equals(Bytes.copyOf(Sha256.of(content))))
        && (blockSums == null || blockSums.equals(BlockSums.ofAll(content)));
  }

  /** By SHA-256 alone. */
  public static ContentCheck bySha256(byte[] sha256) {
    return new ContentCheck(Bytes.copyOf(sha256), null);
  }
}
