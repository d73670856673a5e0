package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** When peers are to come again that found everything taken; the clock overflows meanwhile. */
class TurnsTest {
  private static final long BEGUN_NS = Nanos.after(Long.MAX_VALUE, -3 * Nanos.SECOND / 2);

  private final Turns turns = Turns.measured();

  private long[] next(int count, long nowNs) {
    return LongStream.range(0, count).map(i -> turns.next(nowNs)).toArray();
  }

  private void free(int count) {
    for (int i = 0; i < count; i++) {
      turns.freed();
    }
  }

  @Test
  void shouldTellThemToComeOneAfterTheOther() {
    assertThat(next(5, BEGUN_NS)).containsExactly(1, 2, 3, 4, 5);
  }

  /** Ten places become free in two seconds. */
  @Test
  void shouldFollowThePaceAtWhichPlacesBecomeFree() {
    next(1, BEGUN_NS);
    free(10);
    long laterNs = Nanos.after(BEGUN_NS, 2 * Nanos.SECOND);
    long[] waits = next(50, laterNs);
    assertThat(waits).startsWith(1, 1, 1, 1, 1, 2).isSorted();
    assertThat(waits[49]).isEqualTo(10);
  }

  @Test
  void shouldTellNobodyToWaitForLong() {
    long[] waits = next(1000, BEGUN_NS);
    assertThat(waits[999]).isEqualTo(Turns.MAX_NS / Nanos.SECOND);
    long laterNs = Nanos.after(BEGUN_NS, Turns.MAX_NS);
    assertThat(turns.next(laterNs)).as("places stay taken").isEqualTo(Turns.MAX_NS / Nanos.SECOND);
  }

  /** Transfers that ended long ago say nothing of those that hold the places now. */
  @Test
  void shouldForgetThePaceAfterAWhile() {
    next(1, BEGUN_NS);
    free(1);
    long laterNs = Nanos.after(BEGUN_NS, 3600 * Nanos.SECOND);
    assertThat(next(3, laterNs)).containsExactly(1, 2, 3);
  }
}
