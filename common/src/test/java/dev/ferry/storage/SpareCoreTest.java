package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link SpareCore}, by counters of two processors. */
class SpareCoreTest {
  @TempDir Path directory;

  private SpareCore spare() {
    return new SpareCore(directory.resolve("stat"));
  }

  /** So many ticks of 10 ms of both processors together: at work, idle, waiting for disks. */
  private void count(long busy, long idle, long waiting) throws IOException {
    String all = "cpu  " + busy + " 0 0 " + idle + " " + waiting + " 0 0 0 0 0\n";
    Files.writeString(directory.resolve("stat"), all + "cpu0 1 2 3\ncpu1 1 2 3\nintr 7\n");
  }

  @Test
  void shouldBeTakenOnceLittleWasIdleForTwoSeconds() throws IOException {
    SpareCore spare = spare();
    count(0, 0, 0);
    assertThat(spare.isTaken()).isFalse();
    count(160, 40, 0);
    assertThat(spare.isTaken()).as("after one second").isFalse();
    count(320, 80, 0);
    assertThat(spare.isTaken()).isTrue();
  }

  @Test
  void shouldTakeWaitingForDisksAsIdle() throws IOException {
    SpareCore spare = spare();
    for (int second = 0; second < 10; second++) {
      count(140L * second, 30L * second, 30L * second);
      assertThat(spare.isTaken()).isFalse();
    }
  }

  @Test
  void shouldBeginAnewAfterASecondWithTimeToSpare() throws IOException {
    SpareCore spare = spare();
    count(0, 0, 0);
    assertThat(spare.isTaken()).isFalse();
    count(200, 0, 0);
    assertThat(spare.isTaken()).isFalse();
    count(300, 100, 0);
    assertThat(spare.isTaken()).isFalse();
    count(500, 100, 0);
    assertThat(spare.isTaken()).isFalse();
    count(700, 100, 0);
    assertThat(spare.isTaken()).isTrue();
  }

  @Test
  void shouldNotJudgeByLessThanASecond() throws IOException {
    SpareCore spare = spare();
    for (int tick = 0; tick < 198; tick++) {
      count(tick, 0, 0);
      assertThat(spare.isTaken()).isFalse();
    }
  }

  @Test
  void shouldBelieveInOneWhereNothingIsKnown() throws IOException {
    SpareCore none = spare();
    assertThat(none.isTaken()).isFalse();
    assertThat(none.isTaken()).isFalse();
    Files.writeString(directory.resolve("stat"), "cpu  a b c\ncpu0 1\n");
    assertThat(none.isTaken()).isFalse();
    Files.writeString(directory.resolve("stat"), "");
    assertThat(none.isTaken()).isFalse();
  }
}
