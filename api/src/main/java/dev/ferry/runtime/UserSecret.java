package dev.ferry.runtime;

import dev.ferry.storage.UserDirectory;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * Something that only this user's programs know, the same each time: so nobody else can compute the
 * ids of this user's transfers. It is kept in a file for the user only.
 */
final class UserSecret {
  static final int BYTES = 32;

  private UserSecret() {}

  /** Reads it, or makes it; empty if this user has no directory where it could be kept. */
  static byte[] read() {
    Path directory = UserDirectory.state().orElse(null);
    return directory == null ? new byte[0] : read(directory.resolve("secret"));
  }

  /** Reads it from a file, or makes it there; empty if that is not possible. */
  static byte[] read(Path file) {
    try {
      byte[] known = existing(file);
      if (known.length == BYTES) {
        return known;
      }
      Files.deleteIfExists(file); // It is damaged.
      return create(file);
    } catch (IOException | UnsupportedOperationException e) {
      return new byte[0];
    }
  }

  private static byte[] existing(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  /** The whole secret appears at once, and of two processes that begin together one wins. */
  private static byte[] create(Path file) throws IOException {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    Path part = UserDirectory.newFile(file.resolveSibling(""));
    try {
      Files.write(part, secret);
      Files.createLink(file, part);
      return secret;
    } catch (FileAlreadyExistsException e) {
      return existing(file);
    } finally {
      Files.delete(part);
    }
  }
}
