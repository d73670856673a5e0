package dev.ferry.runtime;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.util.ByteRange;
import java.nio.file.Path;
import java.util.List;

/**
 * A file to be transferred, one of many.
 *
 * @param kind what it is; only regular files come from a server
 * @param path the file on this machine; if a regular file is to be sent, its last component is no
 *     link; or the directory that it is to be stored below
 * @param below where it is to be stored below {@code path}, with slashes, as the server has said
 *     it; empty if {@code path} is the file
 * @param listed what names it in messages and in lists of files
 * @param name its name at the server
 * @param sizeBytes its size as far as it is known, or 0
 * @param first if it is another name of a file, the name that this has at the server; else empty
 * @param reused what the receiver can take from the file that it has under the name: ranges of
 *     whole blocks in ascending order, with at least one byte between two
 */
public record FileJob(
    FileKind kind,
    Path path,
    String below,
    String listed,
    String name,
    long sizeBytes,
    String first,
    List<ByteRange> reused)
    implements BatchRequest {
  @Override
  public Type type() {
    return Type.TRANSFER;
  }

  /**
   * The file on this machine.
   *
   * @throws java.nio.file.InvalidPathException if the name that the server has said is none here
   */
  public Path file() {
    return below.isEmpty() ? path : path.resolve(below);
  }

  /** A regular file that is to be stored below a directory. */
  public FileJob(Path path, String below, String listed, String name, long sizeBytes) {
    this(FileKind.FILE, path, below, listed, name, sizeBytes, "", List.of());
  }

  /** A regular file whose path is known. */
  public FileJob(Path path, String listed, String name, long sizeBytes) {
    this(path, "", listed, name, sizeBytes);
  }

  /** A directory that is to be sent, without what is in it. */
  public static FileJob directory(Path path, String listed, String name) {
    return new FileJob(FileKind.DIRECTORY, path, "", listed, name, 0, "", List.of());
  }

  /** A symbolic link that is to be sent as such. */
  public static FileJob link(Path path, String listed, String name) {
    return new FileJob(FileKind.LINK, path, "", listed, name, 0, "", List.of());
  }

  /** Another name of a file that has been sent. */
  public static FileJob otherName(Path path, String listed, String name, String first) {
    return new FileJob(FileKind.OTHER_NAME, path, "", listed, name, 0, first, List.of());
  }

  /** The same file, of which the receiver has some content in an older one. */
  public FileJob reusing(List<ByteRange> newReused) {
    return new FileJob(kind, path, below, listed, name, sizeBytes, first, newReused);
  }
}
