package dev.ferry.protocol.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Jitter;
import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;

/** {@link RetransmissionTimer}: the arithmetic of RFC 6298, section 2, in golden numbers. */
class RetransmissionTimerTest {
  private static final long US = Nanos.MICROSECOND;
  private static final long MS = Nanos.MILLISECOND;
  private static final RetransmissionPolicy UNBOUNDED =
      new RetransmissionPolicy(0, Long.MAX_VALUE, 1, 5, 5 * Nanos.SECOND);

  private static RetransmissionTimer timer(RetransmissionPolicy policy, long... samplesNs) {
    RetransmissionTimer timer = new RetransmissionTimer(policy);
    for (long sampleNs : samplesNs) {
      timer.sample(sampleNs);
    }
    return timer;
  }

  @Test
  void shouldWaitHalfASecondBeforeAnySample() {
    assertThat(timer(UNBOUNDED).rtoNs()).isEqualTo(500 * MS);
    assertThat(timer(UNBOUNDED).smoothedRttNs()).isEqualTo(-1);
  }

  @Test
  void shouldTakeTheFirstSampleAsItIsAndHalfOfItAsItsVariation() {
    RetransmissionTimer timer = timer(UNBOUNDED, 100 * MS);
    assertThat(timer.smoothedRttNs()).isEqualTo(100 * MS);
    assertThat(timer.rtoNs()).isEqualTo((100 + 4 * 50) * MS);
  }

  @Test
  void shouldSmoothTheSecondSampleAndUpdateTheVariationFirst() {
    RetransmissionTimer timer = timer(UNBOUNDED, 100 * MS, 60 * MS);
    // RTTVAR = 3/4 · 50 + 1/4 · |100 − 60| = 47.5; SRTT = 7/8 · 100 + 1/8 · 60 = 95
    assertThat(timer.smoothedRttNs()).isEqualTo(95 * MS);
    assertThat(timer.rtoNs()).isEqualTo(95 * MS + 4 * 47_500 * US);
  }

  @Test
  void shouldRiseWithTheThirdSample() {
    RetransmissionTimer timer = timer(UNBOUNDED, 100 * MS, 60 * MS, 255 * MS);
    // RTTVAR = 3/4 · 47.5 + 1/4 · 160 = 75.625; SRTT = 7/8 · 95 + 1/8 · 255 = 115
    assertThat(timer.smoothedRttNs()).isEqualTo(115 * MS);
    assertThat(timer.rtoNs()).isEqualTo(115 * MS + 4 * 75_625 * US);
  }

  @Test
  void shouldNeverComeCloserToTheRoundTripTimeThanTheClocksGranularity() {
    RetransmissionTimer timer = timer(UNBOUNDED);
    for (int i = 0; i < 200; i++) {
      timer.sample(10 * MS);
    }
    assertThat(timer.smoothedRttNs()).isEqualTo(10 * MS);
    assertThat(timer.rtoNs()).isEqualTo(11 * MS);
  }

  @Test
  void shouldTakeASampleOfZero() {
    assertThat(timer(UNBOUNDED, 0).smoothedRttNs()).isZero();
    assertThat(timer(UNBOUNDED, 0).rtoNs()).isEqualTo(MS);
  }

  @Test
  void shouldKeepToTheFloorOfThePolicy() {
    assertThat(timer(RetransmissionPolicy.OWN, 100 * US).rtoNs()).isEqualTo(2 * MS);
    assertThat(timer(RetransmissionPolicy.LAB, 100 * US).rtoNs()).isEqualTo(500 * MS);
    assertThat(timer(RetransmissionPolicy.LAB, 200 * MS).rtoNs()).isEqualTo(600 * MS);
  }

