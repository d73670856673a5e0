package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link ReorderingThreshold}: mistakes raise it, time brings it back. */
class ReorderingThresholdTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long RTT = 80 * MS;
  private static final long START = Nanos.after(Long.MAX_VALUE, -RTT / 2);

  private final ReorderingThreshold threshold = new ReorderingThreshold();
  private final RttEstimator rtt = new RttEstimator(0);

  @BeforeEach
  void measure() {
    rtt.update(RTT, 0, START);
  }

  private void mistake(long overtakenBy, int inFlight, long afterNs) {
    threshold.onMistake(overtakenBy, inFlight, RTT, START + afterNs);
    threshold.onAck(RTT, START + afterNs);
  }

  @Test
  void shouldBeginAsTheStandardSays() {
    assertThat(threshold.packets()).isEqualTo(3);
    assertThat(threshold.delayNs(rtt)).isEqualTo(rtt.lossDelayNs()).isEqualTo(90 * MS);
  }

  @Test
  void shouldAllowWhatWasSeen() {
    mistake(7, 100, 0);
    assertThat(threshold.packets()).isEqualTo(8);
    assertThat(threshold.delayNs(rtt)).isEqualTo(100 * MS);
    mistake(5, 100, MS);
    assertThat(threshold.packets()).isEqualTo(8);
    assertThat(threshold.delayNs(rtt)).as("once a round trip").isEqualTo(100 * MS);
    mistake(90, 100, RTT);
    assertThat(threshold.packets()).as("half of what is in flight").isEqualTo(50);
    for (int i = 2; i < 10; i++) {
      mistake(1, 100, i * RTT);
    }
    assertThat(threshold.delayNs(rtt)).as("half a round trip more").isEqualTo(120 * MS);
  }

  @Test
  void shouldForgetAfterSixteenRoundTrips() {
    mistake(7, 100, 0);
    threshold.onAck(RTT, START + 16 * RTT);
    assertThat(threshold.packets()).isEqualTo(8);
    threshold.onAck(RTT, START + 16 * RTT + 1);
    assertThat(threshold.packets()).isEqualTo(3);
    assertThat(threshold.delayNs(rtt)).isEqualTo(90 * MS);
  }

  @Test
  void shouldNeverBeBelowTheStandard() {
    mistake(1, 2, 0);
    assertThat(threshold.packets()).isEqualTo(3);
  }
}
