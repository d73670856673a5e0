package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestPartialFiles.ID;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.open;
import static dev.ferry.storage.TestPartialFiles.publish;
import static dev.ferry.storage.TestPartialFiles.write;
import static dev.ferry.storage.TestStore.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.TestPartialFiles.OpenedPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Part files whose size becomes known at the end. */
class UnknownSizeTest {
  private static final ReceiveRequest REQUEST =
      TestPartialFiles.file(ID, "file", FileAttributes.UNKNOWN_SIZE, 0);

  @TempDir Path temporary;
  private Path root;
  private OpenedPart part;

  @BeforeEach
  void openPart() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    part = open(root, REQUEST);
  }

  private void assertPublished(byte[] content) throws IOException {
    assertThat(publish(part, content).failure()).isNull();
    assertThat(root.resolve("file")).hasBinaryContent(content);
    assertThat(tree(root)).containsExactly("file");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 77})
  void shouldPublishWhatWasWritten(int size) throws IOException {
    byte[] content = content(size, 1);
    write(part, content, 0, size);
    part.endsAt(size);
    assertPublished(content);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 77})
  void shouldTakeTheEndBeforeTheRest(int size) throws IOException {
    byte[] content = content(size, 2);
    write(part, content, size / 2, size);
    part.endsAt(size);
    write(part, content, 0, size / 2);
    assertPublished(content);
  }

  @Test
  void shouldNoticeAnotherDigest() throws IOException {
    write(part, content(1000, 3), 0, 1000);
    part.endsAt(1000);
    StorageException failure = publish(part, content(1000, 4)).failure();
    assertThat(failure.reason()).isEqualTo(RefusalReason.DIGEST_DIFFERS);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void shouldKeepNothing() throws Exception {
    write(part, content(3 * BLOCK, 5), 0, 3 * BLOCK);
    part.keep();
    OpenedPart again = open(root, REQUEST);
    assertThat(again.present()).isEmpty();
    again.discard();
  }

  @Test
  void shouldNotGoOnAfterACrash() {
    assertThat(JournalHeader.decode(JournalHeader.of(REQUEST).encode())).isNull();
  }

  @Test
  void shouldTakeNoMoreThanTheLargestFile() throws IOException {
    StoreOptions options = new StoreOptions(true, 2000, 0);
    OpenedPart small = open(TestStore.open(root, options).parts(), REQUEST);
    byte[] content = content(2001, 6);
    write(small, content, 0, 2000);
    assertThatThrownBy(() -> write(small, content, 2000, 2001))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(RefusalReason.TOO_LARGE));
    small.discard();
  }
}
