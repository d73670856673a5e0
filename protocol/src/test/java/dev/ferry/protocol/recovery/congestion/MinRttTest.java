package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;

/** {@link MinRtt}: when the minimum is given up, and when it is to be measured again. */
class MinRttTest {
  private static final long MS = Nanos.MILLISECOND;

  /** So that the clock overflows during every test. */
  private static final long START = Nanos.after(Long.MAX_VALUE, -Nanos.SECOND);

  private final MinRtt min = new MinRtt();

  private void sample(long rttMs, double atSeconds) {
    min.onSample(rttMs * MS, START + (long) (atSeconds * Nanos.SECOND));
  }

  @Test
  void shouldKeepTheSmallest() {
    assertThat(min.isKnown()).isFalse();
    sample(100, 0);
    sample(98, 1);
    sample(120, 2);
    assertThat(min.isKnown()).isTrue();
    assertThat(min.ns()).isEqualTo(98 * MS);
    assertThat(min.isProbeDue()).isFalse();
  }

  /** Where others keep the queue full every sample is close to what seems to be the minimum. */
  @Test
  void shouldCallForAProbeInDoubtThoughSamplesAreClose() {
    sample(100, 0);
    min.doubt(true);
    sample(101, 4);
    sample(101, 5.1);
    assertThat(min.isProbeDue()).isTrue();
    min.onProbed(START + 6 * Nanos.SECOND);
    min.doubt(false);
    sample(101, 10);
    sample(104, 14);
    assertThat(min.isProbeDue()).isFalse();
  }

  @Test
  void shouldCallForAProbeAfterFiveSecondsAbove() {
    sample(100, 0);
    sample(104, 5);
    assertThat(min.isProbeDue()).isFalse();
    sample(104, 5.1);
    assertThat(min.isProbeDue()).isTrue();
    assertThat(min.ns()).as("not given up yet").isEqualTo(100 * MS);
    min.onProbed(START + 6 * Nanos.SECOND);
    sample(104, 10.9);
    assertThat(min.isProbeDue()).isFalse();
  }

  /** Within a thirty-second of it the queue is empty, and nothing has to stop. */
  @Test
  void shouldBeRenewedByAnythingClose() {
    sample(100, 0);
    for (int second = 1; second <= 30; second++) {
      sample(103, second);
      assertThat(min.isProbeDue()).isFalse();
    }
    assertThat(min.ns()).isEqualTo(100 * MS);
  }

  @Test
  void shouldGiveUpTheMinimumOfAShorterRoute() {
    sample(50, 0);
    for (int tenth = 1; tenth <= 100; tenth++) {
      sample(100, tenth / 10.0);
    }
    assertThat(min.ns()).isEqualTo(50 * MS);
    sample(100, 10.1);
    assertThat(min.ns()).isEqualTo(100 * MS);
  }
}
