package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;

/** {@link AckAggregation}: a path of 1 MB/s, 1000 bytes in a millisecond. */
class AckAggregationTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final double RATE = 1_000_000;

  private final AckAggregation aggregation = new AckAggregation();
  private long nowNs = Nanos.after(Long.MAX_VALUE, -5 * MS);

  private void ack(long bytes, long afterMs, long round) {
    nowNs += afterMs * MS;
    aggregation.onAck(bytes, RATE, 50_000, round, nowNs);
  }

  @Test
  void shouldSeeOnlyItselfInASteadyStream() {
    for (int i = 0; i < 100; i++) {
      ack(1000, 1, 1);
    }
    assertThat(aggregation.extraBytes(1, true)).isEqualTo(1000);
  }

  @Test
  void shouldMeasureWhatComesAtOnce() {
    ack(1000, 1, 1);
    ack(20_000, 20, 1);
    assertThat(aggregation.extraBytes(1, true)).isEqualTo(20_000);
    ack(20_000, 1, 2);
    assertThat(aggregation.extraBytes(2, true)).as("within one interval").isEqualTo(39_000);
    ack(90_000, 1, 2);
    assertThat(aggregation.extraBytes(2, true)).as("the window").isEqualTo(50_000);
  }

  @Test
  void shouldForgetAfterTenRounds() {
    ack(30_000, 100, 1);
    for (int round = 2; round <= 10; round++) {
      ack(1000, 100, round);
    }
    assertThat(aggregation.extraBytes(10, true)).isEqualTo(30_000);
    assertThat(aggregation.extraBytes(10, false)).as("in Startup").isEqualTo(1000);
    ack(1000, 100, 11);
    assertThat(aggregation.extraBytes(11, true)).isEqualTo(1000);
  }
}
