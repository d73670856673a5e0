package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.blocks;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.open;
import static dev.ferry.storage.TestPartialFiles.opening;
import static dev.ferry.storage.TestPartialFiles.publish;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestPartialFiles.writeMissing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import dev.ferry.storage.TestPartialFiles.Opening;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Part files where the test machine has no disk for: Windows, and a nearly full one. */
class PartialFileStoreInMemoryTest {
  private static final int MIB = 1 << 20;

  private static Path root(Configuration configuration) throws IOException {
    return Files.createDirectory(Jimfs.newFileSystem(configuration).getPath("root"));
  }

  @Test
  void shouldResumeAndPublishWithoutDirectoryHandles() throws IOException {
    assertResumes(root(Configuration.windows()));
  }

  @Test
  void shouldResumeAndPublishWithHandlesOfAnotherFileSystem() throws IOException {
    assertResumes(root(Configuration.unix()));
  }

  private static void assertResumes(Path root) throws IOException {
    byte[] content = content(2 * BLOCK + 1, 1);
    OpenedPart part = open(root, file("a/file", content));
    write(part, content, 0, BLOCK + 10);
    part.keep();
    OpenedPart again = open(root, file("a/file", content));
    assertThat(blocks(again)).isEqualTo("0-1");
    writeMissing(again, content);
    assertThat(publish(again, content).failure()).isNull();
    assertThat(Files.readAllBytes(root.resolve("a").resolve("file"))).isEqualTo(content);
    assertThat(TestStore.tree(root)).hasSize(2);
  }

