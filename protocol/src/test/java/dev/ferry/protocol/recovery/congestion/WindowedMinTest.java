package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;

/** {@link WindowedMin}: a value is remembered for one to two spans. */
class WindowedMinTest {
  private static final long SPAN = Nanos.SECOND;
  private static final long START = Nanos.after(Long.MAX_VALUE, -SPAN / 2);

  private final WindowedMin window = new WindowedMin(SPAN);

  @Test
  void shouldBeInfiniteAtFirst() {
    assertThat(window.isEmpty()).isTrue();
    assertThat(window.get()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void shouldForgetAfterTwoSpansAtMost() {
    window.add(3, START);
    window.add(5, START + SPAN);
    assertThat(window.get()).isEqualTo(3);
    window.add(6, START + SPAN + 1);
    assertThat(window.get()).as("in the older half").isEqualTo(3);
    window.add(7, START + 2 * SPAN + 1);
    assertThat(window.get()).isEqualTo(3);
    window.add(8, START + 2 * SPAN + 2);
    assertThat(window.get()).isEqualTo(6);
    assertThat(window.isEmpty()).isFalse();
  }
}
