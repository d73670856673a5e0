package dev.ferry.protocol.util;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 (FIPS 180-4), for handshakes, transfer ids and files. */
public final class Sha256 {
  /** The length of a digest, in bytes. */
  public static final int BYTES = 32;

  private Sha256() {}

  /** A new digest without content. */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The digest of the parts, one after the other; 32 bytes. */
  public static byte[] of(byte[]... parts) {
    MessageDigest digest = start();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }
}
