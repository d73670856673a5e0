package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of the records of a proxy whose disk is slow, full or fine. */
@Timeout(60)
class BackgroundFileTest {
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(errors, true, UTF_8);

  /** A disk that takes nothing until it is told to. */
  private static final class StuckDisk extends OutputStream {
    final CountDownLatch released = new CountDownLatch(1);
    final CountDownLatch reached = new CountDownLatch(1);
    final ByteArrayOutputStream content = new ByteArrayOutputStream();

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      reached.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      content.write(bytes, offset, length);
    }
  }

  /** A disk that is full after some bytes. */
  private static final class FullDisk extends OutputStream {
    final CountDownLatch full = new CountDownLatch(1);

    @Override
    public void write(int one) throws IOException {
      full.countDown();
      throw new IOException("No space left on device");
    }
  }

  @Test
  void shouldWriteEverythingInOrder() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringBuilder expected = new StringBuilder();
    try (BackgroundFile file = new BackgroundFile("file", out, err)) {
      for (int i = 0; i < 100_000; i++) {
        file.append((i + "\n").getBytes(UTF_8));
        expected.append(i).append('\n');
      }
    }
    assertThat(out.toString(UTF_8)).isEqualTo(expected.toString());
    assertThat(errors.toString(UTF_8)).isEmpty();
  }

  @Test
  void shouldWriteWhileTheFileIsStillOpen() throws InterruptedException {
    StuckDisk disk = new StuckDisk();
    try (BackgroundFile file = new BackgroundFile("file", disk, err)) {
      file.append(new byte[] {'x'});
      disk.reached.await();
      disk.released.countDown();
    }
    assertThat(disk.content.toString(UTF_8)).isEqualTo("x");
  }

  @Test
  void shouldLeaveOutWholeRecordsRatherThanWait() throws InterruptedException {
    StuckDisk disk = new StuckDisk();
    byte[] record = new byte[1 << 20];
    int fits = BackgroundFile.MAX_WAITING_BYTES / record.length;
    try (BackgroundFile file = new BackgroundFile("file", disk, err)) {
      file.append(record);
      disk.reached.await();
      for (int i = 0; i < fits + 10; i++) {
        file.append(record);
      }
      disk.released.countDown();
    }
    assertThat(disk.content.size()).isEqualTo((1 + fits) * record.length);
    assertThat(errors.toString(UTF_8).lines())
        .containsExactly(
            "lossy-proxy: 'file' cannot be written as fast as datagrams come;"
                + " some are missing there");
  }

  @Test
  void shouldReportAFullDiskOnceAndGoOn() throws InterruptedException {
    FullDisk disk = new FullDisk();
    try (BackgroundFile file = new BackgroundFile("file", disk, err)) {
      file.append(new byte[100]);
      disk.full.await();
      for (int i = 0; i < 100; i++) {
        file.append(new byte[1 << 20]);
      }
    }
    assertThat(errors.toString(UTF_8).lines())
        .containsExactly(
            "lossy-proxy: cannot write 'file': No space left on device; going on without it");
  }

  @Test
  void shouldCloseAFileToWhichNothingWasWritten() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new BackgroundFile("file", out, err).close();
    assertThat(out.size()).isZero();
    assertThat(errors.size()).isZero();
  }
}
