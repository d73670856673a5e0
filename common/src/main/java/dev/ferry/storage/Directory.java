package dev.ferry.storage;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open directory. Every operation is on an entry of it, by its plain name, and follows no link.
 * Not thread-safe; open one for each task.
 */
interface Directory extends Closeable {
  /** Opens a directory that the operator named. Links in its path are followed. */
  @SuppressWarnings("StreamResourceLeak") // The stream is the handle, and is kept.
  static Directory open(Path path) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(path);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new HandleDirectory(secure, path.getFileSystem());
    }
    stream.close();
    return new PathDirectory(path);
  }

  /**
   * Opens a directory below one that the operator named.
   *
   * @param names the way to it, outermost first
   * @throws NoSuchFileException if there is none
   * @throws java.nio.file.NotDirectoryException if the way leads over something else
   */
  static Directory open(Path root, List<String> names) throws IOException {
    Directory current = open(root);
    for (String name : names) {
      try (Directory parent = current) {
        current = parent.child(name);
      }
    }
    return current;
  }

  /**
   * A name as an entry's path, relative to its directory.
   *
   * @throws IOException if it is no plain name on that file system, or cannot be expressed there
   */
  static Path entry(FileSystem fileSystem, String name) throws IOException {
    Path entry;
    try {
      entry = NativePaths.of(fileSystem, name);
    } catch (InvalidPathException e) {
      throw new StorageException(
          RefusalReason.CANNOT_CREATE,
          "the name cannot be expressed on this system",
          "its locale has no such letters (LC_ALL=C.UTF-8 has)",
          e);
    }
    if (entry.isAbsolute() || entry.getRoot() != null || entry.getNameCount() != 1) {
      throw new InvalidNameException("not a plain name on this system");
    }
    return entry;
  }

  /**
   * Opens a directory in this one.
   *
   * @throws NoSuchFileException if there is none
   * @throws java.nio.file.NotDirectoryException if the entry is something else, such as a link to a
   *     directory
   */
  Directory child(String name) throws IOException;

  /**
   * Whether a directory can be opened as a file, and so be flushed: on POSIX systems. Elsewhere a
   * rename is in the journal of the file system.
   */
  static boolean canBeFlushed(FileSystem fileSystem) {
    return fileSystem == FileSystems.getDefault() && FileModes.isPosix(fileSystem);
  }

  /**
   * The attributes of an entry itself, not of what it may link to; null if there is none. With
   * permissions, where the file system knows any.
   */
  @Nullable BasicFileAttributes attributes(String name) throws IOException;

  /** The attributes of the directory itself. */
  BasicFileAttributes attributes() throws IOException;

  /**
   * Makes sure that an entry is a regular file: to open anything else may wait, fail, or lead
   * elsewhere.
   *
   * @throws NoSuchFileException if there is none
   * @throws NotRegularFileException if it is something else
   */
  default BasicFileAttributes requireRegularFile(String name) throws IOException {
    BasicFileAttributes attributes = attributes(name);
    if (attributes == null) {
      throw new NoSuchFileException(name);
    }
    if (!attributes.isRegularFile()) {
      throw new NotRegularFileException(name);
    }
    return attributes;
  }

  /** Looks at names of entries, one after the other. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Looks at a name.
     *
     * @param name as {@link NativePaths#of} takes it
     * @throws IOException to end
     */
    void visit(String name) throws IOException;
  }

  /** Shows all names of the entries, in no order, without holding them; once for a directory. */
  void forEach(Visitor visitor) throws IOException;

  /**
   * The names of the entries that begin with something.
   *
   * @param prefix may be empty
   */
  List<String> list(String prefix) throws IOException;

  /**
   * Creates a file that only its owner may read and write, and opens it.
   *
   * @param access how it is opened
   */
  FileChannel createFile(String name, OpenOption... access) throws IOException;

  /**
   * Opens an existing file.
   *
   * @param access how it is opened
   */
  FileChannel openFile(String name, OpenOption... access) throws IOException;

  /**
   * Opens an existing file of Ferry's own. A process that was killed just before it published one
   * may have given it a mode that does not even let its owner write.
   *
   * @param access how it is opened
   */
  default FileChannel openOwnFile(String name, OpenOption... access) throws IOException {
    try {
      return openFile(name, access);
    } catch (AccessDeniedException e) {
      try {
        setPermissions(name, FileModes.OWNER_ONLY);
      } catch (IOException another) {
        // It is another user's.
        e.addSuppressed(another);
        throw e;
      }
      return openFile(name, access);
    }
  }

  /** Sets the permissions of a file, where the file system knows any. */
  void setPermissions(String name, Set<PosixFilePermission> permissions) throws IOException;

  /** Sets the permissions of the directory itself, where the file system knows any. */
  void setPermissions(Set<PosixFilePermission> permissions) throws IOException;

  /** Sets when the directory itself was changed last; on Java 17 to the microsecond. */
  void setModified(FileTime time) throws IOException;

  /** Moves an entry, replacing a file of the new name; atomic. */
  void move(String name, Directory target, String newName) throws IOException;

  void delete(String name) throws IOException;

  void deleteDirectory(String name) throws IOException;

  /** Flushes the entries to the disk, where the operating system can. */
  void sync() throws IOException;
}
