package dev.ferry.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.protocol.wire.frame.Frame.Open;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The id of a transfer: the same whenever the same command is given again, so that it is resumed,
 * and another one for every other (protocol.md, section 13).
 */
final class TransferId {
  private TransferId() {}

  /** Made of everything that tells one transfer from another. */
  static Bytes of(Object... parts) {
    List<byte[]> bytes = new ArrayList<>();
    for (Object part : parts) {
      byte[] text = String.valueOf(part).getBytes(UTF_8);
      bytes.add((text.length + ":").getBytes(UTF_8));
      bytes.add(text);
    }
    byte[] digest = Sha256.of(bytes.toArray(byte[][]::new));
    return Bytes.copyOf(Arrays.copyOf(digest, Open.TRANSFER_BYTES));
  }
}
