package dev.ferry.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory of small files, one for each server, that only its owner may use. It is created when
 * something is written. Any number of processes may use it at once: a file is replaced as a whole,
 * and of two the later one stays. Not thread-safe.
 */
final class RecordDirectory {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.OTHERS_READ);

  private final Path directory;
  private final String suffix;
  private final int maxBytes;
  private final int maxFiles;

  /**
   * A directory, which need not be there.
   *
   * @param suffix of its files
   * @param maxBytes how large a file may be
   * @param maxFiles how many there are; the ones that were written the longest ago are removed
   */
  RecordDirectory(Path directory, String suffix, int maxBytes, int maxFiles) {
    this.directory = directory;
    this.suffix = suffix;
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
  }

  /**
   * The file of a server. Another one may have the same: what is read must say whose it is.
   *
   * @param server a host and a port as text
   */
  Path file(String server) {
    // Colons mean something else on some systems, and so does a percent sign.
    StringBuilder name = new StringBuilder(server.length() + suffix.length());
    for (int i = 0; i < server.length(); i++) {
      name.append(isKept(server.charAt(i)) ? server.charAt(i) : '-');
    }
    return directory.resolve(name.append(suffix).toString());
  }

  private static boolean isKept(char unit) {
    return unit == '.'
        || (unit >= '0' && unit <= '9')
        || (unit >= 'A' && unit <= 'Z')
        || (unit >= 'a' && unit <= 'z');
  }

  /**
   * Reads the file of a server; null if there is none, or if it is too large.
   *
   * @throws IOException if it cannot be read, or the directory is open to others
   */
  byte @Nullable [] read(String server) throws IOException {
    try {
      requirePrivate();
      byte[] bytes;
      try (InputStream in =
          Files.newInputStream(file(server), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        bytes = in.readNBytes(maxBytes + 1);
      }
      return bytes.length > maxBytes ? null : bytes;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Writes the file of a server, in place of what was there. */
  void write(String server, byte[] content) throws IOException {
    UserDirectory.create(directory);
    requirePrivate();
    Path file = file(server);
    boolean isNew = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    Path temporary = UserDirectory.newFile(directory);
    try {
      Files.write(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    if (isNew) {
      removeOldest();
    }
  }

  /** Lets the file of a server count as written now. */
  void touch(String server, Instant now) throws IOException {
    Files.setLastModifiedTime(file(server), FileTime.from(now));
  }

  void remove(String server) throws IOException {
    Files.deleteIfExists(file(server));
  }

  /** Others have no business there: what they could read, or put there, is not used. */
  private void requirePrivate() throws IOException {
    if (!FileModes.isPosix(directory.getFileSystem())) {
      return;
    }
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
    if (!Collections.disjoint(permissions, OTHERS)) {
      throw new IOException(directory + " is open to other users");
    }
  }

  /** Another process may remove the same ones at the same time. */
  private void removeOldest() throws IOException {
    Map<Path, FileTime> times = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        try {
          times.put(entry, Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
          // Gone meanwhile.
        }
      }
    }
    List<Path> oldestFirst = new ArrayList<>(times.keySet());
    oldestFirst.sort(Comparator.comparing(times::get));
    for (Path entry : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - maxFiles))) {
      Files.deleteIfExists(entry);
    }
  }
}
