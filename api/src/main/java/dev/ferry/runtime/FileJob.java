package dev.ferry.runtime;

import java.nio.file.Path;

/**
 * A file to be transferred, one of many.
 *
 * @param path the file on this machine; if it is to be sent, its last component is no link; or the
 *     directory that it is to be stored below
 * @param below where it is to be stored below {@code path}, with slashes, as the server has said
 *     it; empty if {@code path} is the file
 * @param listed what names it in messages and in lists of files
 * @param name its name at the server
 * @param sizeBytes its size as far as it is known, or 0
 */
public record FileJob(Path path, String below, String listed, String name, long sizeBytes) {
  /** The file on this machine. */
  Path file() {
    return below.isEmpty() ? path : path.resolve(below);
  }

  /** A file whose path is known. */
  public FileJob(Path path, String listed, String name, long sizeBytes) {
    this(path, "", listed, name, sizeBytes);
  }
}
