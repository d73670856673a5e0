package dev.ferry.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link StatsWriter}. */
class StatsWriterTest {
  private static final int LINES = 10 * StatsWriter.MAX_WAITING;

  @TempDir Path directory;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(said, true, US_ASCII);

  /** Takes nothing until it is told to. */
  private static final class StuckWriter extends StringWriter {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @Override
    public void write(String text) {
      begun.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      super.write(text);
    }
  }

  private static JsonLine line(int number) {
    return StatsLine.of("sample").put("number", number);
  }

  /** The loop of a server must not wait for a disk. */
  @Test
  void shouldLeaveOutWhatADiskThatIsStuckDoesNotTake() throws InterruptedException {
    StuckWriter disk = new StuckWriter();
    StatsWriter stats =
        new StatsWriter("ferry server", Path.of("stats"), disk, StatsWriter.UNLIMITED, err);
    stats.write(line(0));
    disk.begun.await();
    for (int i = 1; i < LINES; i++) {
      stats.write(line(i));
    }
    disk.released.countDown();
    while (!disk.toString().contains(line(StatsWriter.MAX_WAITING).toString())) {
      Thread.onSpinWait();
    }
    stats.write(line(LINES));
    stats.close();

    List<String> lines = disk.toString().lines().toList();
    assertThat(lines).hasSize(StatsWriter.MAX_WAITING + 3);
    assertThat(lines.get(StatsWriter.MAX_WAITING + 1))
        .isEqualTo(
            StatsLine.of("left-out").put("lines", LINES - StatsWriter.MAX_WAITING - 1L).toString());
    assertThat(lines.get(StatsWriter.MAX_WAITING + 2)).isEqualTo(line(LINES).toString());
    assertThat(said.toString(US_ASCII)).isEmpty();
  }

  @Test
  void shouldStopWhereTheFileWouldBecomeTooLarge() throws Exception {
    Path file = directory.resolve("stats");
    int bytes = line(0).toString().length() + 1;
    try (StatsWriter stats = StatsWriter.create("ferry server", file, 3L * bytes, err)) {
      for (int i = 0; i < 10; i++) {
        stats.write(line(i));
      }
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(line(0).toString(), line(1).toString(), line(2).toString());
    assertThat(said.toString(US_ASCII).lines()).hasSize(1);
    assertThat(said.toString(US_ASCII)).contains("no more statistics", "larger than");
  }
}
