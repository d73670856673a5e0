package dev.ferry.tree;

import java.io.IOException;
import java.nio.file.Path;

/** What a walk comes to ({@link SourceWalk}). */
public sealed interface Found {
  /** What it is. */
  enum Kind {
    FILE,
    DIRECTORY,
    LINK,
    OTHER_NAME,
    SKIPPED,
    FAILED
  }

  /** What it is. */
  Kind kind();

  /** What names it in a list of files ({@link TreeSource#listed}). */
  String listed();

  /**
   * A regular file to be copied.
   *
   * @param path where it is; not a link when it was looked at
   * @param name its name at the destination
   * @param sizeBytes when it was looked at
   */
  record File(Path path, String listed, String name, long sizeBytes) implements Found {
    @Override
    public Kind kind() {
      return Kind.FILE;
    }
  }

  /**
   * A directory whose entries have all been found; not that which stands for the top of the
   * destination.
   *
   * @param path where it is; a link only if it is a source itself
   * @param name its name at the destination
   * @param isBare whether nothing that was found below it makes it come to be at the destination
   */
  record Directory(Path path, String listed, String name, boolean isBare) implements Found {
    @Override
    public Kind kind() {
      return Kind.DIRECTORY;
    }
  }

  /**
   * A symbolic link, where such are wanted.
   *
   * @param path where it is; a link when it was looked at
   * @param name its name at the destination
   */
  record Link(Path path, String listed, String name) implements Found {
    @Override
    public Kind kind() {
      return Kind.LINK;
    }
  }

  /**
   * Another name of a file that has been found, where such are wanted.
   *
   * @param path where it is; not a link when it was looked at
   * @param name its name at the destination
   * @param first the name at the destination of the file that was found
   */
  record OtherName(Path path, String listed, String name, String first) implements Found {
    @Override
    public Kind kind() {
      return Kind.OTHER_NAME;
    }
  }

  /**
   * What is neither a file nor a directory, or is Ferry's own; it is left out.
   *
   * @param reason what it is
   */
  record Skipped(String listed, String reason) implements Found {
    @Override
    public Kind kind() {
      return Kind.SKIPPED;
    }
  }

  /** What cannot be looked at; if it is a directory, some or all of what is in it is left out. */
  record Failed(String listed, IOException cause) implements Found {
    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }
}
