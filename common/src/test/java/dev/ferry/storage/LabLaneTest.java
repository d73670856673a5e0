package dev.ferry.storage;

import static dev.ferry.storage.TestStore.AT_ONCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk's time for lab mode, by a clock and a worker that the test moves. */
class LabLaneTest {
  @TempDir Path root;
  private final Queue<Runnable> labWork = new ArrayDeque<>();
  private final Queue<Runnable> ferryWork = new ArrayDeque<>();
  private long nowNs = Long.MAX_VALUE - 1_000_000_000;
  private DiskLabStore store;

  @BeforeEach
  void open() throws IOException {
    store =
        DiskLabStore.open(
            root,
            TestStore.OVERWRITE,
            new DiskLabStore.Workers(labWork::add, new FairWorkers(ferryWork::add), ferryWork::add),
            AT_ONCE,
            () -> nowNs);
  }

  private void work() {
    for (Runnable task = labWork.poll(); task != null; task = labWork.poll()) {
      task.run();
    }
  }

  private CompletableFuture<Outcome> publish(String name) throws StorageException {
    return TestStore.publish(TestStore.written(store, name, "content".getBytes(UTF_8)));
  }

  @Test
  void shouldKeepLabModeFromTheWorkersOfFerryMode() throws IOException {
    assertThat(publish("a")).isNotDone();
    assertThat(labWork).isNotEmpty();
    assertThat(ferryWork).isEmpty();
  }

  @Test
  void shouldNotPublishWhatHasWaitedForTooLong() throws IOException {
    CompletableFuture<Outcome> late = publish("late");
    nowNs += LabLane.PATIENCE_NS / 2;
    CompletableFuture<Outcome> inTime = publish("in time");
    nowNs += LabLane.PATIENCE_NS / 2;
    work();
    assertThat(late.join().reason()).isEqualTo(RefusalReason.BUSY);
    assertThat(inTime.join().isPublished()).isTrue();
    assertThat(TestStore.tree(root)).containsExactly("in time");
  }

  @Test
  void shouldNotWaitForLongWhenTheServerStops() throws IOException {
    CompletableFuture<Outcome> soon = publish("soon");
    store.stop();
    labWork.remove().run();
    assertThat(soon.join().isPublished()).isTrue();
    CompletableFuture<Outcome> late = publish("late");
    nowNs += LabLane.STOP_PATIENCE_NS;
    work();
    assertThat(late.join().reason()).isEqualTo(RefusalReason.BUSY);
  }

  @Test
  void shouldTurnDownStartsAloneBeforeTooManyWait() throws IOException {
    List<IncomingFile> files = new ArrayList<>();
    for (int i = 0; i < LabLane.CROWDED; i++) {
      files.add(store.createEmpty("empty-" + i));
    }
    for (IncomingFile file : files) {
      assertThat(TestStore.publish(file)).isNotDone();
    }
    assertThatThrownBy(() -> store.createEmpty("one more"))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.BUSY));
    assertThat(Files.exists(root.resolve("one more"))).isFalse();
    assertThat(publish("with content")).isNotDone();
    work();
    store.createEmpty("one more").discard();
  }
}