  @Test
  void shouldReportAFullDiskWhileWriting() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setMaxSize(2 * MIB).build());
    PartialFileStore store = TestStore.open(root).parts();
    OpenedPart part = open(store, file("file", new byte[2 * MIB - BLOCK]));
    Files.write(root.resolve("other"), new byte[MIB]);
    part.write(0, ByteBuffer.allocate(2 * MIB - BLOCK));
    assertThatThrownBy(() -> part.write(0, ByteBuffer.allocate(1)))
        .isInstanceOf(StorageException.class);
    part.discard();
    assertThat(TestStore.tree(root)).containsExactly("other");
  }

  /** What waits in memory finds no room, and nobody writes any more. */
  @Test
  void shouldReportAFullDiskAtTheEnd() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setBlockSize(64).setMaxSize(2 * MIB).build());
    PartialFileStore store = TestStore.open(root).parts();
    byte[] content = content(3_000, 3);
    OpenedPart part = open(store, file("file", content));
    write(part, content, 0, 1_444);
    Path other = Files.createFile(root.resolve("other"));
    Files.write(other, new byte[(int) Files.getFileStore(root).getUsableSpace()]);
    assertThat(publish(part, content).failure()).hasMessageContaining("cannot write");
    assertThat(TestStore.tree(root)).containsExactly("other");
  }

  /** The journal needs space too. */
  @Test
  void shouldFailIfTheJournalCannotGrow() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setBlockSize(64).setMaxSize(2 * MIB).build());
    PartialFileStore store = TestStore.open(root).parts();
    byte[] content = content(4 * BLOCK, 2);
    OpenedPart part = open(store, file("file", content));
    part.write(0, ByteBuffer.wrap(content, 0, BLOCK - 1));
    Path other = Files.createFile(root.resolve("other"));
    long free = Files.getFileStore(root).getUsableSpace();
    Files.write(other, new byte[(int) free]);
    part.write(BLOCK - 1, ByteBuffer.wrap(content, BLOCK - 1, 1));
    assertThatThrownBy(() -> part.write(BLOCK, ByteBuffer.allocate(1)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot write and journal");
    part.keep();
    assertThat(TestStore.tree(root)).containsExactly("other");
  }

  /** Another program fills the disk just before the transfer ends in order: whole blocks count. */
  @Test
  void shouldKeepWholeBlocksIfThereIsNoRoomToNoteThePieces() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setBlockSize(16).setMaxSize(2 * MIB).build());
    byte[] content = content(2 * BLOCK, 4);
    OpenedPart part = open(TestStore.open(root).parts(), file("file", content));
    part.write(0, ByteBuffer.wrap(content, 0, BLOCK));
    part.write(BLOCK, ByteBuffer.wrap(content, BLOCK, BLOCK - 1));
    Path other = Files.createFile(root.resolve("other"));
    Files.write(other, new byte[(int) Files.getFileStore(root).getUsableSpace()]);
    part.keep();
    assertThat(TestStore.tree(root)).as("part file and journal").hasSize(3);

    Files.delete(other);
    OpenedPart again = open(root, file("file", content));
    assertThat(again.verified()).containsExactly(new ByteRange(0, BLOCK));
    writeMissing(again, content);
    assertThat(publish(again, content).failure()).isNull();
  }

  @Test
  void shouldStopBeforeTheReserveIsTouched() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setMaxSize(32 * MIB).build());
    StoreOptions options = new StoreOptions(true, Long.MAX_VALUE, 10 * MIB);
    PartialFile part =
        open(TestStore.open(root, options).parts(), file("file", new byte[20 * MIB]));
    Files.write(root.resolve("other"), new byte[10 * MIB]);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 20; i++) {
                part.write((long) i * MIB, ByteBuffer.allocate(MIB));
              }
            })
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.NO_SPACE));
    part.discard();
    assertThat(TestStore.tree(root)).containsExactly("other");
  }

  @Test
  void shouldLetInNoMoreThanFits() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setMaxSize(32 * MIB).build());
    PartialFileStore store =
        TestStore.open(root, new StoreOptions(true, Long.MAX_VALUE, 10 * MIB)).parts();
    List<Opening> openings = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      openings.add(
          opening(store, file(Bytes.copyOf(new byte[] {(byte) i}), "file" + i, 9 * MIB, 0)));
    }
    assertThat(openings)
        .filteredOn(opening -> !opening.part.isCompletedExceptionally())
        .hasSize(2)
        .allSatisfy(opening -> write(opening.part.join(), new byte[9 * MIB], 0, 9 * MIB));
    openings.get(0).part.join().discard();
    open(store, file("next", new byte[9 * MIB])).discard();
  }

  /** Two files were let in that fit only one by one. */
  @Test
  void shouldFinishTheOneOfTwoThatHasSentMore() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setMaxSize(32 * MIB).build());
    PartialFileStore store =
        TestStore.open(root, new StoreOptions(true, Long.MAX_VALUE, 10 * MIB)).parts();
    byte[] content = content(20 * MIB, 1);
    Bytes one = Bytes.copyOf(new byte[] {1});
    Bytes two = Bytes.copyOf(new byte[] {2});
    OpenedPart first = open(store, file(one, "first", content.length, 0, one));
    OpenedPart second = open(store, file(two, "second", 10 * MIB, 0, two));
    write(first, content, 0, 3 * MIB);
    assertThatThrownBy(() -> write(second, content, 0, 10 * MIB))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.NO_SPACE));
    second.discard();
    write(first, content, 3 * MIB, content.length);
    assertThat(publish(first, content).failure()).isNull();
    assertThat(TestStore.tree(root)).containsExactly("first");
  }

  /** Somebody has begun files and gone away. */
  @Test
  void shouldRemoveWhatIsOnlyKeptForWhatIsWritten() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setMaxSize(32 * MIB).build());
    PartialFileStore store = TestStore.open(root).parts();
    for (int i = 0; i < 3; i++) {
      byte[] content = content(9 * MIB, i);
      PartialFile part =
          open(store, file(Bytes.copyOf(new byte[] {(byte) i}), "file" + i, content.length, 0));
      write(part, content, 0, content.length - 1);
      part.keep();
    }
    byte[] content = content(20 * MIB, 4);
    OpenedPart part = open(store, file("file", content));
    write(part, content, 0, content.length);
    assertThat(publish(part, content).failure()).isNull();
    assertThat(TestStore.tree(root)).contains("file").hasSize(3);
  }
}
