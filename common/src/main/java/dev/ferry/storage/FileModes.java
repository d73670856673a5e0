package dev.ferry.storage;

import java.nio.file.FileSystem;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * The permissions of stored files.
 *
 * @param published those of a published file: what the process's umask leaves of {@code rw-rw-rw-}
 */
record FileModes(Set<PosixFilePermission> published) {
  /** A file that is not published yet is nobody else's business. */
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(
          EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

  /** What to create such a file with; nothing where the file system knows no permissions. */
  static FileAttribute<?>[] ownerOnly(FileSystem fileSystem) {
    return isPosix(fileSystem) ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0];
  }

  static boolean isPosix(FileSystem fileSystem) {
    return fileSystem.supportedFileAttributeViews().contains("posix");
  }
}
