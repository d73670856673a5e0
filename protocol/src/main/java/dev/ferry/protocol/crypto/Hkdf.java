package dev.ferry.protocol.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869). */
public final class Hkdf {
  /** The length of a SHA-256 digest. */
  public static final int HASH_BYTES = 32;

  private static final String HMAC = "HmacSHA256";

  private Hkdf() {}

  /** Extracts a uniform key from key material (section 2.2). */
  public static byte[] extract(byte[] salt, byte[] keyMaterial) {
    return hmac(salt, keyMaterial);
  }

  /**
   * Expands a uniform key (section 2.3).
   *
   * @param info the purpose of the result
   * @param bytes the length of the result, 0 … 255 · 32
   */
  public static byte[] expand(byte[] key, byte[] info, int bytes) {
    byte[] result = new byte[bytes];
    byte[] block = new byte[0];
    for (int done = 0, counter = 1; done < bytes; done += HASH_BYTES, counter++) {
      byte[] input = Arrays.copyOf(block, block.length + info.length + 1);
      System.arraycopy(info, 0, input, block.length, info.length);
      input[input.length - 1] = (byte) counter;
      block = hmac(key, input);
      System.arraycopy(block, 0, result, done, Math.min(HASH_BYTES, bytes - done));
    }
    return result;
  }

  /** HMAC-SHA-256 (RFC 2104). */
  public static byte[] hmac(byte[] keyBytes, byte[] input) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      Key key = new SecretKeySpec(keyBytes.length == 0 ? new byte[1] : keyBytes, HMAC);
      mac.init(key);
      return mac.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw Crypto.lacking(e);
    }
  }
}
