package dev.ferry.runtime;

import dev.ferry.storage.UserDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
      byte[] known = existing(file);
      return known.length == BYTES ? known : create(file, known.length > 0 || Files.exists(file));
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
  private static byte[] create(Path file, boolean damaged) throws IOException {
    SecureRandom random = new SecureRandom();
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
    Path part = directory.resolve("secret-" + Long.toHexString(random.nextLong()));
    try {
      try (SeekableByteChannel channel =
          Files.newByteChannel(
              part,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              ownersOnly(part))) {
        channel.write(ByteBuffer.wrap(secret));
      }
      if (damaged) {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.createLink(file, part);
      }
      return secret;
    } catch (FileAlreadyExistsException e) {
      return existing(file);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static FileAttribute<?>[] ownersOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
