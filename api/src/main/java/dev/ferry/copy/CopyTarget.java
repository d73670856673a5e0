package dev.ferry.copy;

import dev.ferry.runtime.FileJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a copy from a server goes.
 *
 * @param path a file or a directory
 * @param isDirectory whether files go into it under their own names
 * @param isNew whether it was made for them
 */
public record CopyTarget(Path path, boolean isDirectory, boolean isNew) {
  /** The job for a source that is a file. */
  FileJob file(RemoteSource source, long sizeBytes) {
    return isDirectory
        ? new FileJob(path, source.ownName(), source.shown(), source.path(), sizeBytes)
        : new FileJob(path, source.shown(), source.path(), sizeBytes);
  }

  /**
   * The job for a file in a source that is a directory.
   *
   * @param name below the source
   */
  FileJob below(RemoteSource source, String name, long sizeBytes) {
    String below = placeOf(source, name);
    String remote = CopyNames.join(source.barePath(), name);
    return new FileJob(path, below, source.shown(name), remote, sizeBytes);
  }

  /**
   * Where something in a source that is a directory comes to be.
   *
   * @param name below the source; empty for the source itself
   * @return below the path; empty for that itself
   */
  String placeOf(RemoteSource source, String name) {
    return source.isContent() ? name : CopyNames.join(source.ownName(), name);
  }

  /**
   * Makes the directory that the files go into.
   *
   * @return whether there was none
   */
  public static boolean makeDirectory(Path directory) throws IOException {
    boolean isNew = !Files.exists(directory);
    Files.createDirectories(directory);
    return isNew;
  }
}
