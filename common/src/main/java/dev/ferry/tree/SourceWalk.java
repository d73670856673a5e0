package dev.ferry.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.ferry.storage.LinkCount;
import dev.ferry.storage.NativePaths;
import dev.ferry.storage.RemoteName;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the sources of a copy, one entry at a time: of each directory on the way it has an
 * open handle, and nothing else, however many entries there are. Links below a source are never
 * followed. What cannot be looked at does not end the walk. Entries come in the order of the file
 * system. Not thread-safe.
 *
 * <p>A file {@value #IGNORE_FILE} in a directory has patterns for what is below it, as a {@code
 * .gitignore} has; patterns given to the constructor come before those, and hold below each source.
 * The sources themselves are always taken.
 */
public final class SourceWalk implements Closeable {
  /** The name of the files with patterns. */
  public static final String IGNORE_FILE = ".ferryignore";

  private static final int MAX_IGNORE_FILE_BYTES = 1 << 20;

  private final Iterator<TreeSource> sources;
  private final IgnoreRules given;
  private final TreeLinks links;
  private final @Nullable SourceNames seen;

  /** The names at the destination of files with several names, by what tells them from others. */
  private final Map<Object, String> firstNames = new HashMap<>();

  private final Deque<Level> levels = new ArrayDeque<>();

  /** An open directory. */
  private static final class Level {
    final DirectoryStream<Path> stream;
    final Iterator<Path> entries;
    final TreeSource place;

    /** Its path below the source, with a slash behind it; empty for the source itself. */
    final String below;

    IgnoreRules rules = IgnoreRules.NONE;

    /** Whether nothing has been found in it that is to be copied. */
    boolean bare = true;

    Level(DirectoryStream<Path> stream, TreeSource place, String below) {
      this.stream = stream;
      this.entries = stream.iterator();
      this.place = place;
      this.below = below;
    }
  }

  /**
   * Begins a walk; nothing is looked at yet.
   *
   * @param sources are asked for one after the other
   * @param given patterns that hold below each source, whatever the files in it say
   * @param links which links below a source are wanted
   */
  public SourceWalk(Iterator<TreeSource> sources, IgnoreRules given, TreeLinks links) {
    this(sources, given, links, null);
  }

  /**
   * Begins a walk that is remembered.
   *
   * @param seen is told of everything that is found, and of all patterns; null for nobody
   */
  public SourceWalk(
      Iterator<TreeSource> sources,
      IgnoreRules given,
      TreeLinks links,
      @Nullable SourceNames seen) {
    this.sources = sources;
    this.given = given;
    this.links = links;
    this.seen = seen;
  }

  /**
   * The next entry, or what is in the way; null at the end. A directory comes behind what is in it.
   */
  public @Nullable Found next() {
    while (true) {
      Level level = levels.peek();
      Found found;
      if (level != null) {
        found = nextOf(level);
      } else if (sources.hasNext()) {
        found = begin(sources.next());
      } else {
        return null;
      }
      if (found != null) {
        return found;
      }
    }
  }

  private @Nullable Found begin(TreeSource source) {
    try {
      // What the user names may be a link; what it leads to is opened, and no other link.
      Path path = Files.isSymbolicLink(source.path()) ? source.path().toRealPath() : source.path();
      TreeSource resolved = new TreeSource(path, source.listed(), source.name());
      Found found = look(resolved, "", Files.readAttributes(path, BasicFileAttributes.class));
      return found instanceof Found.Skipped skipped
          ? new Found.Failed(source.listed(), new IOException("it is " + skipped.reason()))
          : found;
    } catch (IOException e) {
      return new Found.Failed(source.listed(), e);
    }
  }

  private @Nullable Found nextOf(Level level) {
    Path entry;
    try {
      if (!level.entries.hasNext()) {
        leave();
        return left(level);
      }
      entry = level.entries.next();
    } catch (DirectoryIteratorException e) {
      leave();
      return new Found.Failed(level.place.listed(), new IOException("cannot be read", e));
    }
    return look(level, entry);
  }

  /** Null for the top of the destination. */
  private @Nullable Found left(Level level) {
    noteContent();
    TreeSource place = level.place;
    return place.name().isEmpty()
        ? null
        : new Found.Directory(place.path(), place.listed(), place.name(), level.bare);
  }

