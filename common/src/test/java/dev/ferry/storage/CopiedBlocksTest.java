package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.open;
import static dev.ferry.storage.TestPartialFiles.publish;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestStore.AT_ONCE;
import static dev.ferry.storage.TestStore.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks of a file that are taken from the one that it replaces. */
class CopiedBlocksTest {
  @TempDir Path root;
  private PartialFileStore parts;

  @BeforeEach
  void openStore() throws IOException {
    parts = TestStore.open(root).parts();
  }

  private byte[] older(byte[] content, int changedAt) throws IOException {
    byte[] older = content.clone();
    older[changedAt] ^= 1;
    Files.write(root.resolve("file"), older);
    return older;
  }

  private void shouldBePublished(OpenedPart part, byte[] content) throws IOException {
    assertThat(publish(part, content).failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(content);
    assertThat(tree(root)).containsExactly("file");
  }

  @ParameterizedTest
  @ValueSource(ints = {2 * BLOCK + 1, 3 * BLOCK, 4 * BLOCK + 77})
  void shouldPublishWhatWasCopiedAndWhatWasWritten(int size) throws IOException {
    byte[] content = content(size, 1);
    older(content, BLOCK + 5);
    OpenedPart part = open(parts, file("file", content));

    part.copy(new ByteRange(2 * BLOCK, size));
    write(part, content, BLOCK, 2 * BLOCK);
    part.copy(new ByteRange(0, BLOCK));

    shouldBePublished(part, content);
  }

  /** Whether they are in memory or in the file. */
  @ParameterizedTest
  @ValueSource(ints = {0, 10_000})
  void shouldCopyWhatIsMissingBetweenPieces(int piece) throws IOException {
    byte[] content = content(2 * BLOCK, 2);
    older(content, 50);
    OpenedPart part = open(parts, file("file", content));

    write(part, content, 40, 60);
    write(part, content, BLOCK + 10, BLOCK + 10 + piece);
    part.copy(new ByteRange(0, 2 * BLOCK));
    write(part, content(2 * BLOCK, 3), 0, 2 * BLOCK);

    shouldBePublished(part, content);
  }

  @Test
  void shouldNotPublishWhatTheOlderFileHasOtherwise() throws IOException {
    byte[] content = content(2 * BLOCK, 3);
    byte[] older = older(content, 7);
    OpenedPart part = open(parts, file("file", content));

    part.copy(new ByteRange(0, 2 * BLOCK));

    assertThat(publish(part, content).failure().reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
    assertThat(root.resolve("file")).hasBinaryContent(older);
    assertThat(tree(root)).containsExactly("file");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, BLOCK})
  void shouldSayThatTheOlderFileIsGoneOrTooShort(int size) throws IOException {
    byte[] content = content(2 * BLOCK, 3);
    if (size >= 0) {
      Files.write(root.resolve("file"), content(size, 3));
    }
    OpenedPart part = open(parts, file("file", content));

    part.copy(new ByteRange(0, 2 * BLOCK));

    assertThat(publish(part, content).failure().reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
  }

  @Test
  void shouldNotCopyFromWhereALinkLeads() throws IOException {
    byte[] content = content(BLOCK, 3);
    OpenedPart part = open(parts, file("file", content));
    Path elsewhere = Files.write(root.resolve("elsewhere"), content);
    Files.createSymbolicLink(root.resolve("file"), elsewhere);

    part.copy(new ByteRange(0, BLOCK));

    assertThat(publish(part, content).failure()).isNotNull();
    assertThat(Files.isSymbolicLink(root.resolve("file"))).isTrue();
  }

  @Test
  void shouldGoOnLaterWithWhatWasCopied() throws IOException {
    byte[] content = content(4 * BLOCK, 4);
    older(content, 3 * BLOCK);
    OpenedPart part = open(parts, file("file", content));
    part.copy(new ByteRange(0, 3 * BLOCK));
    part.keep();

    OpenedPart again = open(parts, file("file", content));
    assertThat(again.verified()).containsExactly(new ByteRange(0, 3 * BLOCK));
    write(again, content, 3 * BLOCK, 4 * BLOCK);

    shouldBePublished(again, content);
  }

  /** Nothing is in the blocks that are zeros, whatever the file system makes of it. */
  @Test
  void shouldPublishZerosThatWereNeverSent() throws IOException {
    byte[] content = new byte[300 * BLOCK + 77];
    System.arraycopy(content(2 * BLOCK, 5), 0, content, 100 * BLOCK, 2 * BLOCK);
    OpenedPart part = open(parts, file("file", content));

    part.zero(new ByteRange(102 * BLOCK, content.length));
    write(part, content, 100 * BLOCK, 102 * BLOCK);
    part.zero(new ByteRange(0, 100 * BLOCK));

    shouldBePublished(part, content);
  }

  /** A part file that was there may have anything where it is not known to be good. */
  @Test
  void shouldWriteZerosWhereAnEarlierAttemptHasLeftSomething() throws IOException {
    byte[] content = content(3 * BLOCK, 6);
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 0, BLOCK);
    write(part, content, BLOCK, BLOCK + 500);
    part.keep();
    Arrays.fill(content, BLOCK, 3 * BLOCK, (byte) 0);

    OpenedPart again = open(parts, file("file", content));
    assertThat(again.verified()).containsExactly(new ByteRange(0, BLOCK));
    again.zero(new ByteRange(BLOCK, 3 * BLOCK));

    shouldBePublished(again, content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldForgetWhatWasNotCopiedBeforeItStopped(boolean discards) throws IOException {
    byte[] content = content(200 * BLOCK, 7);
    older(content, 0);
    OpenedPart part = open(parts, file("file", content));
    part.copy(new ByteRange(BLOCK, 200 * BLOCK));
    if (discards) {
      part.discard();
    } else {
      part.keep();
    }

    OpenedPart again = open(parts, file("file", content));
    for (ByteRange each : again.verified()) {
      assertThat(each.start()).isGreaterThanOrEqualTo(BLOCK);
    }
    again.copy(new ByteRange(BLOCK, 200 * BLOCK));
    write(again, content, 0, BLOCK);

    shouldBePublished(again, content);
  }

  @Test
  void shouldLeaveNothingOfWhatIsNotNeeded() throws IOException {
    byte[] content = content(4 * BLOCK, 4);
    older(content, 0);
    OpenedPart part = open(parts, file("file", content));
    part.copy(new ByteRange(0, 4 * BLOCK));
    part.discard();

    open(parts, file("file", content)).discard();
    shouldBePublished(written(content), content);
  }

  /** A frame of a few bytes names as many blocks as a disk has. */
  @Test
  void shouldHoldNoTaskForEachBlock() throws IOException {
    Queue<Runnable> tasks = new ArrayDeque<>();
    PartialFileStore queued =
        DiskLabStore.open(root, TestStore.OVERWRITE, TestStore.workers(tasks::add), AT_ONCE)
            .parts();
    FileAttributes large = new FileAttributes(1L << 30, TestPartialFiles.MODIFIED_NS, 0644);
    TestPartialFiles.Opening opening =
        TestPartialFiles.opening(
            queued,
            new ReceiveRequest(
                TestPartialFiles.ID, "file", large, false, true, false, Bytes.EMPTY));
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    OpenedPart part = opening.part.join();
    part.copy(new ByteRange(0, 1L << 30));

    assertThat(tasks).hasSizeLessThan(4);
    part.discard();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(tree(root)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {66 * BLOCK, 130 * BLOCK + 5})
  void shouldCopyManyBlocksSliceBySlice(int size) throws IOException {
    byte[] content = content(size, 1);
    older(content, 64 * BLOCK + 5);
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 64 * BLOCK - 100, 65 * BLOCK + 100);
    part.copy(new ByteRange(65 * BLOCK, size));
    part.copy(new ByteRange(0, 64 * BLOCK));

    shouldBePublished(part, content);
  }

  private OpenedPart written(byte[] content) throws IOException {
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 0, content.length);
    return part;
  }
}
