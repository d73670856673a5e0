package dev.ferry.storage;

import static dev.ferry.storage.TestStore.publish;
import static dev.ferry.storage.TestStore.tree;
import static dev.ferry.storage.TestStore.written;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the next server removes of one that was killed, and what it leaves alone. */
class StalePartSweeperTest {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
  }

  @ParameterizedTest
  @ValueSource(strings = {".ferry-0123456789abcdef.part", ".ferry-0123456789abcdef.probe"})
  void shouldRemoveAFileThatNobodyHolds(String name) throws IOException {
    Files.write(root.resolve(name), CONTENT);
    TestStore.open(root);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldRemoveADirectoryThatNobodyMoves() throws IOException {
    Files.createDirectory(root.resolve(".ferry-0123456789abcdef.directory"));
    Files.write(root.resolve(".ferry-0123456789abcdef.part"), CONTENT);
    Files.createDirectory(root.resolve(".ferry-fedcba9876543210.directory"));
    TestStore.open(root);
    assertThat(tree(root)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {".ferry-0123456789abcdef.part", ".ferry-0123456789abcdef.probe"})
  void shouldKeepAFileThatIsInUseAndTheDirectoryThatIsMadeForIt(String name) throws IOException {
    Path directory = root.resolve(".ferry-0123456789abcdef.directory");
    try (FileChannel file =
        FileChannel.open(
            root.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.lock();
      if (name.endsWith(".part")) {
        Files.createDirectory(directory);
      }
      List<String> before = tree(root);
      TestStore.open(root);
      assertThat(tree(root)).isEqualTo(before).contains(name);
    }
  }

  @Test
  void shouldNotDisturbAnotherStoreThatIsWriting() throws IOException {
    IncomingFile sink = written(TestStore.open(root), "a/file", CONTENT);
    TestStore.open(root);
    assertThat(publish(sink).join().failure()).isNull();
    assertThat(tree(root)).containsExactly("a", "a/file");
  }

  /** A process loses its lock on a file when it closes any descriptor of it. */
  @Test
  void shouldNotCostAnotherStoreItsLock() throws IOException {
    IncomingFile sink = written(TestStore.open(root), "file", CONTENT);
    TestStore.open(root);
    assertThat(OtherProcess.canLock(TestPartialFiles.partIn(root))).isFalse();
    sink.discard();
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shouldLeaveAloneWhatNoServerLeaves() throws IOException, InterruptedException {
    Path outsideDirectory = Files.createDirectory(temporary.resolve("outside-directory"));
    Files.createDirectory(root.resolve(".ferry-a.part"));
    Files.createSymbolicLink(root.resolve(".ferry-c.directory"), outsideDirectory);
    Files.createDirectories(root.resolve(".ferry-d.directory/kept"));
    Files.write(root.resolve(".ferry-e.directory"), CONTENT);
    Files.write(root.resolve(".ferry-f.other"), CONTENT);
    Files.write(root.resolve("g.part"), CONTENT);
    Files.createDirectory(root.resolve("h.directory"));
    NamedPipe.create(root.resolve(".ferry-i.part"));
    List<String> before = tree(temporary);
    TestStore.open(root);
    assertThat(tree(temporary)).isEqualTo(before);
  }

  @Test
  void shouldKeepAPartFileWithAJournal() throws IOException {
    byte[] content = TestPartialFiles.content(TestPartialFiles.BLOCK, 1);
    OpenedPart part = TestPartialFiles.open(root, TestPartialFiles.file("file", content));
    TestPartialFiles.write(part, content, 0, content.length);
    part.keep();
    List<String> before = tree(root);
    TestStore.open(root);
    assertThat(tree(root)).isEqualTo(before).hasSize(2);
  }

  @Test
  void shouldRemoveAJournalWithoutAPartFile() throws IOException {
    Files.write(root.resolve(".ferry-0123456789abcdef.journal"), CONTENT);
    TestStore.open(root);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldRemoveAPartFileWhoseJournalIsNone() throws IOException {
    Files.write(root.resolve(".ferry-0123456789abcdef.part"), CONTENT);
    Files.write(root.resolve(".ferry-0123456789abcdef.journal"), CONTENT);
    TestStore.open(root);
    assertThat(tree(root)).isEmpty();
  }

  /** Another process has just created it, and not yet come to its journal. */
  @Test
  void shouldKeepAJournalThatIsNoneYet() throws IOException {
    try (OtherProcess holder = OtherProcess.locking(lockable())) {
      Files.write(root.resolve(".ferry-0123456789abcdef.journal"), new byte[0]);
      TestStore.open(root);
      assertThat(holder.isAlive()).isTrue();
      assertThat(tree(root)).hasSize(2);
    }
  }

  private Path lockable() throws IOException {
    return Files.write(root.resolve(".ferry-0123456789abcdef.part"), CONTENT);
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shouldLeaveAloneWhatIsCalledAJournal() throws IOException, InterruptedException {
    Files.createDirectory(root.resolve(".ferry-a.journal"));
    NamedPipe.create(root.resolve(".ferry-c.journal"));
    Files.write(root.resolve("d.journal"), CONTENT);
    List<String> before = tree(temporary);
    for (String name : List.of("a", "c")) {
      Files.write(root.resolve(".ferry-" + name + ".part"), CONTENT);
    }
    TestStore.open(root);
    assertThat(tree(temporary)).isEqualTo(before);
  }

  /** Somebody has put it there. It is never followed, and goes. */
  @Test
  void shouldRemoveLinksInThePlaceOfItsOwnFiles() throws IOException {
    Path outside = Files.write(temporary.resolve("outside"), CONTENT);
    Files.createSymbolicLink(root.resolve(".ferry-a.part"), outside);
    Files.createSymbolicLink(root.resolve(".ferry-b.journal"), outside);
    Files.createSymbolicLink(root.resolve(".ferry-c.part"), outside);
    Files.createSymbolicLink(root.resolve(".ferry-c.journal"), root.resolve("nowhere"));
    TestStore.open(root);
    assertThat(tree(temporary)).containsExactly("outside", "root");
    assertThat(outside).hasBinaryContent(CONTENT);
  }

  @Test
  void shouldRemoveAPartFileWhoseJournalHasBecomeALink() throws IOException {
    byte[] content = TestPartialFiles.content(TestPartialFiles.BLOCK, 1);
    OpenedPart part = TestPartialFiles.open(root, TestPartialFiles.file("file", content));
    TestPartialFiles.write(part, content, 0, content.length);
    part.keep();
    Path journal = TestPartialFiles.journalIn(root);
    Path aside = Files.move(journal, temporary.resolve("aside"));
    Files.createSymbolicLink(journal, aside);
    byte[] before = Files.readAllBytes(aside);
    TestStore.open(root);
    assertThat(tree(root)).isEmpty();
    assertThat(aside).hasBinaryContent(before);
  }

  @Test
  void shouldNotResumeThroughALink() throws IOException {
    byte[] content = TestPartialFiles.content(TestPartialFiles.BLOCK, 1);
    PartialFileStore store = TestStore.open(root).parts();
    OpenedPart part = TestPartialFiles.open(store, TestPartialFiles.file("file", content));
    TestPartialFiles.write(part, content, 0, content.length);
    part.keep();
    for (Path own : List.of(TestPartialFiles.journalIn(root), TestPartialFiles.partIn(root))) {
      Files.createSymbolicLink(own, Files.move(own, temporary.resolve(own.getFileName())));
    }
    OpenedPart again = TestPartialFiles.open(store, TestPartialFiles.file("file", content));
    assertThat(again.verified()).isEmpty();
    again.discard();
    TestStore.open(root);
    assertThat(tree(root)).isEmpty();
  }
}
