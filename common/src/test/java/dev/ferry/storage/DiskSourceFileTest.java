package dev.ferry.storage;

import static dev.ferry.storage.TestPartialFiles.MODIFIED_NS;
import static dev.ferry.storage.TestPartialFiles.content;
import static dev.ferry.storage.TestPartialFiles.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.util.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskSourceFileTest {
  /** A slice of the digest and a bit. */
  private static final int SIZE = (16 << 20) + 5;

  private static final byte[] CONTENT = content(SIZE, 1);

  @TempDir Path directory;
  private Path file;

  /** What waits for a worker, and what waits for the engine's thread. */
  private final List<Runnable> disk = new ArrayList<>();

  private final List<LongConsumer> engine = new ArrayList<>();

  private static final class Told implements SourceFile.DigestListener {
    private final List<ContentCheck> checks = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();

    @Override
    public void digested(ContentCheck check, long nowNs) {
      checks.add(check);
    }

    @Override
    public void failed(IOException cause, long nowNs) {
      failures.add(cause);
    }
  }

  @BeforeEach
  void write() throws IOException {
    file = Files.write(directory.resolve("file"), CONTENT);
  }

  private DiskSourceFile open() throws IOException {
    return new DiskSourceFile(DiskFileContent.open(file), disk::add, engine::add);
  }

  private void settle() {
    while (!disk.isEmpty()) {
      disk.remove(0).run();
    }
    while (!engine.isEmpty()) {
      engine.remove(0).accept(0);
    }
  }

  private static void read(SourceFile source, int from, int to) throws IOException {
    ByteBuffer dst = ByteBuffer.allocate(to - from + 20).position(10).limit(to - from + 10);
    source.read(from, dst);
    assertThat(dst.position()).isEqualTo(to - from + 10);
    assertThat(dst.limit()).isEqualTo(to - from + 10);
    assertThat(dst.flip().position(10)).isEqualTo(ByteBuffer.wrap(CONTENT, from, to - from));
  }

  private void assertDigest(SourceFile source) {
    Told told = new Told();
    source.digest(told);
    assertThat(told.checks).as("not from within the call").isEmpty();
    settle();
    assertThat(told.failures).isEmpty();
    assertThat(told.checks).containsExactly(ContentCheck.bySha256(sha256(CONTENT)));
    source.release();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, SIZE - 1, SIZE})
  void shouldTakeTheRestOfTheDigestBesideTheEngine(int inline) throws IOException {
    DiskSourceFile source = open();
    for (int at = 0; at < inline; at += 60_000) {
      read(source, at, Math.min(inline, at + 60_000));
    }
    assertDigest(source);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 300_000, SIZE})
  void shouldTakeTheSumsOfItsBlocks(int inline) throws IOException {
    DiskSourceFile source = open();
    source.useBlockSums();
    for (int at = 0; at < inline; at += 60_000) {
      read(source, at, Math.min(inline, at + 60_000));
    }
    Told told = new Told();
    source.digest(told);
    settle();
    assertThat(told.failures).isEmpty();
    assertThat(told.checks)
        .containsExactly(new ContentCheck(Bytes.copyOf(sha256(CONTENT)), BlockSums.ofAll(CONTENT)));
    source.release();
  }

  /** Hashing on the engine's thread would hold up what is sent. */
  @Test
  void shouldFollowTheReaderOnAWorker() throws IOException {
    int step = (int) SourceDigest.STEP_BYTES;
    DiskSourceFile source = open();
    read(source, 0, step - 1);
    assertThat(disk).as("less is not worth a task").isEmpty();
    read(source, step, step + 10);
    assertThat(disk).as("a gap").isEmpty();
    read(source, step - 1, step);
    assertThat(disk).hasSize(1);
    for (int at = step; at < SIZE; at += 60_000) {
      read(source, at, Math.min(SIZE, at + 60_000));
    }
    settle();
    assertDigest(source);
  }

  @Test
  void shouldSayAtTheEndThatTheFileHasBecomeShorter() throws IOException {
    DiskSourceFile source = open();
    read(source, 0, (int) SourceDigest.STEP_BYTES);
    Files.write(file, new byte[1_000]);
    settle();
    Told told = new Told();
    source.digest(told);
    settle();
    assertThat(told.checks).isEmpty();
    assertThat(told.failures).singleElement().isInstanceOf(SourceChangedException.class);
    source.release();
  }

  @Test
  void shouldReadNoMoreOnceReleased() throws IOException {
    DiskSourceFile source = open();
    read(source, 0, 2 * (int) SourceDigest.STEP_BYTES);
    source.release();
    settle();
    assertThat(engine).isEmpty();
    assertThat(TestStore.descriptorsBelow(directory)).isEmpty();
  }

  @Test
  void shouldCountEachByteOnceWhateverIsReadAgain() throws IOException {
    long seed = 2;
    Random random = new Random(seed);
    DiskSourceFile source = open();
    int next = 0;
    for (int i = 0; i < 300; i++) {
      int from =
          random.nextInt(3) > 0 ? Math.max(0, next - random.nextInt(3_000)) : random.nextInt(SIZE);
      int to = Math.min(SIZE, from + 1 + random.nextInt(50_000));
      read(source, from, to);
      next = from <= next ? Math.max(next, to) : next;
    }
    assertDigest(source);
  }

  @Test
  void shouldReadWhileTheDigestIsTaken() throws IOException {
    DiskSourceFile source = open();
    read(source, 0, 1_000);
    Told told = new Told();
    source.digest(told);
    disk.remove(0).run();
    read(source, 1_000, 2_000);
    settle();
    assertThat(told.checks).containsExactly(ContentCheck.bySha256(sha256(CONTENT)));
    assertThatThrownBy(() -> source.digest(told)).isInstanceOf(IllegalStateException.class);
    source.release();
  }

  @Test
  void shouldDigestAnEmptyFile() throws IOException {
    Files.write(file, new byte[0]);
    DiskSourceFile source = open();
    Told told = new Told();
    source.digest(told);
    settle();
    assertThat(told.checks).containsExactly(ContentCheck.bySha256(sha256(new byte[0])));
    source.release();
  }

  @Test
  void shouldSaySoIfTheFileHasChangedMeanwhile() throws IOException {
    List<ThrowingCallable> changes =
        List.of(
            () -> Files.write(file, new byte[] {1}, StandardOpenOption.APPEND),
            () -> Files.write(file, new byte[1_000]),
            () -> Files.setLastModifiedTime(file, FileTime.from(5, TimeUnit.SECONDS)),
            () -> Files.delete(file));
    for (ThrowingCallable change : changes) {
      Files.write(file, CONTENT);
      DiskSourceFile source = open();
      Told told = new Told();
      source.digest(told);
      disk.remove(0).run();
      run(change);
      settle();
      assertThat(told.checks).isEmpty();
      assertThat(told.failures).singleElement().isInstanceOf(SourceChangedException.class);
      source.release();
    }
  }

  private static void run(ThrowingCallable change) {
    try {
      change.call();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void shouldTellNothingOnceReleased(int slicesBefore) throws IOException {
    DiskSourceFile source = open();
    Told told = new Told();
    source.digest(told);
    for (int i = 0; i < slicesBefore; i++) {
      disk.remove(0).run();
    }
    source.release();
    settle();
    assertThat(told.checks).isEmpty();
    assertThat(told.failures).isEmpty();
    assertThat(TestStore.descriptorsBelow(directory)).isEmpty();
  }

  /** A worker that is reading when the file is closed. */
  @Test
  void shouldTellNothingOfAnErrorThatComesOfTheRelease() throws IOException {
    DiskSourceFile source = open();
    Told told = new Told();
    source.digest(told);
    Files.write(file, new byte[0]);
    disk.remove(0).run();
    assertThat(engine).as("the failure is on its way").hasSize(1);
    source.release();
    settle();
    assertThat(told.failures).isEmpty();
  }

  @Test
  void shouldReportAttributes() throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
    Files.setLastModifiedTime(file, FileTime.from(MODIFIED_NS, TimeUnit.NANOSECONDS));
    DiskSourceFile source = open();
    assertThat(source.attributes().sizeBytes()).isEqualTo(SIZE).isEqualTo(source.sizeBytes());
    assertThat(source.attributes().modifiedNs()).isEqualTo(MODIFIED_NS);
    assertThat(source.attributes().mode()).isEqualTo(0b111_101_001);
    source.release();
  }

  @Test
  void shouldMakeUpAModeWhereThereIsNone() throws IOException {
    Path windows = Jimfs.newFileSystem(Configuration.windows()).getPath("file");
    Files.write(windows, Arrays.copyOf(CONTENT, 10));
    DiskSourceFile source =
        new DiskSourceFile(DiskFileContent.open(windows), disk::add, engine::add);
    assertThat(source.attributes().mode()).isEqualTo(0b110_100_100);
    source.release();
  }

  @Test
  void shouldReportWhatCannotBeOpened() {
    assertThatThrownBy(
            () -> new DiskSourceFile(DiskFileContent.open(directory), disk::add, engine::add))
        .isInstanceOf(NotRegularFileException.class);
    assertThatThrownBy(
            () ->
                new DiskSourceFile(
                    DiskFileContent.open(directory.resolve("missing")), disk::add, engine::add))
        .isInstanceOf(NoSuchFileException.class);
  }
}
