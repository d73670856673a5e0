package dev.ferry.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says why a file that the user named cannot be used. */
public final class FileErrors {
  private FileErrors() {}

  /** The reason, without the file's name. */
  public static String reason(Exception error) {
    if (error instanceof NoSuchFileException) {
      return "no such file or directory";
    } else if (error instanceof AccessDeniedException) {
      return "permission denied";
    } else if (error instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return String.valueOf(error.getMessage());
  }
}
