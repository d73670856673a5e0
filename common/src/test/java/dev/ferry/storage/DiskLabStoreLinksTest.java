package dev.ferry.storage;

import static dev.ferry.storage.TestStore.publish;
import static dev.ferry.storage.TestStore.tree;
import static dev.ferry.storage.TestStore.upload;
import static dev.ferry.storage.TestStore.written;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Links inside the root lead nobody out of it, whenever they appear. */
class DiskLabStoreLinksTest {
  private static final byte[] PRECIOUS = "precious".getBytes(UTF_8);
  private static final byte[] CONTENT = "content".getBytes(UTF_8);

  @TempDir Path temporary;
  private Path root;
  private Path outside;

  @BeforeEach
  void createDirectories() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    outside = Files.createDirectories(temporary.resolve("outside/directory")).getParent();
    Files.write(outside.resolve("file"), PRECIOUS);
  }

  /** A link in the root called "link", and the name by which a peer tries to use it. */
  enum Trap {
    TO_DIRECTORY_AS_PARENT("../outside", "link/new"),
    TO_DIRECTORY_AS_PARENT_OF_PRECIOUS("../outside", "link/file"),
    TO_DIRECTORY_AS_GRANDPARENT("../outside", "link/directory/new"),
    TO_DIRECTORY_AS_PARENT_OF_NEW_ONE("../outside", "link/missing/new"),
    TO_DIRECTORY_AS_FILE("../outside", "link"),
    TO_FILE_AS_FILE("../outside/file", "link"),
    TO_FILE_AS_PARENT("../outside/file", "link/new"),
    DANGLING_AS_FILE("../outside/missing", "link"),
    DANGLING_AS_PARENT("../outside/missing", "link/new"),
    TO_ROOT_AS_PARENT(".", "link/new"),
    TO_ITSELF("link", "link/new");

    private final String target;
    private final String name;

    Trap(String target, String name) {
      this.target = target;
      this.name = name;
    }
  }

  @ParameterizedTest
  @EnumSource(Trap.class)
  void shouldTurnDownNamesThatLeadThroughLinks(Trap trap) throws IOException {
    Files.createSymbolicLink(root.resolve("link"), Path.of(trap.target));
    Outcome outcome = upload(TestStore.open(root), trap.name, CONTENT);
    assertThat(outcome.reason()).isEqualTo(RefusalReason.CANNOT_CREATE);
    assertUnharmed();
  }

  @ParameterizedTest
  @EnumSource(Trap.class)
  void shouldNotFollowLinksThatAppearBeforeThePublication(Trap trap) throws IOException {
    IncomingFile sink = written(TestStore.open(root), trap.name, CONTENT);
    Files.createSymbolicLink(root.resolve("link"), Path.of(trap.target));
    assertThat(publish(sink).join().reason()).isEqualTo(RefusalReason.CANNOT_CREATE);
    assertUnharmed();
  }

  private void assertUnharmed() throws IOException {
    assertThat(tree(outside)).containsExactly("directory", "file");
    assertThat(outside.resolve("file")).hasBinaryContent(PRECIOUS);
    assertThat(tree(root)).containsExactly("link");
    assertThat(root.resolve("link")).isSymbolicLink();
  }

  @Test
  void shouldTakeARootThatTheOperatorReachesThroughALink() throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("way-to-root"), root);
    assertThat(upload(TestStore.open(link), "a/file", CONTENT).isPublished()).isTrue();
    assertThat(root.resolve("a/file")).hasBinaryContent(CONTENT);
  }

  /**
   * Enough of both outcomes to have met the gaps between the steps, in a bounded number of rounds.
   */
  private static final int ENOUGH = 50;

  private static final int MAX_ROUNDS = 5_000;

  @Test
  void shouldLeaveNothingOutsideWhileSomebodySwapsADirectoryForALink() throws IOException {
    DiskLabStore store = TestStore.open(root);
    List<String> published = new ArrayList<>();
    int refused = 0;
    int rounds = 0;
    try (Attacker attacker = new Attacker(root.resolve("sub"), outside.resolve("directory"))) {
      for (; rounds < MAX_ROUNDS && (published.size() < ENOUGH || refused < ENOUGH); rounds++) {
        String name = "file-" + rounds;
        if (upload(store, "sub/" + name, CONTENT).isPublished()) {
          published.add(name);
        } else {
          refused++;
        }
      }
      attacker.assertAlive();
    }
    assertThat(tree(outside)).containsExactly("directory", "file");
    List<String> found =
        tree(root).stream().filter(path -> path.contains("file-")).map(Attacker::nameOf).toList();
    assertThat(found).containsExactlyInAnyOrderElementsOf(published);
    assertThat(tree(root)).noneMatch(path -> path.contains(RemoteName.RESERVED_PREFIX));
    assertThat(refused).as("refused in %d rounds", rounds).isPositive();
    assertThat(published).as("published in %d rounds", rounds).isNotEmpty();
  }

  @Test
  void shouldLeaveTheTargetAloneWhileSomebodySwapsTheFileForALink() throws IOException {
    DiskLabStore store = TestStore.open(root);
    try (Attacker attacker = new Attacker(root.resolve("name"), outside.resolve("file"))) {
      for (int i = 0; i < 300; i++) {
        upload(store, "name", CONTENT);
      }
      attacker.assertAlive();
    }
    assertThat(outside.resolve("file")).hasBinaryContent(PRECIOUS);
    assertThat(tree(outside)).containsExactly("directory", "file");
  }

  /**
   * Moves aside whatever stands at a path, puts a link there, and removes the link, again and
   * again.
   */
  private static final class Attacker implements AutoCloseable {
    private final Path path;
    private final Path target;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CompletableFuture<Void> end;

    Attacker(Path path, Path target) {
      this.path = path;
      this.target = target;
      this.end = CompletableFuture.runAsync(this::attack, work -> new Thread(work).start());
    }

    static String nameOf(String path) {
      return Path.of(path).getFileName().toString();
    }

    private void attack() {
      for (int i = 0; !stopped.get(); i++) {
        int number = i;
        attempt(() -> Files.move(path, path.resolveSibling("aside-" + number)));
        attempt(() -> Files.createSymbolicLink(path, target));
        Thread.onSpinWait();
        attempt(
            () -> {
              if (Files.isSymbolicLink(path)) {
                Files.delete(path);
              }
            });
        // Left alone until something stands there again, or the store would hardly ever succeed.
        while (!stopped.get() && Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
          Thread.onSpinWait();
        }
      }
    }

    private interface Step {
      void run() throws IOException;
    }

    private static void attempt(Step step) {
      try {
        step.run();
      } catch (FileSystemException e) {
        // The store was faster.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void assertAlive() {
      assertThat(end).isNotDone();
    }

    @Override
    public void close() throws IOException {
      stopped.set(true);
      end.join();
      if (Files.isSymbolicLink(path)) {
        Files.delete(path);
      }
    }
  }
}
