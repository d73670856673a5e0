package dev.ferry.runtime;

import dev.ferry.storage.UserDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * Something that only this user's programs know, the same each time: so nobody else can compute the
 * ids of this user's transfers. It is kept in a file for the user only.
 */
final class UserSecret {
  static final int BYTES = 32;

  private UserSecret() {}

  /** Reads it, or makes it; empty if this user has no directory where it could be kept. */
  static byte[] read() {
    return UserDirectory.state()
        .map(directory -> read(directory.resolve("secret")))
        .orElseGet(() -> new byte[0]);
  }

  /** Reads it from a file, or makes it there; empty if that is not possible. */
  static byte[] read(Path file) {
    try {
      return create(file);
    } catch (FileAlreadyExistsException e) {
      return readExisting(file);
    } catch (IOException | UnsupportedOperationException e) {
      return new byte[0];
    }
  }

  private static byte[] readExisting(Path file) {
    try {
      byte[] secret = Files.readAllBytes(file);
      return secret.length == BYTES ? secret : new byte[0];
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static byte[] create(Path file) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path directory = file.getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownersOnly(file))) {
      channel.write(ByteBuffer.wrap(secret));
    }
    return secret;
  }

  private static FileAttribute<?>[] ownersOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
