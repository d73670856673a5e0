package dev.ferry.protocol.handshake;

import dev.ferry.protocol.crypto.Crypto;
import java.security.MessageDigest;

/** The digest of the protocol. */
public final class Sha256 {
  private Sha256() {}

  /** The digest of the parts, one after the other; 32 bytes. */
  public static byte[] of(byte[]... parts) {
    return Crypto.require(
        () -> {
          MessageDigest digest = MessageDigest.getInstance("SHA-256");
          for (byte[] part : parts) {
            digest.update(part);
          }
          return digest.digest();
        });
  }
}
