package dev.ferry.storage;

import java.nio.file.FileSystemException;

/**
 * A file has more or less content than its size says, as most files of Linux's {@code /proc} and
 * {@code /sys} do.
 */
public final class UnsizedFileException extends FileSystemException {
  private static final long serialVersionUID = 1;

  UnsizedFileException(String path) {
    super(path, null, "its content is longer or shorter than its size says");
  }
}
