package dev.ferry.copy;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.ListEntry;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a server has below the directories that a copy goes to. A list of each is asked for at the
 * beginning; of a server that makes none, only whether the directory is there. Not thread-safe.
 */
public final class ServerTree implements Closeable {
  /** Of more entries than these, or than fit, each file is asked for instead of remembered. */
  private static final int MAX_ENTRIES = 1_000_000;

  /** What is known of a directory. */
  private enum Root {
    ASKED,
    LISTED,
    ABSENT,
    UNKNOWN
  }

  private final Map<String, Root> roots = new HashMap<>();
  private final Map<String, Sight> files = new HashMap<>();
  private final Map<String, FileAttributes> directories = new HashMap<>();
  private final Consumer<ServerQuestion> ask;
  private final Consumer<Runnable> inTurn;
  private @Nullable Path directory;
  private final HeldNames held;
  private int open;
  private boolean overfull;

  /**
   * Knows nothing yet.
   *
   * @param ask takes what is to be asked
   * @param inTurn runs what has been answered; thread-safe
   * @param held has room for names
   */
  ServerTree(Consumer<ServerQuestion> ask, Consumer<Runnable> inTurn, HeldNames held) {
    this.held = held;
    this.ask = ask;
    this.inTurn = inTurn;
  }

  /**
   * Asks for lists.
   *
   * @param names directories at the server; empty for its root
   * @throws IOException if there is no place to keep them
   */
  void look(Collection<String> names) throws IOException {
    if (names.isEmpty()) {
      return;
    }
    Path lists = Files.createTempDirectory("ferry-list");
    directory = lists;
    for (String name : names) {
      if (roots.put(name, Root.ASKED) == null) {
        Path file = lists.resolve("list" + roots.size());
        open++;
        ask.accept(new ServerQuestion(Subject.LIST, name, file, 0, new Listed(name, file)));
      }
    }
  }

  /** Whether an answer is still to come. */
  boolean isAsking() {
    return open > 0;
  }

  /** What is known of a file. */
  Sight see(String name) {
    Sight found = files.get(name);
    if (found != null) {
      return found;
    }
    for (int end = name.length(); end >= 0; end = end == 0 ? -1 : cut(name, end)) {
      Root root = roots.get(name.substring(0, end));
      if (root == Root.LISTED || root == Root.ABSENT) {
        return Sight.ABSENT;
      }
    }
    return Sight.UNKNOWN;
  }

  /** The time and mode of a directory; null if nothing is known of it. */
  @Nullable FileAttributes directory(String name) {
    return directories.get(name);
  }

  /** Where the directory ends that something is in. */
  private static int cut(String name, int end) {
    return Math.max(0, name.lastIndexOf('/', end - 1));
  }

  /** Whether the server has said that there is no such file. */
  public static boolean isMissing(TransferFailure failure) {
    return failure instanceof TransferFailure.Refused refused
        && refused.reason() == RefusalReason.NO_SUCH_FILE;
  }

  private final class Listed implements ServerQuestion.Listener {
    private final String name;
    private final Path file;

    Listed(String name, Path file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public void answered(@Nullable FileAttributes found, String sha256Hex) {
      inTurn.accept(this::read);
    }

    private void read() {
      open--;
      try (ListInput in = ListInput.open(file)) {
        for (ListEntry entry = in.next(); entry != null; entry = in.next()) {
          String place = CopyNames.join(name, entry.name());
          overfull |= files.size() + directories.size() >= MAX_ENTRIES;
          overfull |= !held.hasRoomFor(place);
          switch (entry.kind()) {
            case FILE, OTHER_NAME ->
                files.put(place, Sight.of(entry.sizeBytes(), entry.modifiedNs()));
            case DIRECTORY ->
                directories.put(place, new FileAttributes(0, entry.modifiedNs(), entry.mode()));
            case LINK, UNTOLD -> {}
          }
          if (overfull) {
            files.clear();
            directories.clear();
            roots.replaceAll((each, state) -> Root.UNKNOWN);
            return;
          }
        }
        roots.put(name, Root.LISTED);
      } catch (IOException e) {
        roots.put(name, Root.UNKNOWN);
      }
    }

    @Override
    public void failed(TransferFailure failure) {
      inTurn.accept(
          () -> {
            open--;
            roots.put(name, isMissing(failure) ? Root.ABSENT : Root.UNKNOWN);
            if (!isMissing(failure) && !name.isEmpty()) {
              open++;
              ask.accept(new ServerQuestion(Subject.ATTRIBUTES, name, null, 0, new Looked(name)));
            }
          });
    }
  }

  /** Whether a directory is there: what the server has of it is no file. */
  private final class Looked implements ServerQuestion.Listener {
    private final String name;

    Looked(String name) {
      this.name = name;
    }

    @Override
    public void answered(@Nullable FileAttributes found, String sha256Hex) {
      inTurn.accept(() -> open--);
    }

    @Override
    public void failed(TransferFailure failure) {
      inTurn.accept(
          () -> {
            open--;
            roots.put(name, isMissing(failure) ? Root.ABSENT : Root.UNKNOWN);
          });
    }
  }

  @Override
  public void close() throws IOException {
    Path lists = directory;
    directory = null;
    if (lists != null) {
      for (int i = 1; i <= roots.size(); i++) {
        Files.deleteIfExists(lists.resolve("list" + i));
      }
      Files.deleteIfExists(lists);
    }
  }
}
