package dev.ferry.api;

import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.storage.SecretFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The secret that authenticates client and server. Immutable. The text form does not contain the
 * bytes.
 */
public final class Secret {
  /** The length of every secret, in bytes. */
  public static final int LENGTH = SharedSecret.BYTES;

  final SharedSecret shared;

  private Secret(SharedSecret shared) {
    this.shared = shared;
  }

  /**
   * Creates a secret from random bytes, for example of a {@code SecureRandom}.
   *
   * @param bytes {@value #LENGTH} bytes, which are copied
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static Secret copyOf(byte[] bytes) {
    return new Secret(SharedSecret.copyOf(bytes));
  }

  /**
   * Reads a key file of {@code ferry keygen}.
   *
   * @throws IOException if the file does not exist or cannot be read, if others than its owner have
   *     a permission on it, or if it is not a key file
   */
  public static Secret fromFile(Path file) throws IOException {
    return new Secret(SecretFile.read(file));
  }

  /** Compares in a time that does not depend on the bytes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && shared.equals(that.shared);
  }

  @Override
  public int hashCode() {
    return shared.hashCode();
  }

  @Override
  public String toString() {
    return "Secret";
  }
}
