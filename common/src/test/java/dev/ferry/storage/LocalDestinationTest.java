package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.blocks;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.file;
import static dev.ferry.storage.TestPartialFiles.opening;
import static dev.ferry.storage.TestPartialFiles.publish;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestPartialFiles.writeMissing;
import static dev.ferry.storage.TestStore.AT_ONCE;
import static dev.ferry.storage.TestStore.OVERWRITE;
import static dev.ferry.storage.TestStore.REFUSE;
import static dev.ferry.storage.TestStore.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A download: its place is the user's business, its name at the server does not matter. */
class LocalDestinationTest {
  private static final byte[] CONTENT = content(2 * BLOCK, 1);

  @TempDir Path temporary;

  private static PartialFileStore store(Path destination) throws StorageException {
    return LocalDestination.open(destination, OVERWRITE, Runnable::run, AT_ONCE, new BlockMemory());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "nul", "ends in a dot.", " blank ", "back\\slash", "new\nline", "..."})
  void shouldPublishUnderAnyNameOfTheUsers(String name) throws IOException {
    OpenedPart part =
        TestPartialFiles.open(store(temporary.resolve(name)), file("../peer", CONTENT));
    write(part, CONTENT, 0, CONTENT.length);
    assertThat(publish(part, CONTENT).failure()).isNull();
    assertThat(temporary.resolve(name)).hasBinaryContent(CONTENT);
    assertThat(tree(temporary)).containsExactly(name);
  }

  @Test
  void shouldResume() throws IOException {
    Path destination = temporary.resolve("file");
    OpenedPart part = TestPartialFiles.open(store(destination), file("peer", CONTENT));
    write(part, CONTENT, 0, BLOCK);
    part.keep();
    OpenedPart again = TestPartialFiles.open(store(destination), file("peer", CONTENT));
    assertThat(blocks(again)).isEqualTo("0-1");
    writeMissing(again, CONTENT);
    assertThat(publish(again, CONTENT).failure()).isNull();
    assertThat(tree(temporary)).containsExactly("file");
  }

  @Test
  void shouldTakeRelativePathsAndLinksToTheDirectory() throws IOException {
    Path directory = Files.createDirectory(temporary.resolve("directory"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
    Path relative = Path.of("").toAbsolutePath().relativize(link.resolve("file"));
    assertThat(relative).isRelative();
    OpenedPart part = TestPartialFiles.open(store(relative), file("peer", CONTENT));
    write(part, CONTENT, 0, CONTENT.length);
    assertThat(publish(part, CONTENT).failure()).isNull();
    assertThat(directory.resolve("file")).hasBinaryContent(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing/file", "missing/there/file", "plain/file"})
  void shouldNotMakeDirectories(String destination) throws IOException {
    Files.createFile(temporary.resolve("plain"));
    assertThatThrownBy(() -> store(temporary.resolve(destination)))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(RefusalReason.CANNOT_CREATE));
    assertThat(tree(temporary)).containsExactly("plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "directory", "directory/", "directory/.", "link"})
  void shouldNotReplaceDirectoriesAndLinks(String destination) throws IOException {
    Files.createDirectory(temporary.resolve("directory"));
    Files.createSymbolicLink(temporary.resolve("link"), temporary.resolve("victim"));
    Path path = temporary.resolve(destination);
    assertThat(opening(store(path), file("peer", CONTENT)).failure().reason())
        .isEqualTo(RefusalReason.CANNOT_CREATE);
    assertThat(tree(temporary)).containsExactly("directory", "link");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/"})
  void shouldTurnDownWhatIsNoName(String destination) {
    assertThatThrownBy(() -> store(Path.of(destination)))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(RefusalReason.CANNOT_CREATE));
  }

  /** The next start would take it for something unfinished. */
  @Test
  void shouldTurnDownTheNamesOfUnfinishedFiles() {
    assertThatThrownBy(() -> store(temporary.resolve(".Ferry-x.part")))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(RefusalReason.NAME_NOT_ALLOWED));
  }

  @Test
  void shouldRefuseToReplaceIfAskedTo() throws IOException {
    Path destination = Files.createFile(temporary.resolve("file"));
    PartialFileStore refusing =
        LocalDestination.open(destination, REFUSE, Runnable::run, AT_ONCE, new BlockMemory());
    assertThat(opening(refusing, file("peer", CONTENT)).failure().reason())
        .isEqualTo(RefusalReason.EXISTS);
  }
}
