package dev.ferry.storage;

import java.nio.file.FileSystemException;

/** What was to be sent is a directory, a device or a pipe. */
public final class NotRegularFileException extends FileSystemException {
  private static final long serialVersionUID = 1;

  NotRegularFileException(String path) {
    super(path, null, "not a regular file");
  }
}
