package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore.ListListener;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.tree.LocalFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The digests of blocks that a store tells, and what is found out by them. */
@DisabledOnOs(OS.WINDOWS)
class BlockDigestsTest {
  private static final int BLOCK = BlockSums.BLOCK_BYTES;

  @TempDir Path root;
  private final Queue<Runnable> work = new ArrayDeque<>();

  /** What the listener is told. */
  private static final class Told implements ListListener {
    SourceFile list;
    StorageException cause;
    boolean wanted = true;

    @Override
    public boolean isWanted() {
      return wanted;
    }

    @Override
    public void listed(SourceFile made, long nowNs) {
      list = made;
    }

    @Override
    public void failed(StorageException failure, long nowNs) {
      cause = failure;
    }
  }

  private Told ask(String name) {
    Told told = new Told();
    new DiskSourceStore(root, AccessRules.DEFAULT, work::add, task -> task.accept(0))
        .digests(name, told, 0);
    return told;
  }

  private void workAll() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  private static byte[] bytes(SourceFile list) throws IOException {
    byte[] bytes = new byte[(int) list.sizeBytes()];
    list.read(0, ByteBuffer.wrap(bytes));
    list.release();
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BLOCK, BLOCK + 1, 70 * BLOCK + 3})
  void shouldTellTheDigestOfEachBlock(int size) throws IOException {
    byte[] content = TestPartialFiles.content(size, 1);
    Files.write(root.resolve("file"), content);
    Told told = ask("file");
    workAll();

    ByteBuffer digests = ByteBuffer.wrap(bytes(told.list));
    for (int from = 0; from < size; from += BLOCK) {
      byte[] digest = new byte[Sha256.BYTES];
      digests.get(digest);
      byte[] block = Arrays.copyOfRange(content, from, Math.min(size, from + BLOCK));
      assertThat(digest).isEqualTo(Sha256.of(block));
    }
    assertThat(digests.hasRemaining()).isFalse();
    assertThat(TestStore.tree(root)).containsExactly("file");
  }

  @Test
  void shouldReadNoMoreOnceNobodyWaits() throws IOException {
    Files.write(root.resolve("file"), new byte[200 * BLOCK]);
    Told told = ask("file");
    work.remove().run();
    told.wanted = false;

    work.remove().run();

    assertThat(work).isEmpty();
    assertThat(told.list).isNull();
    assertThat(told.cause).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"none, NO_SUCH_FILE", "directory, NO_SUCH_FILE", ".hidden, NAME_NOT_ALLOWED"})
  void shouldTellNothingOfWhatNobodyMayFetch(String name, RefusalReason reason) throws IOException {
    Files.createDirectory(root.resolve("directory"));
    Files.write(root.resolve(".hidden"), new byte[1]);
    Told told = ask(name);
    workAll();

    assertThat(told.cause.reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({"'', 0-10", "0, 1-10", "9, 0-9", "'0,9', 1-9", "'4,5', '0-4,6-10'", "'10', 0-10"})
  void shouldFindTheBlocksThatAreTheSame(String changed, String same) throws IOException {
    byte[] content = TestPartialFiles.content(10 * BLOCK - 5, 1);
    Files.write(root.resolve("file"), content);
    Told told = ask("file");
    workAll();
    Path digests = Files.write(root.resolve("digests"), bytes(told.list));
    for (String block : changed.split(",", -1)) {
      if (!block.isEmpty() && Integer.parseInt(block) < 10) {
        content[Integer.parseInt(block) * BLOCK] ^= 1;
      }
    }
    Path here = Files.write(root.resolve("here"), content);

    assertThat(LocalFile.sameBlocks(here, digests)).isEqualTo(ranges(same, content.length));
  }

  private static List<ByteRange> ranges(String blocks, long size) {
    return Arrays.stream(blocks.split(",", -1))
        .map(each -> each.split("-", -1))
        .map(
            ends ->
                new ByteRange(
                    Long.parseLong(ends[0]) * BLOCK,
                    Math.min(size, Long.parseLong(ends[1]) * BLOCK)))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "15, 9"})
  void shouldCompareFilesOfDifferentSizes(int blocksHere, int same) throws IOException {
    byte[] content = TestPartialFiles.content(15 * BLOCK, 1);
    Files.write(root.resolve("file"), Arrays.copyOf(content, 9 * BLOCK + 100));
    Told told = ask("file");
    workAll();
    Path digests = Files.write(root.resolve("digests"), bytes(told.list));
    Path here = Files.write(root.resolve("here"), Arrays.copyOf(content, blocksHere * BLOCK));

    assertThat(LocalFile.sameBlocks(here, digests))
        .containsExactly(new ByteRange(0, (long) same * BLOCK));
  }
}
