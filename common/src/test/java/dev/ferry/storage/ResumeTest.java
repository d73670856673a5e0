package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.ID;
import static dev.ferry.storage.TestPartialFiles.MODIFIED_NS;
import static dev.ferry.storage.TestPartialFiles.OTHER_ID;
import static dev.ferry.storage.TestPartialFiles.blocks;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.crash;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.open;
import static dev.ferry.storage.TestPartialFiles.publish;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestPartialFiles.writeMissing;
import static dev.ferry.storage.TestStore.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a later attempt finds of an earlier one, and what it must not be taken in by. */
class ResumeTest {
  /** Five blocks, the last one short. */
  private static final int SIZE = 4 * BLOCK + 1_000;

  private static final byte[] CONTENT = content(SIZE, 1);

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
  }

  /** A part file with all but the fourth block, that its process has let go of. */
  private void keepAllButTheFourthBlock(byte[] content) throws IOException {
    OpenedPart part = open(root, file("file", content));
    write(part, content, 0, 3 * BLOCK);
    write(part, content, 4 * BLOCK, content.length);
    part.keep();
  }

  private void assertPublishes(OpenedPart part, byte[] content) throws IOException {
    writeMissing(part, content);
    Outcome outcome = publish(part, content);
    assertThat(outcome.failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(content);
    assertThat(tree(root)).containsExactly("file");
  }

  @Test
  void shouldGoOnWithWhatWasKept() throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    assertThat(tree(root)).hasSize(2);
    OpenedPart part = open(root, file("file", CONTENT));
    assertThat(blocks(part)).isEqualTo("0-3 4-5");
    assertPublishes(part, CONTENT);
  }

  /** What arrived counts by ranges where a connection ends in order, not by whole blocks. */
  @Test
  void shouldGoOnWithPiecesOfBlocks() throws IOException {
    PartialFileStore store = TestStore.open(root).parts();
    OpenedPart part = open(store, file("file", CONTENT));
    write(part, CONTENT, 5_000, 187_000);
    write(part, CONTENT, BLOCK + 10_000, 2 * BLOCK + 20_000);
    write(part, CONTENT, SIZE - 1_000, SIZE);
    write(part, CONTENT, 3 * BLOCK, 3 * BLOCK + 1_024);
    part.keep();
    List<ByteRange> kept =
        List.of(
            new ByteRange(5_000, 187_000),
            new ByteRange(BLOCK + 10_000, 2 * BLOCK + 20_000),
            new ByteRange(3 * BLOCK, 3 * BLOCK + 1_024),
            new ByteRange(SIZE - 1_000, SIZE));
    OpenedPart second = open(store, file("file", CONTENT));
    assertThat(second.verified()).isEqualTo(kept);
    second.keep();
    OpenedPart third = open(root, file("file", CONTENT));
    assertThat(third.verified()).isEqualTo(kept);
    assertPublishes(third, CONTENT);
  }

  private static ReceiveRequest bySums(byte[] content) {
    ReceiveRequest request = file("file", content);
    return new ReceiveRequest(
        request.transfer(), request.name(), request.attributes(), false, false, true, Bytes.EMPTY);
  }

  private Outcome publishBySums(OpenedPart part, byte[] content) throws IOException {
    writeMissing(part, content);
    Bytes sha256 = Bytes.copyOf(Sha256.of(content));
    ContentCheck both = new ContentCheck(sha256, BlockSums.ofAll(content));
    Outcome outcome = TestPartialFiles.publication(part, both).join();
    assertThat(outcome.failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(content);
    return outcome;
  }

  /** Each block is in the sums once, whether it was whole, in pieces, or damaged. */
  @Test
  void shouldSumWhatWasKeptInPieces() throws IOException {
    OpenedPart first = open(root, bySums(CONTENT));
    write(first, CONTENT, 5_000, BLOCK + 20_000);
    write(first, CONTENT, 2 * BLOCK, SIZE - 1_000);
    first.keep();
    TestPartialFiles.flip(TestPartialFiles.partIn(root), 3 * BLOCK + 5);
    OpenedPart second = open(root, bySums(CONTENT));
    assertThat(publishBySums(second, CONTENT).sha256Hex()).isNotNull();
  }

  /** Of much the digest takes longer than the comparison. */
  @Test
  void shouldLeaveOutTheDigestOfMuchThatWasKept() throws IOException {
    byte[] content = content((int) SourceDigest.MAX_LAG_BYTES + 2 * BLOCK, 1);
    OpenedPart first = open(root, bySums(content));
    write(first, content, 0, content.length - BLOCK);
    first.keep();
    OpenedPart second = open(root, bySums(content));
    assertThat(publishBySums(second, content).sha256Hex()).isNull();
  }

  /** The last record says what the part file takes of the disk, also behind those of pieces. */
  @Test
  void shouldKnowWhatAPartFileWithPiecesTakes() throws IOException {
    OpenedPart part = open(root, file("file", CONTENT));
    write(part, CONTENT, SIZE - 50_000, SIZE - 10_000);
    part.keep();
    StoreRoot opened = StoreRoot.open(root, TestStore.OVERWRITE, () -> 0);
    assertThat(opened.kept().totalBytes()).isBetween(40_000L, 100_000L);
    OpenedPart again = open(root, file("file", CONTENT));
    assertThat(again.verified()).containsExactly(new ByteRange(SIZE - 50_000, SIZE - 10_000));
    assertPublishes(again, CONTENT);
  }

  @Test
  void shouldFindADamagedPiece() throws IOException {
    OpenedPart part = open(root, file("file", CONTENT));
    write(part, CONTENT, 0, 100_000);
    write(part, CONTENT, 110_000, 200_000);
    part.keep();
    TestPartialFiles.flip(TestPartialFiles.partIn(root), 99_999);
    OpenedPart again = open(root, file("file", CONTENT));
    assertThat(again.verified()).containsExactly(new ByteRange(110_000, 200_000));
    assertPublishes(again, CONTENT);
  }

  /** Not all programs keep all of a time when they copy a file. */
  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 1_000_000, 1_000_000_000})
  void shouldKnowTheTimeOfACopy(long unitNs) throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    long copiedNs = TestPartialFiles.MODIFIED_NS / unitNs * unitNs;
    OpenedPart part = open(root, file(TestPartialFiles.ID, "file", SIZE, copiedNs));
    assertThat(blocks(part)).isEqualTo("0-3 4-5");
    assertPublishes(part, CONTENT);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, 1_000_000_000})
  void shouldBeginAfreshWithAFileOfAnotherTime(long differenceNs) throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    long otherNs = TestPartialFiles.MODIFIED_NS + differenceNs;
    OpenedPart part = open(root, file(TestPartialFiles.ID, "file", SIZE, otherNs));
    assertThat(part.verified()).isEmpty();
    assertPublishes(part, CONTENT);
  }

  @Test
  void shouldGoOnInTheSameProcess() throws IOException {
    PartialFileStore store = TestStore.open(root).parts();
    for (int block = 0; block < 5; block++) {
      OpenedPart part = open(store, file("file", CONTENT));
      assertThat(blocks(part)).isEqualTo(block == 0 ? "" : "0-" + block);
      write(part, CONTENT, block * BLOCK, Math.min(SIZE, (block + 1) * BLOCK));
      part.keep();
    }
    OpenedPart part = open(store, file("file", CONTENT));
    assertThat(part.verified()).hasSize(1);
    assertPublishes(part, CONTENT);
  }

  @Test
  void shouldGoOnAfterACrash() throws IOException {
    Path before = Files.createDirectory(temporary.resolve("before"));
    OpenedPart crashed = open(before, file("file", CONTENT));
    write(crashed, CONTENT, 2 * BLOCK, 3 * BLOCK + 100);
    write(crashed, CONTENT, 0, BLOCK);
    root = crash(before, temporary.resolve("after"));
    OpenedPart part = open(root, file("file", CONTENT));
    assertThat(blocks(part)).isEqualTo("0-1 2-3");
    assertPublishes(part, CONTENT);
  }

  @Test
  void shouldGoOnAfterManyCrashes() throws IOException {
    for (int i = 0; i < 5; i++) {
      OpenedPart part = open(root, file("file", CONTENT));
      assertThat(blocks(part)).isEqualTo(i == 0 ? "" : (5 - i) + "-5");
      write(part, CONTENT, (4 - i) * BLOCK, Math.min(SIZE, (5 - i) * BLOCK));
      root = crash(root, temporary.resolve("after-" + i));
    }
    assertPublishes(open(root, file("file", CONTENT)), CONTENT);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4})
  void shouldFindAFlippedBitInEachBlock(int block) throws IOException {
    int last = Math.min(SIZE, (block + 1) * BLOCK) - 1;
    for (int offset : new int[] {block * BLOCK, last}) {
      keepAllButTheFourthBlock(CONTENT);
      TestPartialFiles.flip(TestPartialFiles.partIn(root), offset);
      OpenedPart part = open(root, file("file", CONTENT));
      assertThat(blocks(part))
          .isEqualTo(
              switch (block) {
                case 0 -> "1-3 4-5";
                case 1 -> "0-1 2-3 4-5";
                case 2 -> "0-2 4-5";
                default -> "0-3";
              });
      assertPublishes(part, CONTENT);
      Files.delete(root.resolve("file"));
    }
  }

  /** The bad block is sent again, and only half of it arrives. */
  @Test
  void shouldNotCountABadBlockLaterEither() throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    TestPartialFiles.flip(TestPartialFiles.partIn(root), BLOCK);
    OpenedPart second = open(root, file("file", CONTENT));
    assertThat(blocks(second)).isEqualTo("0-1 2-3 4-5");
    write(second, CONTENT, BLOCK + 1_000, 2 * BLOCK);
    second.keep();
    OpenedPart third = open(root, file("file", CONTENT));
    assertThat(third.verified())
        .containsExactly(
            new ByteRange(0, BLOCK),
            new ByteRange(BLOCK + 1_000, 3 * BLOCK),
            new ByteRange(4 * BLOCK, SIZE));
    assertPublishes(third, CONTENT);
  }

  @Test
  void shouldFindATruncation() throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    TestPartialFiles.truncate(TestPartialFiles.partIn(root), 2 * BLOCK - 1);
    OpenedPart part = open(root, file("file", CONTENT));
    assertThat(blocks(part)).isEqualTo("0-1");
    assertPublishes(part, CONTENT);
  }

  @Test
  void shouldFindAnExtension() throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    TestPartialFiles.truncate(TestPartialFiles.partIn(root), SIZE + 5);
    OpenedPart part = open(root, file("file", CONTENT));
    assertThat(blocks(part)).isEqualTo("0-3 4-5");
    assertPublishes(part, CONTENT);
  }

  @Test
  void shouldFindThatTwoPartFilesWereSwapped() throws IOException {
    byte[] other = content(SIZE, 2);
    keepAllButTheFourthBlock(CONTENT);
    Path first = TestPartialFiles.partIn(root);
    Path aside = Files.createDirectory(temporary.resolve("aside"));
    OpenedPart second = open(aside, file("file", other));
    write(second, other, 0, SIZE);
    second.keep();
    Files.move(TestPartialFiles.partIn(aside), first, StandardCopyOption.REPLACE_EXISTING);
    OpenedPart part = open(root, file("file", CONTENT));
    assertThat(part.verified()).isEmpty();
    assertPublishes(part, CONTENT);
  }

  /** A journal that fits its part file, both of somebody else's making. */
  @Test
  void shouldFindThatPartFileAndJournalWereMadeUp() throws IOException {
    byte[] other = content(SIZE, 3);
    keepAllButTheFourthBlock(other);
    OpenedPart part = open(root, file("file", CONTENT));
    assertThat(blocks(part)).isEqualTo("0-3 4-5");
    writeMissing(part, CONTENT);
    assertThat(publish(part, CONTENT).reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
    assertThat(tree(root)).isEmpty();
    assertPublishes(open(root, file("file", CONTENT)), CONTENT);
  }

  @Test
  void shouldBeginAfreshIfTheFileIsAnotherVersion() throws IOException {
    List<ReceiveRequest> others =
        List.of(
            file(ID, "file", SIZE + 1, MODIFIED_NS),
            file(ID, "file", SIZE - 1, MODIFIED_NS),
            file(ID, "file", SIZE, MODIFIED_NS + 1));
    for (ReceiveRequest other : others) {
      keepAllButTheFourthBlock(CONTENT);
      OpenedPart part = open(root, other);
      assertThat(part.verified()).isEmpty();
      assertThat(tree(root)).as("the stale one is gone").hasSize(2);
      part.discard();
      assertThat(tree(root)).isEmpty();
    }
  }

  @Test
  void shouldNotTakeWhatIsOfAnotherTransfer() throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    PartialFileStore store = TestStore.open(root).parts();
    for (ReceiveRequest other :
        List.of(file(OTHER_ID, "file", SIZE, MODIFIED_NS), file("other", CONTENT))) {
      OpenedPart part = open(store, other);
      assertThat(part.verified()).isEmpty();
      part.discard();
    }
    OpenedPart part = open(store, file("file", CONTENT));
    assertThat(blocks(part)).isEqualTo("0-3 4-5");
    part.discard();
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldTakeWhatDiffersInItsModeOnly() throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    ReceiveRequest executable =
        new ReceiveRequest(
            ID,
            "file",
            new FileAttributes(SIZE, MODIFIED_NS, 0b111_000_000),
            true,
            true,
            false,
            Bytes.EMPTY);
    OpenedPart part = open(root, executable);
    assertThat(blocks(part)).isEqualTo("0-3 4-5");
    assertPublishes(part, CONTENT);
    assertThat(Files.isExecutable(root.resolve("file"))).isTrue();
  }

  @Test
  void shouldBeginAfreshBesideOneThatIsInUse() throws IOException {
    PartialFileStore store = TestStore.open(root).parts();
    OpenedPart first = open(store, file("file", CONTENT));
    write(first, CONTENT, 0, BLOCK);
    OpenedPart second = open(store, file("file", CONTENT));
    OpenedPart third = open(root, file("file", CONTENT));
    assertThat(second.verified()).isEmpty();
    assertThat(third.verified()).isEmpty();
    assertThat(tree(root)).hasSize(6);
    writeMissing(second, CONTENT);
    assertThat(publish(second, CONTENT).failure()).isNull();
    third.discard();
    first.keep();
    Files.delete(root.resolve("file"));
    OpenedPart again = open(store, file("file", CONTENT));
    assertThat(blocks(again)).isEqualTo("0-1");
    assertPublishes(again, CONTENT);
  }

  @Test
  void shouldBeginAfreshBesideOneThatAnotherProcessHolds() throws Exception {
    keepAllButTheFourthBlock(CONTENT);
    try (OtherProcess holder = OtherProcess.locking(TestPartialFiles.partIn(root))) {
      PartialFileStore store = TestStore.open(root).parts();
      OpenedPart part = open(store, file("file", CONTENT));
      assertThat(part.verified()).isEmpty();
      assertThat(tree(root)).hasSize(4);
      part.discard();
      assertThat(tree(root)).hasSize(2);
      assertThat(holder.isAlive()).isTrue();
    }
    assertThat(blocks(open(root, file("file", CONTENT)))).isEqualTo("0-3 4-5");
  }

  @Test
  void shouldTakeTheLargerOfTwo() throws IOException {
    PartialFileStore store = TestStore.open(root).parts();
    OpenedPart larger = open(store, file("file", CONTENT));
    OpenedPart smaller = open(store, file("file", CONTENT));
    write(larger, CONTENT, 0, 2 * BLOCK);
    write(smaller, CONTENT, 0, BLOCK);
    larger.keep();
    smaller.keep();
    assertThat(blocks(open(store, file("file", CONTENT)))).isEqualTo("0-2");
    assertThat(blocks(open(store, file("file", CONTENT)))).isEqualTo("0-1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1023})
  void shouldNotKeepWhatNobodyCanResume(int bytes) throws IOException {
    OpenedPart part = open(root, file("file", CONTENT));
    write(part, CONTENT, 10, 10 + bytes);
    part.keep();
    assertThat(tree(root)).isEmpty();
  }

  /** Everything is there, and only the digest is missing. */
  @Test
  void shouldKeepAWholeFile() throws IOException {
    byte[] small = content(10, 4);
    OpenedPart part = open(root, file("file", small));
    write(part, small, 0, 10);
    part.keep();
    OpenedPart again = open(root, file("file", small));
    assertThat(again.verified()).hasSize(1);
    assertPublishes(again, small);
  }

  @Test
  void shouldKeepWhatItCannotGoOnWithForLackOfSpace() throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    StoreOptions full = new StoreOptions(true, Long.MAX_VALUE, Long.MAX_VALUE);
    PartialFileStore store = TestStore.open(root, full).parts();
    assertThat(TestPartialFiles.opening(store, file("file", CONTENT)).failure().reason())
        .isEqualTo(RefusalReason.NO_SPACE);
    assertPublishes(open(root, file("file", CONTENT)), CONTENT);
  }

  @Test
  void shouldNotFollowALinkInThePlaceOfAPartFile() throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    Path victim = temporary.resolve("victim");
    Path part = TestPartialFiles.partIn(root);
    Files.move(part, victim);
    byte[] before = Files.readAllBytes(victim);
    Files.createSymbolicLink(part, victim);
    OpenedPart fresh = open(root, file("file", CONTENT));
    assertThat(fresh.verified()).isEmpty();
    writeMissing(fresh, CONTENT);
    assertThat(publish(fresh, CONTENT).failure()).isNull();
    assertThat(victim).hasBinaryContent(before);
  }

  /** A process loses its lock on a file when it closes any descriptor of it. */
  @Test
  void shouldNotLoseItsLockToAStoreThatIsOpenedBesideIt() throws Exception {
    OpenedPart part = open(root, file("file", CONTENT));
    write(part, CONTENT, 0, SIZE);
    TestStore.open(root);
    assertThat(OtherProcess.canLock(TestPartialFiles.partIn(root))).isFalse();
    assertPublishes(part, CONTENT);
  }

  @Test
  void shouldBeginAfreshBesideOneThatIsLockedHere() throws IOException {
    keepAllButTheFourthBlock(CONTENT);
    try (FileChannel held =
        FileChannel.open(TestPartialFiles.partIn(root), StandardOpenOption.WRITE)) {
      held.lock();
      OpenedPart part = open(root, file("file", CONTENT));
      assertThat(part.verified()).isEmpty();
      part.discard();
    }
  }

  @Test
  void shouldSurviveTransferIdsOfAnyLength() throws IOException {
    for (int length : new int[] {0, 1, 255}) {
      ReceiveRequest file = file(Bytes.copyOf(new byte[length]), "file", SIZE, MODIFIED_NS);
      OpenedPart part = open(root, file);
      write(part, CONTENT, 0, BLOCK);
      part.keep();
      OpenedPart again = open(root, file);
      assertThat(blocks(again)).isEqualTo("0-1");
      again.discard();
    }
  }
}
