package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferry.protocol.SourceChangedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskFileContentTest {
  /** Three of the source's blocks and a bit. */
  private static final int SIZE = 3 * 65_536 + 5;

  @TempDir Path directory;
  private Path file;
  private byte[] content;

  @BeforeEach
  void write() throws IOException {
    content = new byte[SIZE];
    new Random(1).nextBytes(content);
    file = Files.write(directory.resolve("file"), content);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_464, 65_535, 65_536, 65_537, 131_072, SIZE})
  void shouldReadTheSameInPiecesOfAnySize(int piece) throws IOException {
    if (piece < 7) {
      content = Arrays.copyOf(content, 70_000);
      Files.write(file, content);
    }
    ByteBuffer all = ByteBuffer.allocate(content.length);
    try (DiskFileContent source = DiskFileContent.open(file)) {
      assertThat(source.sizeBytes()).isEqualTo(content.length);
      while (all.hasRemaining()) {
        all.limit(Math.min(all.capacity(), all.position() + piece));
        source.read(all.position(), all);
        all.limit(all.capacity());
      }
    }
    assertThat(all.array()).isEqualTo(content);
  }

  @Test
  void shouldReadFromAnyOffsetInAnyOrder() throws IOException {
    long seed = 2;
    Random random = new Random(seed);
    try (DiskFileContent source = DiskFileContent.open(file)) {
      for (int i = 0; i < 500; i++) {
        int from = random.nextInt(SIZE);
        int length = random.nextInt(Math.min(100_000, SIZE - from) + 1);
        ByteBuffer dst = ByteBuffer.allocate(length);
        source.read(from, dst);
        assertThat(dst.array())
            .as("seed %d, from %d, %d bytes", seed, from, length)
            .isEqualTo(Arrays.copyOfRange(content, from, from + length));
      }
    }
  }

  /** As a sender does that repeats what was lost. */
  @Test
  void shouldGoOnInOrderBetweenRepetitions() throws IOException {
    long seed = 3;
    Random random = new Random(seed);
    ByteBuffer all = ByteBuffer.allocate(SIZE);
    try (DiskFileContent source = DiskFileContent.open(file)) {
      while (all.hasRemaining()) {
        all.limit(Math.min(SIZE, all.position() + 1_444));
        source.read(all.position(), all);
        all.limit(SIZE);
        int from = random.nextInt(all.position());
        ByteBuffer again = ByteBuffer.allocate(Math.min(1_444, all.position() - from));
        source.read(from, again);
        assertThat(again.array())
            .as("seed %d, from %d", seed, from)
            .isEqualTo(Arrays.copyOfRange(content, from, from + again.capacity()));
      }
    }
    assertThat(all.array()).isEqualTo(content);
  }

  @Test
  void shouldTakeAnEmptyFile() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty"));
    try (DiskFileContent source = DiskFileContent.open(empty)) {
      assertThat(source.sizeBytes()).isZero();
      source.read(0, ByteBuffer.allocate(0));
      Files.writeString(empty, "no longer");
      assertChanged(() -> source.read(0, ByteBuffer.allocate(0)));
    }
  }

  @Test
  void shouldNoticeThatTheFileBecameShorter() throws IOException {
    try (DiskFileContent source = DiskFileContent.open(file)) {
      source.read(0, ByteBuffer.allocate(10));
      truncate(65_536);
      assertChanged(() -> source.read(65_530, ByteBuffer.allocate(100)));
    }
  }

  @Test
  void shouldNoticeThatTheFileBecameShorterThoughTheEndWasReadAlready() throws IOException {
    try (DiskFileContent source = DiskFileContent.open(file)) {
      source.read(SIZE - 10, ByteBuffer.allocate(5));
      truncate(SIZE - 10);
      assertChanged(() -> source.read(SIZE - 5, ByteBuffer.allocate(5)));
    }
  }

  private void truncate(int size) throws IOException {
    try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Test
  void shouldNoticeGrowth() throws IOException {
    assertNoticed(() -> Files.writeString(file, "more", StandardOpenOption.APPEND));
  }

  @Test
  void shouldNoticeAnotherTimeOfModification() throws IOException {
    FileTime before = Files.getLastModifiedTime(file);
    assertNoticed(
        () ->
            Files.setLastModifiedTime(
                file,
                FileTime.from(before.to(TimeUnit.NANOSECONDS) + 1_000, TimeUnit.NANOSECONDS)));
  }

  @Test
  void shouldNoticeAChangeInPlaceThatHidesItsTime() throws IOException {
    assumeTrue(FileTimes.changed(file) != null, "this system keeps no such time");
    assertNoticed(() -> TestStore.changeSecretly(file));
  }

  /** Linux's own files say that they are empty, or that they are a page long. */
  @ParameterizedTest
  @ValueSource(strings = {"/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled"})
  void shouldRefuseAFileWhoseSizeIsNotWhatItSays(String name) {
    Path odd = Path.of(name);
    assumeTrue(Files.isReadable(odd));
    assertThatThrownBy(() -> DiskFileContent.open(odd)).isInstanceOf(UnsizedFileException.class);
  }

  @Test
  void shouldNoticeAFileOfTheSameSizeAndTimeInItsPlace() throws IOException {
    Path other = Files.write(directory.resolve("other"), new byte[SIZE]);
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    assertNoticed(() -> Files.move(other, file, StandardCopyOption.REPLACE_EXISTING));
  }

  @Test
  void shouldNoticeThatTheFileIsGone() throws IOException {
    assertNoticed(() -> Files.delete(file));
  }

  private void assertNoticed(ThrowingCallable change) throws IOException {
    try (DiskFileContent source = DiskFileContent.open(file)) {
      source.read(0, ByteBuffer.allocate(10));
      try {
        change.call();
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
      // All but the last byte may be handed out; the receiver publishes nothing without that.
      source.read(SIZE - 10, ByteBuffer.allocate(9));
      assertChanged(() -> source.read(SIZE - 1, ByteBuffer.allocate(1)));
    }
  }

  private static void assertChanged(ThrowingCallable read) {
    assertThatThrownBy(read).isInstanceOf(SourceChangedException.class);
  }

  @Test
  void shouldRefuseADirectory() {
    assertThatThrownBy(() -> DiskFileContent.open(directory))
        .isInstanceOf(NotRegularFileException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void shouldRefuseADevice() {
    Path device = Path.of("/dev/zero");
    assumeTrue(Files.exists(device), "there is no /dev/zero");
    assertThatThrownBy(() -> DiskFileContent.open(device))
        .isInstanceOf(NotRegularFileException.class);
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shouldRefuseAPipeAndNotWaitForItsOtherEnd() throws IOException, InterruptedException {
    Path pipe = NamedPipe.create(directory.resolve("pipe"));
    assertThatThrownBy(() -> DiskFileContent.open(pipe))
        .isInstanceOf(NotRegularFileException.class);
  }

  @Test
  void shouldReportAMissingFile() {
    assertThatThrownBy(() -> DiskFileContent.open(directory.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void shouldFollowALinkThatTheUserNamed() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    ByteBuffer dst = ByteBuffer.allocate(SIZE);
    try (DiskFileContent source = DiskFileContent.open(link)) {
      source.read(0, dst);
    }
    assertThat(dst.array()).isEqualTo(content);
  }

  @Test
  void shouldReadNoMoreThanAsked() throws IOException {
    ByteBuffer dst = ByteBuffer.wrap("0123456789".getBytes(UTF_8)).position(2).limit(5);
    try (DiskFileContent source = DiskFileContent.open(file)) {
      source.read(100, dst);
    }
    assertThat(dst.position()).isEqualTo(5);
    assertThat(dst.array()).startsWith('0', '1').endsWith('5', '6', '7', '8', '9');
    assertThat(dst.array()).containsSubsequence(content[100], content[101], content[102]);
  }
}
