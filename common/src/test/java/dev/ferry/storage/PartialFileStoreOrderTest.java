package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.ID;
import static dev.ferry.storage.TestPartialFiles.MODIFIED_NS;
import static dev.ferry.storage.TestPartialFiles.OTHER_ID;
import static dev.ferry.storage.TestPartialFiles.blocks;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.opening;
import static dev.ferry.storage.TestPartialFiles.publication;
import static dev.ferry.storage.TestPartialFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestPartialFiles.Opening;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the disk does beside the engine, in whatever order its workers get to it. */
class PartialFileStoreOrderTest {
  private static final int SIZE = 3 * BLOCK;
  private static final byte[] CONTENT = content(SIZE, 1);

  @TempDir Path root;

  /** What waits for a worker, and what waits for the engine's thread. */
  private final List<Runnable> disk = new ArrayList<>();

  private final List<LongConsumer> engine = new ArrayList<>();
  private final FairWorkers workers = new FairWorkers(disk::add);

  private PartialFileStore store() throws IOException {
    return DiskLabStore.open(
            root,
            TestStore.OVERWRITE,
            new DiskLabStore.Workers(disk::add, workers, disk::add),
            engine::add)
        .parts();
  }

  /** Lets the workers do all there is, in a random order, and the engine hear of it. */
  private void settle(Random random) {
    while (!disk.isEmpty() || !engine.isEmpty()) {
      int choice = random.nextInt(disk.size() + engine.size());
      if (choice < disk.size()) {
        disk.remove(choice).run();
      } else {
        // The engine's thread takes its tasks in order.
        engine.remove(0).accept(0);
      }
    }
  }

  /** Lets the workers store all blocks, and holds back the flush that the engine then asks for. */
  private Runnable flushAfterTheBlocks() {
    while (!disk.isEmpty()) {
      disk.remove(0).run();
    }
    while (disk.isEmpty()) {
      engine.remove(0).accept(0);
    }
    return disk.remove(0);
  }

