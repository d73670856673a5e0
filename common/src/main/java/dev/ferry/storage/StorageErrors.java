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
    Classified found = classify(cause);
    return new StorageException(found.reason(), what + ": " + describe(cause), found.told(), cause);
  }

  /**
   * What an error means.
   *
   * @param told the same for people at the peer; nothing of it is from this machine
   */
  private record Classified(RefusalReason reason, String told) {}

  private static Classified classify(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return new Classified(RefusalReason.NOT_PERMITTED, "");
    }
    if (cause instanceof InvalidNameException) {
      return new Classified(RefusalReason.NAME_NOT_ALLOWED, String.valueOf(cause.getMessage()));
    }
    if (cause instanceof NotDirectoryException || cause instanceof FileAlreadyExistsException) {
      return new Classified(RefusalReason.CANNOT_CREATE, "a part of it is taken by a file");
    }
    // Java tells these apart by the C library's text only.
    String text = describe(cause).toLowerCase(Locale.ROOT);
    for (Known known : Known.values()) {
      if (text.contains(known.text)) {
        return new Classified(known.reason, known.told);
      }
    }
    return new Classified(RefusalReason.IO_ERROR, "");
  }

  /** An error that the C library puts into these words. */
  private enum Known {
    FULL("no space left", RefusalReason.NO_SPACE, ""),
    QUOTA("quota exceeded", RefusalReason.NO_SPACE, "its user's quota is used up"),
    DESCRIPTORS("too many open files", RefusalReason.BUSY, "it has too many files open"),
    READ_ONLY("read-only file system", RefusalReason.NOT_PERMITTED, "its file system is read-only"),
    FORBIDDEN("not permitted", RefusalReason.NOT_PERMITTED, ""),
    LONG("name too long", RefusalReason.CANNOT_CREATE, "it is too long for the file system"),
    DIRECTORY("is a directory", RefusalReason.CANNOT_CREATE, "it is taken by a directory"),
    NO_DIRECTORY("not a directory", RefusalReason.CANNOT_CREATE, "a part of it is taken by a file"),
    LINK(
        "too many levels of symbolic links",
        RefusalReason.CANNOT_CREATE,
        "a part of it is taken by a link");

    final String text;
    final RefusalReason reason;
    final String told;

    Known(String text, RefusalReason reason, String told) {
      this.text = text;
      this.reason = reason;
      this.told = told;
    }
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
