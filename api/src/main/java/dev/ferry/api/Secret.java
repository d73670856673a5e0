package dev.ferry.api;

import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.storage.SecretFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The secret by which client and server know each other. Immutable; its text form does not contain
 * its bytes.
 */
public final class Secret {
  /** The length of every secret, in bytes. */
  public static final int LENGTH = SharedSecret.BYTES;

  final SharedSecret shared;

  private Secret(SharedSecret shared) {
    this.shared = shared;
  }

  /**
   * A secret that was drawn by somebody who draws well, such as a {@code SecureRandom}.
   *
   * @param bytes {@value #LENGTH} of them; they are copied
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static Secret copyOf(byte[] bytes) {
    return new Secret(SharedSecret.copyOf(bytes));
  }

  /**
   * Reads a key file, as {@code ferry keygen} makes them.
   *
   * @throws IOException if there is none, others than its owner have any permission on it, it
   *     cannot be read, or it is no key file
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
