package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestStore.AT_ONCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Bytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server hands out, and what it does not. */
class DiskSourceStoreTest {
  /** A step of a worker, as which a piece of a file is hashed: 16 MiB. */
  private static final int PIECE_BYTES = 16 << 20;

  /**
   * Whoever has much hashed holds others up by as much as they want themselves: time is counted in
   * pieces that have been read.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldHashForEachOwnerInTurns(boolean verifying) throws IOException {
    try (RandomAccessFile large = new RandomAccessFile(root.resolve("large").toFile(), "rw")) {
      large.setLength(3L * PIECE_BYTES);
    }
    Queue<Runnable> pieces = new ArrayDeque<>();
    FairWorkers workers = new FairWorkers(pieces::add);
    DiskSourceStore all = new DiskSourceStore(root, AccessRules.DEFAULT, workers, AT_ONCE);
    Bytes stranger = Bytes.copyOf(new byte[] {10, 0, 0, 1});
    Bytes honest = Bytes.copyOf(new byte[] {10, 0, 0, 2});
    List<String> told = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      hash(all.ofOwner(stranger), verifying, () -> told.add("stranger"));
    }
    hash(all.ofOwner(honest), verifying, () -> told.add("honest"));
    int read = 0;
    while (!told.contains("honest")) {
      pieces.remove().run();
      read++;
    }
    assertThat(read).isEqualTo(2 * 3);
    assertThat(told).containsExactly("honest");
  }

  private static void hash(SourceStore store, boolean verifying, Runnable whenHashed)
      throws StorageException {
    SourceFile file = verifying ? store.openToVerify("large") : store.open("large");
    file.digest(
        new SourceFile.DigestListener() {
          @Override
          public void digested(ContentCheck check, long nowNs) {
            file.release();
            whenHashed.run();
          }

          @Override
          public void failed(IOException cause, long nowNs) {
            throw new AssertionError(cause);
          }
        });
  }

  private static final byte[] CONTENT = content(1_000, 1);

  @TempDir Path temporary;
  private Path root;
  private DiskSourceStore store;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    store = store(root);
  }

  private static DiskSourceStore store(Path root) {
    return new DiskSourceStore(
        root,
        new AccessRules(false, true, List.of(), NameRules.PORTABLE, false, true),
        Runnable::run,
        AT_ONCE);
  }

  private static byte[] readAll(SourceFile file) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate((int) file.sizeBytes());
    file.read(0, dst);
    file.release();
    return dst.array();
  }

  private void assertRefused(String name, RefusalReason reason) {
    assertThatThrownBy(() -> store.open(name))
        .as("%s", name)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void shouldNotHandOutAFileWhoseSizeIsNotWhatItSays() {
    assumeTrue(Files.isReadable(Path.of("/proc/version")));
    assertThatThrownBy(() -> store(Path.of("/proc")).open("version"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.reason()).isEqualTo(RefusalReason.NOT_PERMITTED))
        .hasMessageContaining("than its size says");
  }

  @Test
  void shouldNoticeAChangeInPlaceThatHidesItsTime() throws IOException {
    Path path = Files.write(root.resolve("file"), CONTENT);
    SourceFile file = store.open("file");
    assumeTrue(FileTimes.changed(path) != null, "this system keeps no such time");
    TestStore.changeSecretly(path);
    assertThatThrownBy(() -> readAll(file)).isInstanceOf(SourceChangedException.class);
    file.release();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "a/b/file", ".hidden", "~"})
  void shouldHandOutFiles(String name) throws IOException {
    Files.createDirectories(root.resolve("a/b"));
    Files.write(root.resolve(name), CONTENT);
    assertThat(readAll(store.open(name))).isEqualTo(CONTENT);
    assertThat(TestStore.descriptorsBelow(root)).isEmpty();
  }

  @Test
  void shouldHandOutFilesOfOtherFileSystems() throws IOException {
    for (Configuration configuration :
        new Configuration[] {Configuration.unix(), Configuration.windows()}) {
      Path other = Files.createDirectory(Jimfs.newFileSystem(configuration).getPath("root"));
      Files.createDirectory(other.resolve("a"));
      Files.write(other.resolve("a").resolve("file"), CONTENT);
      assertThat(readAll(store(other).open("a/file"))).isEqualTo(CONTENT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "/etc/passwd",
        "a/../../secret",
        "a\\b",
        "",
        ".",
        "..",
        "nul",
        "a//b"
      })
  void shouldTurnDownForbiddenNames(String name) throws IOException {
    Files.write(temporary.resolve("secret"), CONTENT);
    assertRefused(name, RefusalReason.NAME_NOT_ALLOWED);
  }

  @Test
  void shouldNotHandOutFerrysOwnFiles() throws IOException {
    for (String name :
        new String[] {".ferry-0123456789abcdef.part", ".Ferry-x", ".ferry-a.journal"}) {
      Files.write(root.resolve(name), CONTENT);
      assertRefused(name, RefusalReason.NAME_NOT_ALLOWED);
    }
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shouldHandOutRegularFilesOnly() throws IOException, InterruptedException {
    Files.createDirectory(root.resolve("directory"));
    NamedPipe.create(root.resolve("pipe"));
    for (String name : new String[] {"directory", "pipe", "missing", "missing/file", "pipe/file"}) {
      assertRefused(name, RefusalReason.NO_SUCH_FILE);
    }
    assertThat(TestStore.descriptorsBelow(root)).isEmpty();
  }

  @Test
  void shouldFollowNoLinks() throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.write(outside.resolve("secret"), CONTENT);
    Files.write(root.resolve("file"), CONTENT);
    Files.createSymbolicLink(root.resolve("link"), outside.resolve("secret"));
    Files.createSymbolicLink(root.resolve("inside"), root.resolve("file"));
    Files.createSymbolicLink(root.resolve("directory"), outside);
    Files.createSymbolicLink(root.resolve("itself"), Path.of("itself"));
    for (String name : new String[] {"link", "inside", "directory/secret", "itself", "itself/x"}) {
      assertRefused(name, RefusalReason.NO_SUCH_FILE);
    }
  }

  @Test
  void shouldHaveNothingOfThatNameWhereTheSystemCannotExpressIt() throws IOException {
    assertRefused("a".repeat(255) + "/b", RefusalReason.NO_SUCH_FILE);
    Path windows =
        Files.createDirectory(Jimfs.newFileSystem(Configuration.windows()).getPath("root"));
    store = store(windows);
    assertRefused("a?b", RefusalReason.NO_SUCH_FILE);
  }

  @Test
  void shouldSayWhatIsNotPermitted() throws IOException {
    Path closed = Files.write(root.resolve("closed"), CONTENT);
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("-wx-wx-wx"));
    assumeFalse(Files.isReadable(closed), "permissions do not stop the superuser");
    assertRefused("closed", RefusalReason.NOT_PERMITTED);
  }

  @Test
  void shouldNoticeAReplacementWhileItIsSent() throws IOException {
    Path file = Files.write(root.resolve("file"), CONTENT);
    SourceFile source = store.open("file");
    Path other = Files.write(temporary.resolve("other"), CONTENT);
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> readAll(source)).isInstanceOf(SourceChangedException.class);
    source.release();
  }

  @Test
  void shouldNoticeALinkToTheSameFileInItsPlace() throws IOException {
    Path file = Files.write(root.resolve("file"), CONTENT);
    SourceFile source = store.open("file");
    Files.move(file, temporary.resolve("moved"));
    Files.createSymbolicLink(file, temporary.resolve("moved"));
    assertThatThrownBy(() -> readAll(source)).isInstanceOf(SourceChangedException.class);
    source.release();
  }
}
