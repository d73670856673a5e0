package dev.ferry.storage;

import static dev.ferry.storage.TestStore.publish;
import static dev.ferry.storage.TestStore.upload;
import static dev.ferry.storage.TestStore.written;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.TestStore.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A store on file systems that the test machine does not have: Windows, and a nearly full one. */
class DiskLabStoreInMemoryTest {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);
  private static final int MIB = 1 << 20;

  private static Path root(Configuration configuration) throws IOException {
    return Files.createDirectory(Jimfs.newFileSystem(configuration).getPath("root"));
  }

  @Test
  void shouldPublishWithoutDirectoryHandles() throws IOException {
    Path root = root(Configuration.windows());
    Outcome outcome = upload(TestStore.open(root), "a/b/file", CONTENT);
    assertThat(outcome.failure()).isNull();
    assertThat(Files.readAllBytes(root.resolve("a\\b\\file"))).isEqualTo(CONTENT);
    assertThat(TestStore.tree(root)).containsExactly("a", "a\\b", "a\\b\\file");
  }

  @Test
  void shouldPublishWithHandlesOfAnotherFileSystem() throws IOException {
    Path root = root(Configuration.unix());
    Outcome outcome = upload(TestStore.open(root), "a/b/file", CONTENT);
    assertThat(outcome.failure()).isNull();
    assertThat(Files.readAllBytes(root.resolve("a/b/file"))).isEqualTo(CONTENT);
  }

  @Test
  void shouldRefuseNamesThatTheSystemCannotExpressBeforeAnythingIsSent() throws IOException {
    Path root = root(Configuration.windows());
    DiskLabStore store = TestStore.open(root);
    for (String name : new String[] {"a?", "a:b", "dir/a?", "a?/b", "missing/dir?/a"}) {
      assertThatThrownBy(() -> store.create(name, 1))
          .as("%s", name)
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.reason()).isEqualTo(RefusalReason.CANNOT_CREATE));
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void shouldStopBeforeTheReserveIsTouched() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setMaxSize(32 * MIB).build());
    StoreOptions options = new StoreOptions(true, Long.MAX_VALUE, 20 * MIB);
    DiskLabStore store = TestStore.open(root, options);
    // As if another program filled the disk after the declared size was found to fit.
    IncomingFile sink = store.create("file", 1);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 32; i++) {
                sink.write((long) i * MIB, ByteBuffer.allocate(MIB));
              }
            })
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.NO_SPACE));
    assertThat(Files.getFileStore(root).getUsableSpace()).isGreaterThanOrEqualTo(16 * MIB - 1);
    sink.discard();
    assertThat(root).isEmptyDirectory();
    assertThat(publish(written(store, "file", CONTENT)).join().isPublished()).isTrue();
  }

  @Test
  void shouldReportAFullDiskWhileWriting() throws IOException {
    Path root = root(Configuration.unix().toBuilder().setMaxSize(2 * MIB).build());
    IncomingFile sink = TestStore.open(root).create("file", 1);
    assertThatThrownBy(() -> sink.write(0, ByteBuffer.allocate(3 * MIB)))
        .isInstanceOf(StorageException.class);
    sink.discard();
    assertThat(root).isEmptyDirectory();
  }
}
