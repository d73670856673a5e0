package dev.ferry.storage;

import static dev.ferry.storage.TestStore.OVERWRITE;
import static dev.ferry.storage.TestStore.REFUSE;
import static dev.ferry.storage.TestStore.publish;
import static dev.ferry.storage.TestStore.tree;
import static dev.ferry.storage.TestStore.upload;
import static dev.ferry.storage.TestStore.written;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store does on a real disk, step by step. */
class DiskLabStoreTest {
  private static final byte[] OLD = "old".getBytes(UTF_8);
  private static final byte[] NEW = "brand new".getBytes(UTF_8);

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
  }

  @Test
  void shouldPublishWhatWasWritten() throws IOException {
    DiskLabStore store = TestStore.open(root);
    IncomingFile sink = store.create("file", 9);
    sink.write(0, ByteBuffer.wrap(NEW, 0, 5));
    sink.write(5, ByteBuffer.wrap(NEW, 5, 4));
    Outcome outcome = publish(sink).join();
    assertThat(outcome.failure()).isNull();
    assertThat(outcome.sha256Hex()).isEqualTo(Hashing.sha256().hashBytes(NEW).toString());
    assertThat(root.resolve("file")).hasBinaryContent(NEW);
    assertThat(tree(root)).containsExactly("file");
  }

  @Test
  void shouldPublishAnEmptyFile() throws IOException {
    assertThat(upload(TestStore.open(root), "empty", new byte[0]).isPublished()).isTrue();
    assertThat(root.resolve("empty")).isEmptyFile();
  }

  @Test
  void shouldCreateAnEmptyFileForAStartAlone() throws IOException {
    assertThat(publish(TestStore.open(root).createEmpty("a/b/empty")).join().isPublished())
        .isTrue();
    assertThat(root.resolve("a/b/empty")).isEmptyFile();
    assertThat(tree(root)).containsExactly("a", "a/b", "a/b/empty");
  }

  @Test
  void shouldReplaceNothingForAStartAlone() throws IOException {
    Files.write(root.resolve("file"), OLD);
    assertThat(TestStore.open(root).createEmpty("file")).isNull();
    assertThat(tree(root)).containsExactly("file");
  }

  @Test
  void shouldLeaveAnEmptyFileAsItIsForAStartAlone() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Object before = Files.getAttribute(file, "unix:ino");
    assertThat(publish(TestStore.open(root).createEmpty("file")).join().isPublished()).isTrue();
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(before);
    assertThat(tree(root)).containsExactly("file");
  }

  @Test
  void shouldReplaceNothingForAStartAloneThatAppearsMeanwhile() throws IOException {
    IncomingFile sink = TestStore.open(root).createEmpty("file");
    Files.write(root.resolve("file"), OLD);
    assertThat(publish(sink).join().reason()).isEqualTo(RefusalReason.EXISTS);
    assertThat(root.resolve("file")).hasBinaryContent(OLD);
    assertThat(tree(root)).containsExactly("file");
  }

  @Test
  void shouldRefuseAStartAloneWhereNothingIsReplaced() throws IOException {
    Files.createFile(root.resolve("file"));
    assertThatThrownBy(() -> TestStore.open(root, REFUSE).createEmpty("file"))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.EXISTS));
  }

  @Test
  void shouldMakeAtMost32DirectoriesForAStartAlone() throws IOException {
    DiskLabStore store = TestStore.open(root);
    IncomingFile deep = store.createEmpty("d/".repeat(32) + "empty");
    assertThat(publish(deep).join().isPublished()).isTrue();
    assertThat(store.createEmpty("e/".repeat(33) + "empty")).isNull();
  }

  @Test
  void shouldReplaceAnOldFileOnlyWhenPublishing() throws IOException {
    Files.write(root.resolve("file"), OLD);
    IncomingFile sink = written(TestStore.open(root), "file", NEW);
    assertThat(root.resolve("file")).hasBinaryContent(OLD);
    assertThat(publish(sink).join().isPublished()).isTrue();
    assertThat(root.resolve("file")).hasBinaryContent(NEW);
    assertThat(tree(root)).containsExactly("file");
  }

  @Test
  void shouldKeepThePartFileFromOthersUntilItIsPublished() throws IOException {
    IncomingFile sink = written(TestStore.open(root), "file", NEW);
    assertThat(tree(root)).singleElement().asString().matches("\\.ferry-[0-9a-f]{16}\\.part");
    assertThat(permissions(root.resolve(tree(root).get(0)))).isEqualTo("rw-------");

    publish(sink).join();
    Path ordinary = Files.createFile(root.resolve("ordinary"));
    assertThat(permissions(root.resolve("file"))).isEqualTo(permissions(ordinary));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void shouldCreateDirectoriesOnlyWhenPublishing() throws IOException {
    IncomingFile sink = written(TestStore.open(root), "a/b/c/file", NEW);
    assertThat(tree(root)).singleElement().asString().endsWith(".part");
    assertThat(publish(sink).join().failure()).isNull();
    assertThat(tree(root)).containsExactly("a", "a/b", "a/b/c", "a/b/c/file");
    Path ordinary = Files.createDirectory(root.resolve("ordinary"));
    assertThat(permissions(root.resolve("a/b"))).isEqualTo(permissions(ordinary));
  }

  @Test
  void shouldUseDirectoriesThatExist() throws IOException {
    Files.createDirectories(root.resolve("a/b"));
    Files.write(root.resolve("a/b/other"), OLD);
    assertThat(upload(TestStore.open(root), "a/b/file", NEW).isPublished()).isTrue();
    assertThat(tree(root)).containsExactly("a", "a/b", "a/b/file", "a/b/other");
  }

  @Test
  void shouldLeaveNothingOfADiscardedUpload() throws IOException {
    Files.write(root.resolve("file"), OLD);
    DiskLabStore store = TestStore.open(root);
    written(store, "file", NEW).discard();
    written(store, "a/b/file", NEW).discard();
    store.create("never-written", 5).discard();
    assertThat(tree(root)).containsExactly("file");
    assertThat(root.resolve("file")).hasBinaryContent(OLD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../file", "/tmp/file", "a/../../file", "a\\b", ".ferry-x.part", "", "nul"})
  void shouldTurnDownForbiddenNamesEvenIfNobodyChecked(String name) throws IOException {
    DiskLabStore store = TestStore.open(root);
    assertThat(store.check(name, 1)).isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
    assertThat(upload(store, name, NEW).reason()).isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
    assertThat(tree(temporary)).containsExactly("root");
  }

  @Test
  void shouldCheckWithoutTouchingTheDisk() throws IOException {
    DiskLabStore store = TestStore.open(root, new StoreOptions(true, 100, 0));
    Files.delete(root);
    assertThat(store.check("a/b", 100)).isNull();
    assertThat(store.check("a/b", 101)).isEqualTo(RefusalReason.TOO_LARGE);
  }

  @Test
  void shouldInventNamesThatAreAllowedAndDiffer() throws IOException {
    DiskLabStore store = TestStore.open(root);
    String name = store.inventName("txt");
    assertThat(name).endsWith(".txt").isNotEqualTo(store.inventName("txt"));
    assertThat(store.check(name, 1)).isNull();
    assertThat(store.check(store.inventName("../x"), 1)).isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
  }

  @Test
  void shouldNotReplaceADirectory() throws IOException {
    Files.createDirectories(root.resolve("taken"));
    DiskLabStore store = TestStore.open(root);
    assertThat(upload(store, "taken", NEW).reason()).isEqualTo(RefusalReason.CANNOT_CREATE);

    IncomingFile sink = written(store, "later", NEW);
    Files.createDirectory(root.resolve("later"));
    assertThat(publish(sink).join().reason()).isEqualTo(RefusalReason.CANNOT_CREATE);
    assertThat(tree(root)).containsExactly("later", "taken");
  }

  @Test
  void shouldNotTakeAFileForADirectory() throws IOException {
    Files.write(root.resolve("plain"), OLD);
    DiskLabStore store = TestStore.open(root);
    assertThat(upload(store, "plain/file", NEW).reason()).isEqualTo(RefusalReason.CANNOT_CREATE);

    IncomingFile sink = written(store, "later/file", NEW);
    Files.write(root.resolve("later"), OLD);
    assertThat(publish(sink).join().reason()).isEqualTo(RefusalReason.CANNOT_CREATE);
    assertThat(tree(root)).containsExactly("later", "plain");
    assertThat(root.resolve("later")).hasBinaryContent(OLD);
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shouldNotWaitForAPipe() throws IOException, InterruptedException {
    NamedPipe.create(root.resolve("pipe"));
    DiskLabStore store = TestStore.open(root);
    assertThat(upload(store, "pipe", NEW).reason()).isEqualTo(RefusalReason.CANNOT_CREATE);
    assertThat(upload(store, "pipe/file", NEW).reason()).isEqualTo(RefusalReason.CANNOT_CREATE);
  }

  @Test
  void shouldRefuseNamesThatAreTakenIfAskedTo() throws IOException {
    Files.write(root.resolve("file"), OLD);
    DiskLabStore store = TestStore.open(root, REFUSE);
    assertThat(upload(store, "file", NEW).reason()).isEqualTo(RefusalReason.EXISTS);

    IncomingFile sink = written(store, "later", NEW);
    Files.write(root.resolve("later"), OLD);
    assertThat(publish(sink).join().reason()).isEqualTo(RefusalReason.EXISTS);
    assertThat(tree(root)).containsExactly("file", "later");
    assertThat(root.resolve("later")).hasBinaryContent(OLD);

    assertThat(upload(store, "free", NEW).isPublished()).isTrue();
  }

  @Test
  void shouldKeepTheReserve() throws IOException {
    DiskLabStore store =
        TestStore.open(root, new StoreOptions(true, Long.MAX_VALUE, Long.MAX_VALUE));
    assertThat(upload(store, "file", NEW).reason()).isEqualTo(RefusalReason.NO_SPACE);
    assertThatThrownBy(() -> TestStore.open(root).create("file", Long.MAX_VALUE))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.NO_SPACE));
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldReportAPartFileThatSomebodyRemoved() throws IOException {
    IncomingFile sink = written(TestStore.open(root), "file", NEW);
    Files.delete(root.resolve(tree(root).get(0)));
    assertThat(publish(sink).join().reason()).isEqualTo(RefusalReason.IO_ERROR);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldNotOpenARootThatIsNoDirectoryOrThatTakesNoFiles() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    assertThatThrownBy(() -> TestStore.open(file)).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> TestStore.open(temporary.resolve("missing")))
        .isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> TestStore.open(unwritable())).isInstanceOf(FileSystemException.class);
  }

  /** Permissions do not stop the superuser; the kernel's own directories do. */
  private Path unwritable() throws IOException {
    Path locked = Files.createDirectory(temporary.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    return Files.isWritable(locked) ? Path.of("/sys") : locked;
  }

  @Test
  void shouldHoldNoDescriptorsAfterwards() throws IOException {
    Files.createDirectory(root.resolve("directory"));
    Files.write(root.resolve("plain"), OLD);
    DiskLabStore store = TestStore.open(root, OVERWRITE);
    Runnable everything =
        () -> {
          upload(store, "file", NEW);
          upload(store, "a/b/file", NEW);
          upload(store, "directory", NEW);
          upload(store, "plain/file", NEW);
          upload(store, "../file", NEW);
        };
    everything.run();
    List<String> before = TestStore.descriptorsBelow(root);
    for (int i = 0; i < 20; i++) {
      everything.run();
    }
    assertThat(TestStore.descriptorsBelow(root)).isEqualTo(before).isEmpty();
  }
}
