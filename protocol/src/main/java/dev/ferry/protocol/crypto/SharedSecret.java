package dev.ferry.protocol.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The secret that both ends of a connection know, as the pre-shared key of the Noise handshake
 * (protocol.md, section 8). Its text form does not contain its bytes. Immutable and thread-safe.
 */
public final class SharedSecret {
  /** The length of a secret, in bytes. */
  public static final int BYTES = 32;

  private final byte[] bytes;

  private SharedSecret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A copy of an array.
   *
   * @param bytes {@value #BYTES} bytes
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static SharedSecret copyOf(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a secret has " + BYTES + " bytes, not " + bytes.length);
    }
    return new SharedSecret(bytes.clone());
  }

  /** A copy of its bytes. */
  public byte[] toArray() {
    return bytes.clone();
  }

  /** Compares in a time that does not depend on the bytes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SharedSecret that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "SharedSecret";
  }
}
