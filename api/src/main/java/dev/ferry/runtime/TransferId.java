package dev.ferry.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.protocol.wire.frame.Frame.Open;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes transfer ids (protocol.md, section 13). The same command has the same id, so that it
 * resumes its transfer.
 */
final class TransferId {
  private TransferId() {}

  /** The id of the transfer of this user that the parts identify. */
  static Bytes ofUser(Object... parts) {
    return of(UserSecret.read(), parts);
  }

  /** The id of the transfer that the parts identify, for who knows a secret of fixed length. */
  static Bytes of(byte[] secret, Object... parts) {
    List<byte[]> bytes = new ArrayList<>();
    bytes.add(secret);
    for (Object part : parts) {
      byte[] text = String.valueOf(part).getBytes(UTF_8);
      bytes.add((text.length + ":").getBytes(UTF_8));
      bytes.add(text);
    }
    byte[] digest = Sha256.of(bytes.toArray(byte[][]::new));
    return Bytes.copyOf(Arrays.copyOf(digest, Open.TRANSFER_BYTES));
  }
}
