package dev.ferry.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.ferry.protocol.FileAttributes;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The permissions of stored files.
 *
 * @param published those of a published file: what the process's umask leaves of {@code rw-rw-rw-}
 */
record FileModes(Set<PosixFilePermission> published) {
  /** The permissions of a file that is not published yet. */
  static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final Set<PosixFilePermission> OWNER_DIRECTORY =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /** The lowest bit first. */
  private static final List<PosixFilePermission> BY_BIT =
      List.of(
          PosixFilePermission.OTHERS_EXECUTE,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_READ);

  /** The bits by which the owner of a directory may do everything in it. */
  static final int OWNER_BITS = 0b111_000_000;

  private static final int UNKNOWN_BITS = 0b110_100_100;

  /** What to create such a file with; nothing where the file system knows no permissions. */
  static FileAttribute<?>[] ownerOnly(FileSystem fileSystem) {
    return isPosix(fileSystem)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  /** The same for a directory. */
  static FileAttribute<?>[] ownerOnlyDirectory(FileSystem fileSystem) {
    return isPosix(fileSystem)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY)}
        : new FileAttribute<?>[0];
  }

  /**
   * Gives a file the time and the mode with which it is published. Links are not followed.
   *
   * @param directory that it is in
   * @param path of that directory
   * @param preserved whose time and mode it gets: exactly these permissions, even where the owner
   *     cannot write or others can, and no other bits; null for the mode that the umask leaves
   */
  void apply(Directory directory, Path path, String name, @Nullable FileAttributes preserved)
      throws IOException {
    if (preserved != null) {
      // By its path, because the handles of Java 17 know no nanoseconds; and before the mode, which
      // may not even let the owner open it.
      Files.getFileAttributeView(path.resolve(name), BasicFileAttributeView.class, NOFOLLOW_LINKS)
          .setTimes(FileTimes.ofNanos(preserved.modifiedNs()), null, null);
    }
    directory.setPermissions(name, preserved == null ? published : ofBits(preserved.mode()));
  }

  /**
   * Permission bits as the protocol has them.
   *
   * @param bits 0 … 777 octal
   */
  static Set<PosixFilePermission> ofBits(int bits) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : BY_BIT) {
      if ((bits & bit(permission)) != 0) {
        permissions.add(permission);
      }
    }
    return permissions;
  }

  /** The permission bits of a file, 0 … 777 octal; 644 where the file system knows none. */
  static int bitsOf(BasicFileAttributes attributes) {
    if (!(attributes instanceof PosixFileAttributes posix)) {
      return UNKNOWN_BITS;
    }
    int bits = 0;
    for (PosixFilePermission permission : posix.permissions()) {
      bits |= bit(permission);
    }
    return bits;
  }

  private static int bit(PosixFilePermission permission) {
    return 1 << BY_BIT.indexOf(permission);
  }

  static boolean isPosix(FileSystem fileSystem) {
    return fileSystem.supportedFileAttributeViews().contains("posix");
  }
}
