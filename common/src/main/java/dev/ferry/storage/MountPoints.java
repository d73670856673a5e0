package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The places at which other file systems, or parts of them, appear (mount points), as Linux lists
 * them. A file cannot be moved across one, even if both sides are the same file system, nor can one
 * that is a mount point itself be replaced. Immutable.
 */
final class MountPoints {
  private static final Path LIST = Path.of("/proc/self/mountinfo");
  private static final int PLACE_FIELD = 4;
  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");
  private static final int OCTAL = 8;

  private final List<Path> mounts;

  private MountPoints(List<Path> mounts) {
    this.mounts = mounts;
  }

  /** Those that there are now. */
  static MountPoints ofThisSystem() {
    try {
      return of(Files.readAllLines(LIST, UTF_8));
    } catch (IOException e) {
      return new MountPoints(List.of()); // Another system: moving the file will show.
    }
  }

  /**
   * Those in a list.
   *
   * @param list lines of mountinfo, see proc(5)
   */
  static MountPoints of(List<String> list) {
    return new MountPoints(
        list.stream()
            .map(line -> Splitter.on(' ').splitToList(line))
            .filter(fields -> fields.size() > PLACE_FIELD)
            .map(fields -> Path.of(unescaped(fields.get(PLACE_FIELD))))
            .toList());
  }

  /** Whether something is mounted between a directory and a place below it, or there. */
  boolean areBetween(Path directory, Path place) {
    return directory.getFileSystem() == FileSystems.getDefault()
        && mounts.stream()
            .anyMatch(
                mount ->
                    place.startsWith(mount)
                        && mount.startsWith(directory)
                        && !mount.equals(directory));
  }

  private static String unescaped(String field) {
    return ESCAPE
        .matcher(field)
        .replaceAll(
            (MatchResult match) ->
                java.util.regex.Matcher.quoteReplacement(
                    Character.toString(Integer.parseInt(match.group(1), OCTAL))));
  }
}
