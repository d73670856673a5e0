package dev.ferry.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ReplayWindow} against a set that forgets nothing. */
class ReplayWindowTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 10, 100, 1_000, 10_000, 100_000})
  void shouldAgreeWithASet(long spread) {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ReplayWindow window = new ReplayWindow();
      Set<Long> seen = new HashSet<>();
      long largest = -1;
      for (int i = 0; i < 5_000; i++) {
        long number = Math.max(0, largest + random.nextLong(-2 * spread, spread + 2));
        boolean fresh = !seen.contains(number) && number > largest - ReplayWindow.BITS;
        assertThat(window.accepts(number)).as("seed %d, %d", seed, number).isEqualTo(fresh);
        if (fresh && random.nextInt(4) > 0) {
          window.add(number);
          seen.add(number);
          largest = Math.max(largest, number);
        }
        assertThat(window.largest()).isEqualTo(largest);
      }
    }
  }

  @Test
  void shouldJumpAnyDistanceInNoTime() {
    ReplayWindow window = new ReplayWindow();
    window.add(Long.MAX_VALUE - 1);
    assertThat(window.accepts(Long.MAX_VALUE - 1)).isFalse();
    assertThat(window.accepts(Long.MAX_VALUE)).isTrue();
    assertThat(window.accepts(Long.MAX_VALUE - ReplayWindow.BITS)).isTrue();
    assertThat(window.accepts(Long.MAX_VALUE - 1 - ReplayWindow.BITS)).isFalse();
    assertThat(window.accepts(-1)).isFalse();
  }
}
