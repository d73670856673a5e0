package dev.ferry.api;

import java.util.Optional;

/** What a copy has done about one file. */
public sealed interface FileResult {
  /** A constant for each type of result, for switches. Later versions may add constants. */
  enum Kind {
    STORED,
    UNCHANGED,
    DIFFERENT,
    FAILED,
    LEFT_OUT
  }

  /** The constant of this result's type. */
  Kind kind();

  /** Its name at the server; of what has come to none, its path as the copy was told it. */
  String name();

  /**
   * It is durable, and visible under its name.
   *
   * @param sizeBytes 0 for a link
   * @param resumedBytes how much of it the receiver had before
   * @param sha256 the digest of the file, 64 lower-case hexadecimal digits; empty if it was not
   *     taken
   */
  record Stored(String name, long sizeBytes, long resumedBytes, Optional<String> sha256)
      implements FileResult {
    @Override
    public Kind kind() {
      return Kind.STORED;
    }
  }

  /** It was the same at both ends, and was not copied. */
  record Unchanged(String name, long sizeBytes) implements FileResult {
    @Override
    public Kind kind() {
      return Kind.UNCHANGED;
    }
  }

  /**
   * It was only verified, and is not the same.
   *
   * @param missing whether it is not there at all
   */
  record Different(String name, boolean missing) implements FileResult {
    @Override
    public Kind kind() {
      return Kind.DIFFERENT;
    }
  }

  /** It could not be copied; others may have been. */
  record Failed(String name, TransferException failure) implements FileResult {
    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }

  /**
   * It is no file of a kind that is copied, such as a device, or a link without {@link
   * CopyOptions#withLinks}.
   *
   * @param reason what it is, for people
   */
  record LeftOut(String name, String reason) implements FileResult {
    @Override
    public Kind kind() {
      return Kind.LEFT_OUT;
    }
  }
}
