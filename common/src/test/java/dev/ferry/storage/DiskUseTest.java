package dev.ferry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.RangeSet;
import org.junit.jupiter.api.Test;

/** {@link DiskUse}. */
class DiskUseTest {
  private static long of(long... bounds) {
    RangeSet set = new RangeSet(10);
    for (int i = 0; i < bounds.length; i += 2) {
      set.add(bounds[i], bounds[i + 1]);
    }
    return DiskUse.of(set);
  }

  @Test
  void shouldCountEachPageOnce() {
    assertThat(of()).isZero();
    assertThat(of(0, 4096)).isEqualTo(4096);
    assertThat(of(4095, 4097)).isEqualTo(8192);
    assertThat(of(1, 2, 3, 4, 4095, 4096)).isEqualTo(4096);
    assertThat(of(1, 2, 4097, 4098, 12_300, 12_301)).isEqualTo(3 * 4096);
    assertThat(of(0, 5000, 6000, 7000)).isEqualTo(8192);
    assertThat(of(Long.MAX_VALUE - 1, Long.MAX_VALUE)).isLessThanOrEqualTo(4096).isPositive();
  }

  @Test
  void shouldCountNoTooLittleOfARange() {
    for (long start = 0; start < 4096; start += 7) {
      assertThat(DiskUse.ofRange(5000)).isGreaterThanOrEqualTo(of(start, start + 5000));
    }
  }
}