  private @Nullable Found look(Level level, Path path) {
    String entry = NativePaths.text(path.getFileName());
    TreeSource place =
        new TreeSource(
            path,
            TreeSource.below(level.place.listed(), entry),
            TreeSource.below(level.place.name(), entry));
    String below = level.below + entry;
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
      return isLeftOut(below, attributes.isDirectory())
          ? null
          : look(place, below + "/", attributes);
    } catch (NoSuchFileException e) {
      return null; // It was removed meanwhile.
    } catch (IOException e) {
      return isLeftOut(below, false) ? null : new Found.Failed(place.listed(), e);
    }
  }

  /** Looks at a source, or an entry; a directory is entered. */
  private @Nullable Found look(TreeSource place, String below, BasicFileAttributes attributes)
      throws IOException {
    if (seen != null) {
      seen.add(place.name());
    }
    if (attributes.isDirectory()) {
      enter(place, below);
      return null;
    }
    if (attributes.isSymbolicLink()) {
      return link(place);
    }
    if (!attributes.isRegularFile()) {
      return new Found.Skipped(place.listed(), "neither a file nor a directory");
    }
    if (RemoteName.isReserved(NativePaths.text(place.path().getFileName()))) {
      return new Found.Skipped(place.listed(), "an unfinished file of Ferry's own");
    }
    noteContent();
    String first = firstNameOf(place, attributes);
    return first == null
        ? new Found.File(place.path(), place.listed(), place.name(), attributes.size())
        : new Found.OtherName(place.path(), place.listed(), place.name(), first);
  }

  /** The name under which a file has been found already; null if it has not. */
  private @Nullable String firstNameOf(TreeSource place, BasicFileAttributes attributes)
      throws IOException {
    Object key = attributes.fileKey();
    if (!links.hard() || key == null || !LinkCount.isAboveOne(place.path())) {
      return null;
    }
    return firstNames.putIfAbsent(key, place.name());
  }

  private Found link(TreeSource place) {
    if (!links.symbolic()) {
      return new Found.Skipped(place.listed(), "a symbolic link");
    }
    noteContent();
    return new Found.Link(place.path(), place.listed(), place.name());
  }

  /** Something in the innermost directory is to be copied. */
  private void noteContent() {
    Level level = levels.peek();
    if (level != null) {
      level.bare = false;
    }
  }

  @SuppressWarnings("StreamResourceLeak") // It is closed when the directory is left.
  private void enter(TreeSource place, String below) throws IOException {
    if (place.name().getBytes(UTF_8).length > RemoteName.MAX_NAME_BYTES) {
      throw new IOException(
          "its name at the destination is longer than " + RemoteName.MAX_NAME_BYTES + " bytes");
    }
    DirectoryStream<Path> stream = Files.newDirectoryStream(place.path());
    if (seen != null && below.isEmpty()) {
      seen.begin(place.name());
    }
    Level level = new Level(stream, place, below);
    levels.push(level);
    // Somebody may have put a link in its place meanwhile.
    if (!below.isEmpty() && !Files.isDirectory(place.path(), NOFOLLOW_LINKS)) {
      leave();
      throw new IOException("it is no directory any more");
    }
    try {
      level.rules = read(place.path().resolve(IGNORE_FILE));
      if (seen != null) {
        seen.rules(below, level.rules);
      }
    } catch (IOException e) {
      leave();
      throw e;
    }
  }

  private static IgnoreRules read(Path file) throws IOException {
    if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      return IgnoreRules.NONE;
    }
    try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(MAX_IGNORE_FILE_BYTES + 1);
      if (bytes.length > MAX_IGNORE_FILE_BYTES) {
        throw new IOException(IGNORE_FILE + " is larger than " + MAX_IGNORE_FILE_BYTES + " bytes");
      }
      return IgnoreRules.ofText(NativePaths.decode(bytes));
    }
  }

  private void leave() {
    try {
      levels.pop().stream.close();
    } catch (IOException e) {
      // It was only read.
    }
  }

  /** The patterns that were given come first, then those of the innermost directory. */
  private boolean isLeftOut(String below, boolean isDirectory) {
    Optional<Boolean> verdict = given.leavesOut(below, isDirectory);
    for (Iterator<Level> each = levels.iterator(); verdict.isEmpty() && each.hasNext(); ) {
      Level level = each.next();
      verdict = level.rules.leavesOut(below.substring(level.below.length()), isDirectory);
    }
    return verdict.orElse(false);
  }

  @Override
  public void close() {
    while (!levels.isEmpty()) {
      leave();
    }
  }
}
