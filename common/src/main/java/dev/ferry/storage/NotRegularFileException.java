package dev.ferry.storage;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** What was to be sent is a directory, a device or a pipe. */
public final class NotRegularFileException extends FileSystemException {
  private static final long serialVersionUID = 1;

  NotRegularFileException(Path path) {
    super(path.toString(), null, "not a regular file");
  }
}
