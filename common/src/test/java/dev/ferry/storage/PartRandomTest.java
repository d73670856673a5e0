package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.crash;
import static dev.ferry.storage.TestPartialFiles.file;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.RangeSet;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestPartialFiles.Opening;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that arrive in pieces of any size, in any order and repeatedly, in attempts that are broken
 * off, or whose process is killed, with an engine's thread and disk workers of their own: in the
 * end the file is the one that was sent.
 */
@Timeout(60)
class PartRandomTest {
  private static final int MAX_PIECE = 100_000;

  @TempDir Path temporary;
  private final ExecutorService disk = Executors.newFixedThreadPool(3);
  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final EngineThread engineThread = task -> loop.execute(() -> task.accept(0));

  @AfterEach
  void stop() throws InterruptedException {
    disk.shutdown();
    assertThat(disk.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    loop.shutdown();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldPublishWhatWasSentWhateverHappensOnTheWay(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] content = content(random.nextInt(12 * BLOCK), seed);
    Path root = Files.createDirectory(temporary.resolve("root"));
    PartialFileStore store = store(root);
    RangeSet sent = new RangeSet(1 << 20);
    for (int attempt = 0; ; attempt++) {
      String what = "seed " + seed + ", attempt " + attempt;
      OpenedPart part = open(store, content);
      assertIsOf(part, content, root, what);
      sent.clear();
      part.verified().forEach(range -> sent.add(range.start(), range.end()));
      if (attempt == 6 || random.nextInt(6) == 0) {
        writeTheRest(part, content, sent, random);
        Outcome outcome = publish(part, content).join();
        assertThat(outcome.failure()).as(what).isNull();
        assertThat(root.resolve("file")).as(what).hasBinaryContent(content);
        break;
      }
      writeSome(part, content, random);
      if (random.nextBoolean()) {
        onLoop(() -> keep(part));
      } else {
        root = crash(root, temporary.resolve("after-" + attempt));
        store = store(root);
        onLoop(() -> keep(part));
      }
    }
    Path end = root;
    assertThat(TestStore.tree(end)).containsExactly("file");
  }

  private PartialFileStore store(Path root) throws IOException {
    return DiskLabStore.open(root, TestStore.OVERWRITE, TestStore.workers(disk), engineThread)
        .parts();
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    return loop.submit(task).get();
  }

  private static boolean keep(OpenedPart part) {
    part.keep();
    return true;
  }

  private OpenedPart open(PartialFileStore store, byte[] content) throws Exception {
    Opening opening = onLoop(() -> TestPartialFiles.opening(store, file("file", content)));
    return opening.part.get(30, TimeUnit.SECONDS);
  }

  private CompletableFuture<Outcome> publish(OpenedPart part, byte[] content) throws Exception {
    return onLoop(() -> TestPartialFiles.publication(part, content));
  }

  private static void assertIsOf(OpenedPart part, byte[] content, Path root, String what)
      throws IOException {
    if (part.verified().isEmpty()) {
      return;
    }
    byte[] stored = Files.readAllBytes(TestPartialFiles.partIn(root));
    for (ByteRange range : part.verified()) {
      int from = (int) range.start();
      int length = (int) range.length();
      assertThat(ByteBuffer.wrap(stored, from, length))
          .as(what)
          .isEqualTo(ByteBuffer.wrap(content, from, length));
    }
  }

  private void writeSome(OpenedPart part, byte[] content, Random random) throws Exception {
    int pieces = random.nextInt(60);
    boolean inOrder = random.nextBoolean();
    int at = 0;
    for (int i = 0; i < pieces && content.length > 0; i++) {
      int from = inOrder ? at : random.nextInt(content.length);
      int to = Math.min(content.length, from + 1 + random.nextInt(MAX_PIECE));
      writeOnLoop(part, content, from, to);
      at = to % content.length;
    }
  }

  private void writeTheRest(OpenedPart part, byte[] content, RangeSet sent, Random random)
      throws Exception {
    while (sent.totalBytes() < content.length) {
      int from = (int) sent.firstGap(random.nextInt(content.length));
      if (from == content.length) {
        continue;
      }
      int to = Math.min(content.length, from + 1 + random.nextInt(MAX_PIECE));
      writeOnLoop(part, content, from, to);
      sent.add(from, to);
    }
  }

  private void writeOnLoop(OpenedPart part, byte[] content, int from, int to) throws Exception {
    onLoop(
        () -> {
          write(part, content, from, to);
          return true;
        });
  }

  private static void write(OpenedPart part, byte[] content, int from, int to)
      throws StorageException {
    part.write(from, ByteBuffer.wrap(content, from, to - from));
  }
}
