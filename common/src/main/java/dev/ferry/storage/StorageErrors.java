package dev.ferry.storage;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Translates errors of the operating system to reasons of the protocol. */
final class StorageErrors {
  private StorageErrors() {}

  /**
   * Classifies a failure.
   *
   * @param what what was being done
   */
  static StorageException translate(String what, IOException cause) {
    if (cause instanceof StorageException already) {
      return already;
    }
    return new StorageException(reasonOf(cause), what + ": " + describe(cause), cause);
  }

  private static RefusalReason reasonOf(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return RefusalReason.NOT_PERMITTED;
    }
    if (cause instanceof InvalidNameException) {
      return RefusalReason.NAME_NOT_ALLOWED;
    }
    if (cause instanceof NotDirectoryException || cause instanceof FileAlreadyExistsException) {
      return RefusalReason.CANNOT_CREATE;
    }
    // Java tells these apart by the C library's text only.
    String text = describe(cause).toLowerCase(Locale.ROOT);
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return RefusalReason.NO_SPACE;
    }
    if (text.contains("too many open files")) {
      return RefusalReason.BUSY;
    }
    if (text.contains("read-only file system") || text.contains("not permitted")) {
      return RefusalReason.NOT_PERMITTED;
    }
    if (text.contains("name too long")
        || text.contains("is a directory")
        || text.contains("not a directory")
        || text.contains("too many levels of symbolic links")) {
      return RefusalReason.CANNOT_CREATE;
    }
    return RefusalReason.IO_ERROR;
  }

  private static String describe(IOException cause) {
    if (cause instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    String kind =
        cause instanceof AccessDeniedException
            ? "permission denied"
            : cause.getClass().getSimpleName();
    @Nullable String text = cause.getMessage();
    if (text == null) {
      return kind;
    }
    // The message of some exceptions is only a path; their class says what went wrong.
    return cause instanceof FileSystemException ? kind + ": " + text : text;
  }
}
