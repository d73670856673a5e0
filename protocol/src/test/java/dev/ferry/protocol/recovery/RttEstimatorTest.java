package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;

/** {@link RttEstimator}: the formulae of RFC 9002, section 5, in golden numbers. */
class RttEstimatorTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long US = Nanos.MICROSECOND;

  private final RttEstimator rtt = new RttEstimator(25 * MS);

  private void shouldBe(long smoothedNs, long variationNs, long minNs) {
    assertThat(rtt.smoothedNs()).isEqualTo(smoothedNs);
    assertThat(rtt.variationNs()).isEqualTo(variationNs);
    assertThat(rtt.minNs()).isEqualTo(minNs);
  }

  @Test
  void shouldAssumeAThirdOfASecondAtFirst() {
    shouldBe(333 * MS, 166_500 * US, 333 * MS);
    assertThat(rtt.isSampled()).isFalse();
    // 333 + 4 · 166.5 + 25
    assertThat(rtt.probeTimeoutNs()).isEqualTo(1024 * MS);
  }

  @Test
  void shouldTakeTheFirstSampleAsItIs() {
    rtt.update(100 * MS, 20 * MS, 7);
    shouldBe(100 * MS, 50 * MS, 100 * MS);
    assertThat(rtt.latestNs()).isEqualTo(100 * MS);
    assertThat(rtt.firstSampleNs()).isEqualTo(7);
    assertThat(rtt.probeTimeoutNs()).isEqualTo((100 + 200 + 25) * MS);
    assertThat(rtt.lossDelayNs()).isEqualTo(112_500 * US);
  }

  @Test
  void shouldSubtractTheDelayOfTheAcknowledgement() {
    rtt.update(100 * MS, 0, 0);
    rtt.update(140 * MS, 24 * MS, 1);
    // adjusted 116; variation 3/4 · 50 + 1/4 · 16 = 41.5; smoothed 7/8 · 100 + 1/8 · 116 = 102
    shouldBe(102 * MS, 41_500 * US, 100 * MS);
    assertThat(rtt.latestNs()).isEqualTo(140 * MS);
    assertThat(rtt.lossDelayNs()).as("by the latest").isEqualTo(157_500 * US);
    assertThat(rtt.firstSampleNs()).isZero();
  }

  @Test
  void shouldBelieveNoMoreDelayThanAgreed() {
    rtt.update(100 * MS, 0, 0);
    rtt.update(165 * MS, 900 * MS, 1);
    // adjusted 140; variation 37.5 + 10; smoothed 105
    shouldBe(105 * MS, 47_500 * US, 100 * MS);
  }

  @Test
  void shouldNotSubtractBelowTheSmallest() {
    rtt.update(100 * MS, 0, 0);
    rtt.update(116 * MS, 17 * MS, 1);
    // 116 as it is; variation 37.5 + 4; smoothed 102
    shouldBe(102 * MS, 41_500 * US, 100 * MS);
    rtt.update(60 * MS, 10 * MS, 2);
    // a new smallest one, as it is; variation 31.125 + 10.5; smoothed 89.25 + 7.5
    shouldBe(96_750 * US, 41_625 * US, 60 * MS);
  }

  @Test
  void shouldTakeASampleOfNothing() {
    rtt.update(0, 0, 0);
    rtt.update(-5, 0, 0);
    shouldBe(1, 0, 1);
    assertThat(rtt.probeTimeoutNs()).isEqualTo(26 * MS + 1);
    assertThat(rtt.lossDelayNs()).as("the clock's granularity").isEqualTo(MS);
  }

  @Test
  void shouldAssumeWhatTheHandshakeHasShown() {
    rtt.assume(40 * MS);
    shouldBe(40 * MS, 20 * MS, 40 * MS);
    assertThat(rtt.isSampled()).isFalse();
    // 40 + 4 · 20 + 25
    assertThat(rtt.probeTimeoutNs()).isEqualTo(145 * MS);
    rtt.update(100 * MS, 0, 0);
    shouldBe(100 * MS, 50 * MS, 100 * MS);
  }

  /** A quarter of 20 ms by the rule, from the fourth sample on; or what the peer reports. */
  @Test
  void shouldCountWithTheDelayThatThePeerReallyHas() {
    for (int i = 0; i < 3; i++) {
      rtt.update(20 * MS, 0, i);
    }
    assertThat(delayNs()).isEqualTo(25 * MS);
    rtt.update(20 * MS, 0, 3);
    assertThat(delayNs()).isEqualTo(5 * MS);
    rtt.update(32 * MS, 12 * MS, 4);
    assertThat(delayNs()).isEqualTo(12 * MS);
    rtt.update(20 * MS, 0, 5);
    assertThat(delayNs()).as("a sixteenth less").isEqualTo(11_250 * US);
    for (int i = 6; i < 100; i++) {
      rtt.update(20 * MS, 0, i);
    }
    assertThat(delayNs()).isEqualTo(5 * MS);
    rtt.update(120 * MS, 90 * MS, 100);
    assertThat(delayNs()).as("as agreed at most").isEqualTo(25 * MS);
  }

  private long delayNs() {
    return rtt.probeTimeoutNs() - rtt.smoothedNs() - Math.max(4 * rtt.variationNs(), MS);
  }

  @Test
  void shouldForgetThePath() {
    rtt.update(100 * MS, 0, 0);
    rtt.update(180 * MS, 0, 0);
    rtt.restartMin();
    assertThat(rtt.minNs()).isEqualTo(180 * MS);
    rtt.reset();
    shouldAssumeAThirdOfASecondAtFirst();
    rtt.update(10 * MS, 0, 0);
    shouldBe(10 * MS, 5 * MS, 10 * MS);
  }
}
