package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link CruiseTrim}: how long a queue is aimed at, and how it is reached. */
class CruiseTrimTest {
  private static final long MS = Nanos.MILLISECOND;

  private final PathModel model = new PathModel(1250, 40_000);
  private final CruiseTrim trim = new CruiseTrim(model);
  private long nowNs;

  private void round(double rttMs) {
    for (int i = 0; i < 4; i++) {
      nowNs += MS;
      model.minRtt.onSample((long) (rttMs * MS), nowNs);
      model.queue.onSample((long) (rttMs * MS), nowNs);
    }
    model.queue.endRound(false, nowNs);
  }

  /**
   * Four percent at 100 Mbit/s and six more for each halving, 2 … 25; two packets at least. A fast
   * flow allows for its own runs of packets, of 125 µs.
   */
  @ParameterizedTest
  @CsvSource({
    "100, 100, 4",
    "100, 50, 10",
    "100, 25, 16",
    "100, 2, 25",
    "100, 1000, 2.21",
    "10, 1, 20",
    "1, 100, 0.2",
    "1, 1000, 0.23"
  })
  void shouldAimAtALongerQueueForASlowerFlow(double rttMs, double mbit, double targetMs) {
    round(rttMs);
    round(2 * rttMs);
    model.bandwidth.onSample(mbit * 125_000, false);
    assertThat(trim.targetNs()).isCloseTo(targetMs * MS, within(0.01 * MS));
  }

  @Test
  void shouldSlowDownWhileTheQueueIsTooLong() {
    round(100);
    model.bandwidth.onSample(12_500_000, false);
    round(130);
    double before = trim.gain();
    assertThat(before).isCloseTo(1 + 0.3 * (0.04 - 0.3), within(1e-6));
    trim.endRound();
    assertThat(trim.gain()).as("by three percent at most").isCloseTo(before * 0.97, within(0.001));
    for (int i = 0; i < 100; i++) {
      trim.endRound();
    }
    assertThat(trim.gain()).isEqualTo(0.75);
    trim.reset();
    assertThat(trim.gain()).isCloseTo(before, within(1e-6));
  }

  @Test
  void shouldSpeedUpALittleWithoutAQueue() {
    round(100);
    model.bandwidth.onSample(12_500_000, false);
    round(150);
    round(100);
    for (int i = 0; i < 100; i++) {
      trim.endRound();
    }
    assertThat(trim.gain()).isCloseTo(1.05 * 1.012, within(0.01));
  }

  /** A queue that holds 4 ms could never become 10 ms long, however much is sent. */
  @Test
  void shouldAimAtHalfOfTheLongestQueueAtMost() {
    round(100);
    round(104);
    model.bandwidth.onSample(50 * 125_000, false);
    assertThat(trim.targetNs()).isCloseTo(2 * MS, within(0.01 * MS));
  }

  @Test
  void shouldProbeInACrowdFromWhatItCruisesWith() {
    round(100);
    model.bandwidth.onSample(12_500_000, false);
    round(110);
    assertThat(trim.crowdGain()).isEqualTo(1);
    trim.onCrowd();
    assertThat(trim.crowdGain()).isEqualTo(0.85);
    for (int i = 0; i < 10; i++) {
      trim.onCrowd();
    }
    assertThat(trim.crowdGain()).as("not for ever").isEqualTo(0.6);
    trim.reset();
    assertThat(trim.crowdGain()).as("one cycle later").isEqualTo(0.6);
    trim.reset();
    assertThat(trim.crowdGain()).as("two calm cycles later").isEqualTo(1);
  }

  @Test
  void shouldDoNothingBeforeARoundTripIsKnown() {
    assertThat(trim.gain()).isEqualTo(1);
  }
}
