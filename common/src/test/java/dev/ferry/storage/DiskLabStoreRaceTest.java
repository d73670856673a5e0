package dev.ferry.storage;

import static dev.ferry.storage.TestStore.publish;
import static dev.ferry.storage.TestStore.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many publications at the same time, each with a thread of its own. */
class DiskLabStoreRaceTest {
  private static final int CONTENT_REPEATS = 20_000;

  @TempDir Path root;
  private final ExecutorService workers = Executors.newCachedThreadPool();

  @AfterEach
  void stopWorkers() {
    workers.shutdownNow();
  }

  private List<Outcome> race(int writers, String name, StoreOptions options)
      throws IOException, InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    DiskLabStore store =
        DiskLabStore.open(
            root,
            options,
            TestStore.workers(
                work ->
                    workers.execute(
                        () -> {
                          awaitStart(go);
                          work.run();
                        })),
            TestStore.AT_ONCE);
    List<IncomingFile> sinks = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      sinks.add(TestStore.written(store, name, contentOf(i)));
    }
    assertThat(tree(root)).as("one part file for each").hasSize(writers);
    List<CompletableFuture<Outcome>> outcomes = sinks.stream().map(TestStore::publish).toList();
    go.countDown();
    List<Outcome> ends = outcomes.stream().map(CompletableFuture::join).toList();
    workers.shutdown();
    assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    return ends;
  }

  private static void awaitStart(CountDownLatch go) {
    try {
      go.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] contentOf(int writer) {
    return ("writer " + writer + "\n").repeat(CONTENT_REPEATS).getBytes(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "new/directory/file"})
  void shouldLetExactlyOneWinWhereNothingIsReplaced(String name)
      throws IOException, InterruptedException {
    List<Outcome> outcomes = race(20, name, TestStore.REFUSE);
    List<Integer> winners = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i).isPublished()) {
        winners.add(i);
      } else {
        assertThat(outcomes.get(i).reason()).isEqualTo(RefusalReason.EXISTS);
      }
    }
    assertThat(winners).hasSize(1);
    assertThat(root.resolve(name)).hasBinaryContent(contentOf(winners.get(0)));
    assertNothingElse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "new/directory/file"})
  void shouldLeaveOneCompleteFileWhereAllReplace(String name)
      throws IOException, InterruptedException {
    List<Outcome> outcomes = race(50, name, TestStore.OVERWRITE);
    assertThat(outcomes).allMatch(Outcome::isPublished);
    String content = Files.readString(root.resolve(name));
    int writer = Integer.parseInt(content.substring("writer ".length(), content.indexOf('\n')));
    assertThat(root.resolve(name)).hasBinaryContent(contentOf(writer));
    assertNothingElse();
  }

  private void assertNothingElse() throws IOException {
    assertThat(tree(root)).noneMatch(path -> path.contains(RemoteName.RESERVED_PREFIX));
  }

  @Test
  void shouldMakeADirectoryThatManyNeedOnlyOnce() throws IOException {
    DiskLabStore store =
        DiskLabStore.open(root, TestStore.OVERWRITE, TestStore.workers(workers), TestStore.AT_ONCE);
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      outcomes.add(publish(TestStore.written(store, "a/b/file-" + i, contentOf(i))));
    }
    assertThat(outcomes).allMatch(outcome -> outcome.join().isPublished());
    assertThat(tree(root)).hasSize(2 + 20).contains("a", "a/b", "a/b/file-0", "a/b/file-19");
  }
}
