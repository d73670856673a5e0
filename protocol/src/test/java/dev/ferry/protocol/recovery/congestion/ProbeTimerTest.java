package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;

/** {@link ProbeTimer}: when to probe. */
class ProbeTimerTest {
  private static final long START = Nanos.after(Long.MAX_VALUE, -Nanos.SECOND / 2);
  private static final double MANY = 1000;

  private final ProbeTimer timer = new ProbeTimer();

  private static long after(double seconds) {
    return START + (long) (seconds * Nanos.SECOND);
  }

  @Test
  void shouldProbeAfterASecondToOneAndAHalf() {
    for (int i = 0; i < 100; i++) {
      long beginNs = START + i;
      timer.startCycle(false, beginNs);
      assertThat(timer.isDue(MANY, beginNs + Nanos.SECOND)).isFalse();
      assertThat(timer.isDue(MANY, beginNs + Nanos.SECOND * 3 / 2 + 1)).isTrue();
    }
  }

  @Test
  void shouldWaitLongerAfterCongestion() {
    timer.onCongestion(START);
    timer.startCycle(false, after(4.9));
    assertThat(timer.isDue(MANY, after(6.9))).isFalse();
    assertThat(timer.isDue(MANY, after(7.91))).isTrue();
    timer.startCycle(false, after(5.1));
    assertThat(timer.isDue(MANY, after(6.7))).isTrue();
  }

  /** As many as the path holds packets, less one for half of all cycles; 63 at most. */
  @Test
  void shouldProbeAfterSoManyRounds() {
    timer.startCycle(false, START);
    long begun = timer.rounds();
    assertThat(begun).isBetween(0L, 1L);
    for (long i = begun; i < 62; i++) {
      assertThat(timer.isDue(i + 1.0, START)).isFalse();
      timer.onRoundStart();
      assertThat(timer.isDue(i + 1.0, START)).isTrue();
    }
    assertThat(timer.isDue(MANY, START)).isFalse();
    timer.onRoundStart();
    assertThat(timer.isDue(MANY, START)).isTrue();
  }

  /** Two flows that begin a cycle at about the same time probe at different times. */
  @Test
  void shouldVary() {
    double sum = 0;
    for (int i = 0; i < 1000; i++) {
      double unit = Dither.unit(START + i);
      assertThat(unit).isBetween(0.0, 1.0);
      sum += unit;
    }
    assertThat(sum / 1000).isBetween(0.45, 0.55);
  }

  @Test
  void shouldTestEveryFourthTimeOrWhenNeeded() {
    StringBuilder strong = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      timer.startCycle(i == 1, START);
      strong.append(timer.isStrongDown() ? 's' : '-');
    }
    assertThat(strong.toString()).isEqualTo("-s-s---s");
  }
}