  @Test
  void shouldKeepWhatItMeasuredWhenThePolicyChanges() {
    RetransmissionTimer timer = timer(RetransmissionPolicy.START, 10 * MS);
    assertThat(timer.rtoNs()).isEqualTo(500 * MS);
    timer.use(RetransmissionPolicy.OWN);
    assertThat(timer.policy()).isEqualTo(RetransmissionPolicy.OWN);
    assertThat(timer.rtoNs()).isEqualTo(30 * MS);
  }

  private static void shouldWait(RetransmissionTimer timer, long rtoNs, int timeouts) {
    assertThat(timer.rtoNs()).isEqualTo(Jitter.lengthen(rtoNs, timeouts));
  }

  @Test
  void shouldDoubleWithEveryTimeoutUpToTheCeilingTowardsAForeignServer() {
    RetransmissionTimer timer = timer(RetransmissionPolicy.LAB, 100 * MS);
    timer.backOff();
    shouldWait(timer, 1000 * MS, 1);
    timer.backOff();
    shouldWait(timer, 1000 * MS, 2);
  }

  @Test
  void shouldDoubleWithEveryThirdTimeoutUpToTheCeilingTowardsOwnServer() {
    RetransmissionTimer timer = timer(RetransmissionPolicy.OWN, 100 * MS);
    long[] awaitedMs = {300, 300, 300, 600, 600, 600, 1000, 1000, 1000, 1000};
    for (int timeouts = 0; timeouts < awaitedMs.length; timeouts++) {
      shouldWait(timer, awaitedMs[timeouts] * MS, timeouts);
      timer.backOff();
    }
  }

  @Test
  void shouldNotBackOffWhileStarting() {
    RetransmissionTimer timer = timer(RetransmissionPolicy.START);
    timer.backOff();
    shouldWait(timer, 500 * MS, 1);
  }

  @Test
  void shouldExceedTheCeilingByMeasurementOnly() {
    RetransmissionTimer timer = timer(RetransmissionPolicy.OWN, 1200 * MS);
    assertThat(timer.rtoNs()).isEqualTo(3600 * MS);
    timer.backOff();
    shouldWait(timer, 3600 * MS, 1);
  }

  /** An outage that comes every second, every half second … must not meet every repetition. */
  @Test
  void shouldMeetEveryPhaseOfAnyRhythm() {
    RetransmissionTimer timer = timer(RetransmissionPolicy.OWN, 20 * MS);
    for (long periodNs : new long[] {1000 * MS, 500 * MS, 333 * MS, 250 * MS, 200 * MS, 60 * MS}) {
      long[] hits = new long[5];
      long nowNs = 0;
      for (int i = 0; i < 60; i++) {
        timer.backOff();
        nowNs += timer.rtoNs();
        hits[(int) (nowNs % periodNs * hits.length / periodNs)]++;
      }
      assertThat(hits).as("of each fifth of %d ns", periodNs).doesNotContain(0);
      timer.acknowledged();
    }
  }

  @Test
  void shouldBoundWhatVariationAddsButStayAboveTheRoundTrip() {
    assertThat(timer(RetransmissionPolicy.OWN, 3000 * MS).rtoNs()).isEqualTo(4000 * MS);
    assertThat(timer(RetransmissionPolicy.LAB, 6000 * MS).rtoNs()).isEqualTo(6250 * MS);
  }

  @Test
  void shouldEndBackingOffWithTheAcknowledgement() {
    RetransmissionTimer timer = timer(RetransmissionPolicy.OWN, 100 * MS);
    timer.backOff();
    timer.backOff();
    timer.acknowledged();
    assertThat(timer.rtoNs()).isEqualTo(300 * MS);
  }

  @Test
  void shouldNotOverflowHoweverOftenItBacksOff() {
    RetransmissionTimer timer = timer(UNBOUNDED, 3000 * MS);
    for (int i = 0; i < 1000; i++) {
      timer.backOff();
      assertThat(timer.rtoNs()).isGreaterThanOrEqualTo(4 * Nanos.SECOND);
    }
  }
}
