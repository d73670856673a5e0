package dev.ferry.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** How many names files have. */
public final class LinkCount {
  private LinkCount() {}

  /** Whether a file has several names; false where the file system does not say. */
  public static boolean isAboveOne(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return false;
    }
    try {
      return ((Number) Files.getAttribute(file, "unix:nlink", NOFOLLOW_LINKS)).intValue() > 1;
    } catch (NoSuchFileException e) {
      return false; // It was removed meanwhile.
    }
  }
}