  /** So many blocks of another file come together in memory that there is none for others. */
  private void fillMemory(PartialFileStore store) throws IOException {
    int blocks = 64;
    Opening opening = opening(store, file(OTHER_ID, "other", (long) blocks * BLOCK, MODIFIED_NS));
    settle(new Random(1));
    for (int i = 0; i < blocks; i++) {
      opening.part.join().write((long) i * BLOCK, ByteBuffer.allocate(1));
    }
    opening.part.join().discard();
    settle(new Random(2));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldFindWhatWasKeptJustBefore(long seed) throws IOException {
    Random random = new Random(seed);
    PartialFileStore store = store();
    for (int block = 0; block < 3; block++) {
      Opening opening = opening(store, file("file", CONTENT));
      settle(random);
      OpenedPart part = opening.part.join();
      write(part, CONTENT, block * BLOCK, (block + 1) * BLOCK);
      part.keep();
      Opening again = opening(store, file("file", CONTENT));
      assertThat(again.part).isNotDone();
      settle(random);
      assertThat(blocks(again.part.join())).as("seed %d", seed).isEqualTo("0-" + (block + 1));
      again.part.join().keep();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldBeginAfreshAfterAFileIsPublishedOrDiscarded(long seed) throws IOException {
    Random random = new Random(seed);
    PartialFileStore store = store();
    Opening first = opening(store, file("file", CONTENT));
    settle(random);
    write(first.part.join(), CONTENT, 0, SIZE);
    CompletableFuture<Outcome> outcome = publication(first.part.join(), CONTENT);
    Opening second = opening(store, file("file", CONTENT));
    settle(random);
    assertThat(outcome.join().failure()).isNull();
    assertThat(second.part.join().verified()).isEmpty();
    write(second.part.join(), CONTENT, 0, SIZE);
    second.part.join().discard();
    Opening third = opening(store, file("file", CONTENT));
    settle(random);
    assertThat(third.part.join().verified()).isEmpty();
    third.part.join().discard();
    settle(random);
    assertThat(TestStore.tree(root)).containsExactly("file");
  }

  @Test
  void shouldNotHoldUpOtherTransfers() throws IOException {
    PartialFileStore store = store();
    opening(store, file("file", CONTENT));
    Opening other = opening(store, file(OTHER_ID, "other", SIZE, MODIFIED_NS));
    // A worker takes the first one's task, and does not come to its end.
    disk.remove(0);
    workers.next();
    settle(new Random(1));
    assertThat(other.part).isDone();
  }

  @Test
  void shouldTellNothingBeforeTheEngineIsReady() throws IOException {
    Opening refused = opening(store(), file(ID, "../x", SIZE, MODIFIED_NS));
    while (!disk.isEmpty()) {
      disk.remove(0).run();
    }
    assertThat(refused.part).isNotDone();
    engine.remove(0).accept(0);
    assertThat(refused.part).isCompletedExceptionally();
  }

  /** The journal does not wait for the disk: what is in it survives a kill. */
  @Test
  void shouldJournalWhileAFlushIsUnderWay() throws IOException {
    byte[] content = content((int) Flusher.FLUSH_EVERY_BYTES + BLOCK, 2);
    PartialFileStore store = store();
    Opening opening = opening(store, file("file", content));
    settle(new Random(1));
    OpenedPart part = opening.part.join();
    write(part, content, 0, content.length);
    // The worker that has the flush does not come to it.
    Runnable last = flushAfterTheBlocks();
    settle(new Random(2));
    assertThat(part.backlogBytes()).isEqualTo(content.length);
    Path copy = TestPartialFiles.crash(root, root.resolve("copy"));
    assertThat(blocks(TestPartialFiles.open(copy, file("file", content)))).isEqualTo("0-33");
    disk.add(last);
    settle(new Random(3));
    assertThat(part.backlogBytes()).isBetween(BLOCK - 1_444L, (long) BLOCK);
  }

  /** A flush that fails later must still be heard of: what it was to flush is not to be kept. */
  @Test
  void shouldWaitForAFlushBeforeItKeepsAnything() throws IOException {
    byte[] content = content((int) Flusher.FLUSH_EVERY_BYTES, 5);
    PartialFileStore store = store();
    Opening opening = opening(store, file("file", content));
    settle(new Random(1));
    write(opening.part.join(), content, 0, content.length);
    Runnable flushing = flushAfterTheBlocks();
    opening.part.join().keep();
    Opening again = opening(store, file("file", content));
    settle(new Random(2));
    assertThat(again.part).isNotDone();
    disk.add(flushing);
    settle(new Random(3));
    assertThat(blocks(again.part.join())).isEqualTo("0-32");
  }

  /** Blocks that have to leave memory before they are complete. */
  @Test
  void shouldPublishWhatDidNotStayInMemory() throws IOException {
    PartialFileStore store = store();
    Opening opening = opening(store, file("file", CONTENT));
    settle(new Random(1));
    OpenedPart part = opening.part.join();
    write(part, CONTENT, 10, 5_000);
    write(part, CONTENT, BLOCK - 7, BLOCK + 7);
    fillMemory(store);
    write(part, CONTENT, 0, SIZE);
    CompletableFuture<Outcome> outcome = publication(part, CONTENT);
    settle(new Random(3));
    assertThat(outcome.join().failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(CONTENT);
  }

  /** Told by which of two reasons it fails: the end of the file is not looked for any more. */
  @Test
  void shouldHashWhatCameOutOfOrderBeforeTheEnd() throws IOException {
    PartialFileStore store = store();
    Opening opening = opening(store, file("file", CONTENT));
    settle(new Random(1));
    OpenedPart part = opening.part.join();
    write(part, CONTENT, BLOCK, SIZE);
    settle(new Random(2));
    write(part, CONTENT, 0, BLOCK);
    settle(new Random(3));
    TestPartialFiles.truncate(TestPartialFiles.partIn(root), BLOCK);
    CompletableFuture<Outcome> outcome = publication(part, CONTENT);
    settle(new Random(4));
    assertThat(outcome.join().reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
  }

  /**
   * A flush counts only after the blocks that it covers have been hashed, which bounds the rest.
   */
  @Test
  void shouldCountAsBacklogWhatIsNotHashedYet() throws IOException {
    byte[] content = content((int) Flusher.FLUSH_EVERY_BYTES, 3);
    PartialFileStore store = store();
    Opening opening = opening(store, file("file", content));
    settle(new Random(1));
    OpenedPart part = opening.part.join();
    write(part, content, 0, content.length);
    Runnable hashing = disk.remove(0);
    settle(new Random(2));
    assertThat(part.backlogBytes()).isEqualTo(content.length);
    disk.add(hashing);
    settle(new Random(3));
    assertThat(part.backlogBytes()).isZero();
    assertThat(opening.timesCaughtUp).isEqualTo(1);
  }

  @Test
  void shouldTellNothingOfTheDiskAfterItsEnd() throws IOException {
    byte[] content = content((int) Flusher.FLUSH_EVERY_BYTES, 4);
    PartialFileStore store = store();
    Opening opening = opening(store, file("file", content));
    settle(new Random(1));
    write(opening.part.join(), content, 0, content.length);
    opening.part.join().discard();
    settle(new Random(2));
    assertThat(opening.timesCaughtUp).isZero();
    assertThat(TestStore.tree(root)).isEmpty();
  }

  /** What the disk does not give back cannot be trusted, and is not kept. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGiveUpAPartFileThatCannotBeReadBack(boolean publishes) throws IOException {
    PartialFileStore store = store();
    Opening opening = opening(store, file("file", CONTENT));
    settle(new Random(1));
    OpenedPart part = opening.part.join();
    for (int from = 0; from < SIZE; from += BLOCK) {
      write(part, CONTENT, from, from + 1);
    }
    fillMemory(store);
    write(part, CONTENT, 0, SIZE);
    TestPartialFiles.truncate(TestPartialFiles.partIn(root), SIZE - 1);
    settle(new Random(2));
    assertThatThrownBy(() -> part.write(0, ByteBuffer.allocate(1)))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.IO_ERROR));
    if (publishes) {
      CompletableFuture<Outcome> outcome = publication(part, CONTENT);
      settle(new Random(3));
      assertThat(outcome.join().reason()).isEqualTo(RefusalReason.IO_ERROR);
    } else {
      part.keep();
      settle(new Random(3));
    }
    assertThat(TestStore.tree(root)).isEmpty();
  }
}
