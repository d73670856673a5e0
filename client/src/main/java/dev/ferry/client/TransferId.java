package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Open;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The id of a transfer: the same whenever the same command is given again, so that it is resumed,
 * and another one for every other (protocol.md, section 13).
 */
final class TransferId {
  private TransferId() {}

  /** Made of everything that tells one transfer from another. */
  static Bytes of(Object... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Object part : parts) {
        byte[] bytes = String.valueOf(part).getBytes(UTF_8);
        digest.update((bytes.length + ":").getBytes(UTF_8));
        digest.update(bytes);
      }
      return Bytes.copyOf(Arrays.copyOf(digest.digest(), Open.TRANSFER_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
