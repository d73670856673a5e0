package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.ID;
import static dev.ferry.storage.TestPartialFiles.MODIFIED_NS;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.open;
import static dev.ferry.storage.TestPartialFiles.opening;
import static dev.ferry.storage.TestPartialFiles.publish;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestStore.tree;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.hash.Hashing;
import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of Ferry mode from opening to its end, in one attempt. */
class DiskPartialFileTest {
  private static final byte[] OLD = "old".getBytes(UTF_8);

  @TempDir Path temporary;
  private Path root;
  private DiskLabStore store;
  private PartialFileStore parts;

  @BeforeEach
  void openStore() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    store = TestStore.open(root);
    parts = store.parts();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 77})
  void shouldPublishWhatWasWritten(int size) throws IOException {
    byte[] content = content(size, 1);
    OpenedPart part = open(parts, file("a/b/file", content));
    assertThat(part.verified()).isEmpty();
    write(part, content, 0, size);
    Outcome outcome = publish(part, content);
    assertThat(outcome.failure()).isNull();
    assertThat(outcome.sha256Hex()).isEqualTo(Hashing.sha256().hashBytes(content).toString());
    assertThat(root.resolve("a/b/file")).hasBinaryContent(content);
    assertThat(tree(root)).containsExactly("a", "a/b", "a/b/file");
  }

  @Test
  void shouldTakeContentInAnyOrder() throws IOException {
    byte[] content = content(5 * BLOCK + 3, 2);
    OpenedPart part = open(parts, file("file", content));
    for (int block = 5; block >= 0; block--) {
      int middle = block * BLOCK + 2;
      write(part, content, middle, Math.min(content.length, (block + 1) * BLOCK));
      write(part, content, block * BLOCK, middle);
    }
    assertThat(publish(part, content).failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(content);
  }

  private static ContentCheck sumsOf(byte[] content) {
    return new ContentCheck(null, BlockSums.ofAll(content));
  }

  private static ContentCheck bothOf(byte[] content) {
    return new ContentCheck(
        Bytes.copyOf(TestPartialFiles.sha256(content)), BlockSums.ofAll(content));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BLOCK, 3 * BLOCK + 77})
  void shouldPublishWhatHasTheSums(int size) throws IOException {
    byte[] content = content(size, 1);
    OpenedPart part = open(parts, file("file", content));
    for (int from = size / BLOCK * BLOCK; from >= 0; from -= BLOCK) {
      write(part, content, from, Math.min(size, from + BLOCK));
    }
    Outcome outcome = TestPartialFiles.publication(part, sumsOf(content)).join();
    assertThat(outcome.failure()).isNull();
    assertThat(outcome.sha256Hex()).as("nobody has asked for it").isNull();
    assertThat(root.resolve("file")).hasBinaryContent(content);
  }

  @Test
  void shouldCompareTheDigestBesideTheSums() throws IOException {
    byte[] content = content(2 * BLOCK + 1, 3);
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 0, content.length);
    Outcome outcome = TestPartialFiles.publication(part, bothOf(content)).join();
    assertThat(outcome.sha256Hex()).isEqualTo(Hashing.sha256().hashBytes(content).toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotPublishWhatHasOtherSums(boolean withDigest) throws IOException {
    byte[] content = content(3 * BLOCK, 4);
    byte[] sent = content.clone();
    sent[BLOCK + 5] ^= 1;
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 0, content.length);
    ContentCheck expected =
        new ContentCheck(
            withDigest ? Bytes.copyOf(TestPartialFiles.sha256(content)) : null,
            BlockSums.ofAll(sent));
    Outcome outcome = TestPartialFiles.publication(part, expected).join();
    assertThat(outcome.failure().reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldNotPublishWhatHasTheSumsAndAnotherDigest() throws IOException {
    byte[] content = content(BLOCK, 4);
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 0, content.length);
    ContentCheck expected = new ContentCheck(Bytes.copyOf(new byte[32]), BlockSums.ofAll(content));
    Outcome outcome = TestPartialFiles.publication(part, expected).join();
    assertThat(outcome.failure().reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
  }

  /** Else a kill would cost a block whose journal entry waits for what comes later. */
  @Test
  void shouldJournalABlockAsSoonAsItIsComplete() throws IOException {
    byte[] content = content(2 * BLOCK, 12);
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 1_000, BLOCK);
    long before = Files.size(TestPartialFiles.journalIn(root));
    write(part, content, 0, 1_000);
    long afterOne = Files.size(TestPartialFiles.journalIn(root));
    assertThat(afterOne - before).isEqualTo(JournalRecord.BYTES);
    write(part, content, BLOCK, 2 * BLOCK);
    assertThat(Files.size(TestPartialFiles.journalIn(root)) - afterOne)
        .isEqualTo(JournalRecord.BYTES);
    part.discard();
  }

  /** Each has a block that is not complete, but there is less memory for them. */
  @Test
  void shouldTakeMoreFilesThanThereIsMemoryFor() throws IOException {
    int files = 70;
    byte[] content = content(3_000, 13);
    List<PartialFile> open = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      Bytes id = Bytes.copyOf(content(16, i));
      open.add(open(parts, file(id, "file" + i, content.length, MODIFIED_NS)));
    }
    for (PartialFile part : open) {
      write(part, content, 0, 1_444);
    }
    for (PartialFile part : open) {
      write(part, content, 1_444, content.length);
      assertThat(publish(part, content).failure()).isNull();
    }
    assertThat(root.resolve("file" + (files - 1))).hasBinaryContent(content);
  }

  @Test
  void shouldTakeTheRestOfABuffer() throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap("0123456789".getBytes(UTF_8)).position(2).limit(7);
    byte[] content = "23456".getBytes(UTF_8);
    OpenedPart part = open(parts, file("file", content));
    part.write(2, ByteBuffer.wrap(content, 2, 1));
    part.write(0, buffer);
    assertThat(buffer.position()).isEqualTo(7);
    assertThat(buffer.limit()).isEqualTo(7);
    assertThat(publish(part, content).failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(content);
  }

  /** What has been hashed must stay what it is. */
  @ParameterizedTest
  @CsvSource({"0, 524288", "100, 262244", "0, 10", "524287, 524288"})
  void shouldNotOverwriteWhatItHas(int from, int to) throws IOException {
    byte[] first = content(2 * BLOCK, 3);
    byte[] second = content(2 * BLOCK, 4);
    OpenedPart part = open(parts, file("file", first));
    write(part, first, from, to);
    part.write(0, ByteBuffer.wrap(second));
    part.write(0, ByteBuffer.wrap(first));
    byte[] expected = second.clone();
    System.arraycopy(first, from, expected, from, to - from);
    assertThat(publish(part, expected).failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(expected);
  }

  @Test
  void shouldNotTakeWhatIsBeyondTheEnd() {
    OpenedPart part = open(parts, file("file", new byte[10]));
    assertThatThrownBy(() -> part.write(8, ByteBuffer.allocate(3)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    part.discard();
  }

  @Test
  void shouldNotPublishOtherContent() throws IOException {
    Files.write(root.resolve("file"), OLD);
    byte[] content = content(BLOCK + 9, 4);
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 0, content.length);
    assertThat(publish(part, content(BLOCK + 9, 5)).reason())
        .isEqualTo(RefusalReason.DIGEST_DIFFERS);
    assertThat(tree(root)).containsExactly("file");
    assertThat(root.resolve("file")).hasBinaryContent(OLD);
  }

  @Test
  void shouldNotPublishWhatSomebodyMadeLongerOrShorter() throws IOException {
    byte[] content = content(BLOCK + 9, 6);
    for (int size : new int[] {BLOCK + 10, BLOCK + 8}) {
      OpenedPart part = open(parts, file("file", content));
      write(part, content, 0, content.length);
      TestPartialFiles.truncate(TestPartialFiles.partIn(root), size);
      assertThat(publish(part, content).reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
      assertThat(tree(root)).isEmpty();
    }
  }

  @Test
  void shouldKeepPartAndJournalFromOthers() throws IOException {
    byte[] content = content(BLOCK, 7);
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 0, content.length);
    assertThat(tree(root)).hasSize(2);
    for (Path entry :
        new Path[] {TestPartialFiles.partIn(root), TestPartialFiles.journalIn(root)}) {
      assertThat(permissions(entry)).isEqualTo("rw-------");
    }
    assertThat(stem(TestPartialFiles.partIn(root)))
        .isEqualTo(stem(TestPartialFiles.journalIn(root)));
    part.discard();
    assertThat(tree(root)).isEmpty();
  }

  private static String stem(Path path) {
    String name = path.getFileName().toString();
    assertThat(name).matches("\\.ferry-[0-9a-f]{16}\\.[a-z]+");
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @ParameterizedTest
  @CsvSource({"0644,rw-r--r--", "0400,r--------", "0777,rwxrwxrwx", "0, ---------"})
  void shouldPreserveTimeAndMode(String mode, String permissions) throws IOException {
    byte[] content = content(10, 8);
    OpenedPart part = open(parts, preserving(content, MODIFIED_NS, Integer.parseInt(mode, 8)));
    write(part, content, 0, content.length);
    assertThat(publish(part, content).failure()).isNull();
    assertThat(permissions(root.resolve("file"))).isEqualTo(permissions);
    assertThat(Files.getLastModifiedTime(root.resolve("file")).to(TimeUnit.NANOSECONDS))
        .isEqualTo(MODIFIED_NS);
  }

  private static ReceiveRequest preserving(byte[] content, long modifiedNs, int mode) {
    return new ReceiveRequest(
        ID,
        "file",
        new FileAttributes(content.length, modifiedNs, mode),
        false,
        true,
        false,
        Bytes.EMPTY);
  }

  @ParameterizedTest
  @CsvSource({"-1,-1", "-1500000000,-2", "0,0", "-3000000000,-3"})
  void shouldPreserveTimesBefore1970ToTheSecond(long modifiedNs, long seconds) throws IOException {
    byte[] content = content(10, 9);
    OpenedPart part = open(parts, preserving(content, modifiedNs, 0b110_100_100));
    write(part, content, 0, content.length);
    assertThat(publish(part, content).failure()).isNull();
    assertThat(Files.getLastModifiedTime(root.resolve("file")))
        .isEqualTo(FileTime.from(Instant.ofEpochSecond(seconds)));
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, Long.MAX_VALUE})
  void shouldPublishWhateverTimeAPeerMakesUp(long modifiedNs) throws IOException {
    byte[] content = content(10, 10);
    OpenedPart part = open(parts, preserving(content, modifiedNs, 0b110_100_100));
    write(part, content, 0, content.length);
    assertThat(publish(part, content).failure()).isNull();
  }

  @Test
  void shouldGiveTheUsualModeAndTheTimeOfTheTransferOtherwise() throws IOException {
    byte[] content = content(10, 11);
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 0, content.length);
    assertThat(publish(part, content).failure()).isNull();
    Path ordinary = Files.createFile(root.resolve("ordinary"));
    assertThat(permissions(root.resolve("file"))).isEqualTo(permissions(ordinary));
    assertThat(Files.getLastModifiedTime(root.resolve("file")).toMillis())
        .isCloseTo(Files.getLastModifiedTime(ordinary).toMillis(), within(60_000L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../file", "/tmp/file", "a\\b", ".ferry-x.part", "", "nul"})
  void shouldTurnDownForbiddenNames(String name) throws IOException {
    assertThat(opening(parts, file(name, new byte[1])).failure().reason())
        .isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
    assertThat(tree(temporary)).containsExactly("root");
  }

  @Test
  void shouldTurnDownWhatCannotBePublished() throws IOException {
    Files.createDirectory(root.resolve("taken"));
    Files.write(root.resolve("plain"), OLD);
    for (String name : new String[] {"taken", "plain/file"}) {
      assertThat(opening(parts, file(name, new byte[1])).failure().reason())
          .isEqualTo(RefusalReason.CANNOT_CREATE);
    }
    assertThat(tree(root)).containsExactly("plain", "taken");
  }

  @Test
  void shouldTurnDownWhatIsTooLargeOrDoesNotFit() throws IOException {
    PartialFileStore small = TestStore.open(root, new StoreOptions(true, 100, 0)).parts();
    assertThat(opening(small, file("file", new byte[101])).failure().reason())
        .isEqualTo(RefusalReason.TOO_LARGE);
    ReceiveRequest huge = file(ID, "file", FileAttributes.MAX_SIZE_BYTES, 0);
    assertThat(opening(parts, huge).failure().reason()).isEqualTo(RefusalReason.NO_SPACE);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldNotReplaceIfTheStoreDoesNot() throws IOException {
    assertRefusesToReplace(TestStore.open(root, TestStore.REFUSE).parts(), false);
  }

  @Test
  void shouldNotReplaceIfThePeerAsksForThat() throws IOException {
    assertRefusesToReplace(parts, true);
  }

  private void assertRefusesToReplace(PartialFileStore refusing, boolean failIfExists)
      throws IOException {
    byte[] content = content(10, 12);
    Files.write(root.resolve("taken"), OLD);
    assertThat(opening(refusing, incoming("taken", content, failIfExists)).failure().reason())
        .isEqualTo(RefusalReason.EXISTS);

    OpenedPart part = open(refusing, incoming("later", content, failIfExists));
    write(part, content, 0, content.length);
    Files.write(root.resolve("later"), OLD);
    assertThat(publish(part, content).reason()).isEqualTo(RefusalReason.EXISTS);
    assertThat(tree(root)).containsExactly("later", "taken");
    assertThat(root.resolve("later")).hasBinaryContent(OLD);

    OpenedPart free = open(refusing, incoming("free", content, failIfExists));
    write(free, content, 0, content.length);
    assertThat(publish(free, content).failure()).isNull();
  }

  private static ReceiveRequest incoming(String name, byte[] content, boolean failIfExists) {
    return new ReceiveRequest(
        ID,
        name,
        new FileAttributes(content.length, MODIFIED_NS, 0),
        failIfExists,
        false,
        false,
        Bytes.EMPTY);
  }

  @Test
  void shouldReportAPartFileThatSomebodyRemoved() throws IOException {
    byte[] content = content(10, 13);
    OpenedPart part = open(parts, file("file", content));
    write(part, content, 0, content.length);
    Files.delete(TestPartialFiles.partIn(root));
    assertThat(publish(part, content).reason()).isEqualTo(RefusalReason.IO_ERROR);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldFlushNowAndThenAndSaySo() throws IOException {
    int size = 3 * (int) Flusher.FLUSH_EVERY_BYTES;
    byte[] content = content(size, 14);
    TestPartialFiles.Opening opening = opening(parts, file("file", content));
    OpenedPart part = opening.part.join();
    int before = (int) Flusher.FLUSH_EVERY_BYTES - 1;
    part.write(0, ByteBuffer.wrap(content, 0, before));
    assertThat(part.backlogBytes()).isEqualTo(before);
    assertThat(opening.timesCaughtUp).isZero();
    part.write(before, ByteBuffer.wrap(content, before, 1));
    assertThat(part.backlogBytes()).isZero();
    assertThat(opening.timesCaughtUp).isEqualTo(1);
    part.write(before + 1, ByteBuffer.wrap(content, before + 1, size - before - 1));
    assertThat(part.backlogBytes()).isZero();
    assertThat(opening.timesCaughtUp).isEqualTo(3);
    assertThat(publish(part, content).failure()).isNull();
  }

  @Test
  void shouldLeaveNothingOfADiscardedFile() throws IOException {
    byte[] content = content(2 * BLOCK, 15);
    OpenedPart part = open(parts, file("a/file", content));
    write(part, content, 0, BLOCK + 1);
    part.discard();
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldHoldNoDescriptorsAfterwards() throws IOException {
    byte[] content = content(BLOCK + 10, 16);
    for (int i = 0; i < 3; i++) {
      OpenedPart published = open(parts, file("file", content));
      write(published, content, 0, content.length);
      publish(published, content);
      OpenedPart kept = open(parts, file("kept", content));
      write(kept, content, BLOCK * (i % 2), content.length);
      kept.keep();
      open(parts, file("discarded", content)).discard();
      opening(parts, file("../x", content));
      publish(open(parts, file("empty", content)), content);
    }
    assertThat(TestStore.descriptorsBelow(root)).isEmpty();
  }
}
