package dev.ferry.api;

import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.util.Nanos;
import java.time.Instant;
import java.util.Optional;

/**
 * A file, directory or link at a server.
 *
 * @param name below what was listed, with slashes, without checks or escapes; empty for a file that
 *     was listed itself
 * @param sizeBytes 0 except for a file
 * @param modified the time of its last change
 * @param permissions as in {@code chmod}, 0 … 0777; what the server keeps of them
 * @param linkTarget where a link leads to, if the server says so; empty for all else
 */
public record RemoteEntry(
    Kind kind,
    String name,
    long sizeBytes,
    Instant modified,
    int permissions,
    Optional<String> linkTarget) {
  /** What it is. */
  public enum Kind {
    FILE,
    DIRECTORY,
    LINK
  }

  static RemoteEntry of(ListEntry entry) {
    long ns = entry.modifiedNs();
    return new RemoteEntry(
        kind(entry.kind()),
        entry.name(),
        entry.sizeBytes(),
        Instant.ofEpochSecond(Math.floorDiv(ns, Nanos.SECOND), Math.floorMod(ns, Nanos.SECOND)),
        entry.mode(),
        entry.kind() == FileKind.LINK && !entry.target().isEmpty()
            ? Optional.of(entry.target())
            : Optional.empty());
  }

  private static Kind kind(FileKind kind) {
    return switch (kind) {
      case FILE, OTHER_NAME -> Kind.FILE;
      case DIRECTORY -> Kind.DIRECTORY;
      case LINK -> Kind.LINK;
      case UNTOLD -> throw new IllegalStateException("it is no entry of a list");
    };
  }
}
