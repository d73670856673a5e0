package dev.ferry.protocol.util;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.clock.NanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time goes on when the clock overflows: a deadline shortly after it is a negative number. */
class NanosTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE - 1, Long.MAX_VALUE - 5, Long.MIN_VALUE, -5})
  void shouldBeDueFromTheDeadlineOn(long deadlineNs) {
    assertThat(Nanos.isDue(deadlineNs, deadlineNs - 10)).isFalse();
    assertThat(Nanos.isDue(deadlineNs, deadlineNs - 1)).isFalse();
    assertThat(Nanos.isDue(deadlineNs, deadlineNs)).isTrue();
    assertThat(Nanos.isDue(deadlineNs, deadlineNs + 1)).isTrue();
    assertThat(Nanos.isDue(deadlineNs, deadlineNs + 10)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE - 1, Long.MAX_VALUE, Long.MIN_VALUE})
  void shouldNeverBeDueWithoutADeadline(long nowNs) {
    assertThat(Nanos.isDue(Nanos.NEVER, nowNs)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -3, Long.MAX_VALUE - 1, Long.MAX_VALUE - 4, Long.MIN_VALUE})
  void shouldFindTheEarlierDeadline(long ns) {
    long laterNs = ns + 7;
    assertThat(Nanos.earlier(ns, laterNs)).isEqualTo(ns);
    assertThat(Nanos.earlier(laterNs, ns)).isEqualTo(ns);
    assertThat(Nanos.earlier(ns, ns)).isEqualTo(ns);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE - 1, Long.MIN_VALUE})
  void shouldFindAnyDeadlineEarlierThanNever(long ns) {
    assertThat(Nanos.earlier(ns, Nanos.NEVER)).isEqualTo(ns);
    assertThat(Nanos.earlier(Nanos.NEVER, ns)).isEqualTo(ns);
    assertThat(Nanos.earlier(Nanos.NEVER, Nanos.NEVER)).isEqualTo(Nanos.NEVER);
  }

  @Test
  void shouldAddADelay() {
    assertThat(Nanos.after(5, 3)).isEqualTo(8);
    assertThat(Nanos.after(-5, 3)).isEqualTo(-2);
    assertThat(Nanos.after(Long.MAX_VALUE - 1, 3)).isEqualTo(Long.MIN_VALUE + 1);
  }

  @Test
  void shouldStepOverTheValueThatMeansNever() {
    for (long delayNs = 0; delayNs < 10; delayNs++) {
      long nowNs = Nanos.NEVER - delayNs;
      long deadlineNs = Nanos.after(nowNs, delayNs);
      assertThat(deadlineNs).isNotEqualTo(Nanos.NEVER);
      assertThat(Nanos.isDue(deadlineNs, nowNs + delayNs + 1)).as("%d", delayNs).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, Nanos.SECOND, 3600 * Nanos.SECOND})
  void shouldComeDueAfterTheDelayEverywhereOnTheClock(long delayNs) {
    for (long origin : new long[] {0, -delayNs, Long.MAX_VALUE - delayNs / 2, Long.MIN_VALUE}) {
      long deadlineNs = Nanos.after(origin, delayNs);
      assertThat(Nanos.isDue(deadlineNs, origin - 1)).as("before, from %d", origin).isFalse();
      assertThat(Nanos.isDue(deadlineNs, origin + delayNs + 1)).as("from %d", origin).isTrue();
    }
  }

  @Test
  void shouldReadAClockThatDoesNotGoBack() {
    long beforeNs = NanoClock.SYSTEM.nanoTime();
    for (int i = 0; i < 1000; i++) {
      long nowNs = NanoClock.SYSTEM.nanoTime();
      assertThat(nowNs - beforeNs).isNotNegative();
      beforeNs = nowNs;
    }
  }
}
