package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.BLOCK;
import static dev.ferry.storage.TestStore.tree;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.ReceiveRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Several processes in one directory, each step of one between any two of another. */
class OneDirectoryTest {
  private static final byte[] CONTENT = TestPartialFiles.content(BLOCK, 1);

  /** Long enough for what does not wait. */
  private static final long BRIEFLY_MS = 500;

  private static final FileAttributes LONG_AGO = new FileAttributes(BLOCK, 0, 0b110_000_000);

  @TempDir private Path directory;
  private StoreRoot root;

  @BeforeEach
  void openRoot() throws IOException {
    root = StoreRoot.open(directory, TestStore.OVERWRITE, () -> 0);
  }

  private static Destination destination(FileAttributes preserved) {
    return new Destination(
        new RelativePath(List.of(), "file"), Destination.IfTaken.REPLACE, preserved);
  }

  /** Whoever opens the directory between the two steps takes the file for stale. */
  @Test
  void shouldCreateAPartFileHoweverOftenItIsRemovedBeforeItIsLocked() throws IOException {
    int[] left = {50};
    LockedPart part =
        LockedPart.create(
            root,
            name -> {
              if (left[0]-- > 0) {
                Files.delete(directory.resolve(name.part()));
              }
            },
            READ,
            WRITE);
    assertThat(tree(directory)).containsExactly(part.name().part());
    part.remove();
  }

  /** On POSIX systems a file's lock ends when its attributes are set. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldNotTakeAFileForStaleThatIsBeingPublished() throws IOException {
    ReceiveRequest request = TestPartialFiles.file("file", CONTENT);
    StoredPart stored = StoredPart.create(root, request);
    stored.file().write(0, ByteBuffer.wrap(CONTENT));
    root.applyAttributes(stored.file().name(), LONG_AGO);
    assertThat(OtherProcess.canLock(directory.resolve(stored.file().name().part()))).isTrue();
    OtherProcess.sweep(directory);
    stored.publish(destination(LONG_AGO), root.space().expect(0, 1));
    assertThat(directory.resolve("file")).hasBinaryContent(CONTENT);
    assertThat(tree(directory)).containsExactly("file");
  }

  /**
   * Whoever looks whether the file is stale locks it for that moment, in which it has no lock of
   * its own. It is published with its lock, and not before.
   */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldWaitForItsLockUntilAnotherProcessHasLooked() throws Exception {
    StoredPart stored = StoredPart.create(root, TestPartialFiles.file("file", CONTENT));
    stored.file().write(0, ByteBuffer.wrap(CONTENT));
    root.applyAttributes(stored.file().name(), LONG_AGO);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    OtherProcess looking = OtherProcess.locking(directory.resolve(stored.file().name().part()));
    try {
      Future<?> publication =
          thread.submit(
              () -> {
                stored.publish(destination(LONG_AGO), root.space().expect(0, 1));
                return null;
              });
      assertThatThrownBy(() -> publication.get(BRIEFLY_MS, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      looking.close();
      publication.get();
    } finally {
      looking.close();
      thread.shutdownNow();
    }
    assertThat(directory.resolve("file")).hasBinaryContent(CONTENT);
    assertThat(tree(directory)).containsExactly("file");
  }

  /** The part file has lost its lock for a moment, and its journal is locked. */
  @Test
  void shouldNotGoOnWithWhatAnotherProcessPublishes() throws IOException {
    ReceiveRequest request = TestPartialFiles.file("file", CONTENT);
    StoredPart stored = StoredPart.create(root, request);
    stored.file().write(0, ByteBuffer.wrap(CONTENT));
    stored.keep(BLOCK);
    try (OtherProcess publishing =
        OtherProcess.locking(directory.resolve(stored.file().name().journal()))) {
      assertThat(StoredPart.find(root, request)).isNull();
      assertThat(publishing.isAlive()).isTrue();
      assertThat(tree(directory)).hasSize(2);
    }
    root.tidy();
    StoredPart found = StoredPart.find(root, request);
    assertThat(found).isNotNull();
    found.remove();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldNotTakeAFileOfLabModeForStaleEither() throws IOException {
    LockedPart part = LockedPart.create(root, WRITE);
    part.write(0, ByteBuffer.wrap(CONTENT));
    try (LockedPart.Guard guard = LockedPart.Guard.create(root, part.name())) {
      guard.lock();
      root.applyAttributes(part.name(), null);
      OtherProcess.sweep(directory);
    }
    part.publishWithoutJournal(destination(null), root.space().expect(0, 1));
    assertThat(directory.resolve("file")).hasBinaryContent(CONTENT);
    assertThat(tree(directory)).containsExactly("file");
  }

  /** A journal is read by others, which must not cost its owner anything. */
  @Test
  void shouldNotDisturbAPartFileThatAnotherStoreOfThisProcessHolds() throws IOException {
    StoredPart stored = StoredPart.create(root, TestPartialFiles.file("file", CONTENT));
    StoreRoot other = StoreRoot.open(directory, TestStore.OVERWRITE, () -> 0);
    assertThat(StoredPart.find(other, TestPartialFiles.file("file", CONTENT))).isNull();
    Path journal = directory.resolve(stored.file().name().journal());
    assertThat(OtherProcess.canLock(directory.resolve(stored.file().name().part()))).isFalse();
    assertThat(OtherProcess.canLock(journal)).isFalse();
    stored.remove();
    assertThat(tree(directory)).isEmpty();
  }
}
