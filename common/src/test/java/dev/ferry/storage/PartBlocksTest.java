package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.BlockSums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a part file can be checked by, of blocks that are complete in any order. */
class PartBlocksTest {
  private static final int BLOCKS = 6;
  private static final byte[] CONTENT = TestPartialFiles.content(BLOCKS * BLOCK - 7, 1);

  @TempDir private Path directory;
  private StoredPart stored;
  private PartBlocks blocks;

  @BeforeEach
  void create() throws IOException {
    StoreRoot root = StoreRoot.open(directory, TestStore.OVERWRITE, () -> 0);
    stored = StoredPart.create(root, TestPartialFiles.file("file", CONTENT));
    stored.file().write(0, ByteBuffer.wrap(CONTENT));
    blocks = stored.blocks();
  }

  @AfterEach
  void remove() {
    stored.remove();
  }

  private void complete(int... numbers) throws IOException {
    for (int block : numbers) {
      blocks.complete(block);
    }
  }

  private void shouldHaveAllSums() {
    assertThat(blocks.isSummed()).isTrue();
    assertThat(blocks.allSums()).isEqualTo(BlockSums.ofAll(CONTENT));
  }

  private void shouldGetTheDigest() throws IOException {
    while (!blocks.isWhole()) {
      blocks.hashNext();
    }
    assertThat(blocks.wholeDigest()).isEqualTo(TestPartialFiles.sha256(CONTENT));
  }

  @Test
  void shouldSumInAnyOrder() throws IOException {
    complete(5, 0, 3, 1, 4, 2);
    shouldHaveAllSums();
    shouldGetTheDigest();
  }

  /** As for one that was in pieces, and whole by a later record. */
  @Test
  void shouldSumABlockOnceThoughItIsReportedTwice() throws IOException {
    complete(0, 1, 2, 1, 3, 4, 5, 0);
    shouldHaveAllSums();
    shouldGetTheDigest();
  }

  /** As for a file with more gaps than there is room for. */
  @Test
  void shouldMakeUpForBlocksThatNobodyHasReported() throws IOException {
    complete(4, 1);
    while (!blocks.isSummed()) {
      blocks.sumNext();
    }
    shouldHaveAllSums();
  }

  @Test
  void shouldLeaveTheDigestOutOnceItIsTold() throws IOException {
    complete(0, 1);
    blocks.leaveOutDigest();
    complete(3, 2, 4, 5);
    assertThat(blocks.isWhole()).isFalse();
    assertThat(blocks.isBehind()).as("nobody is to catch up").isFalse();
    shouldHaveAllSums();
  }

  @Test
  void shouldMakeUpForADigestThatWasLeftOut() throws IOException {
    complete(0, 2);
    blocks.leaveOutDigest();
    complete(1, 3, 5, 4);
    shouldGetTheDigest();
  }
}
