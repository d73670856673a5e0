package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link BandwidthFilter}. */
class BandwidthFilterTest {
  private final BandwidthFilter filter = new BandwidthFilter();

  @Test
  void shouldKeepTheMaximumForTwoCycles() {
    filter.onSample(-1, false);
    assertThat(filter.max()).isZero();
    filter.onSample(100, false);
    filter.advanceCycle();
    filter.onSample(80, false);
    assertThat(filter.max()).isEqualTo(100);
    filter.advanceCycle();
    assertThat(filter.max()).isEqualTo(80);
  }

  @Test
  void shouldBelieveTheApplicationOnlyAboveTheMaximum() {
    filter.onSample(100, false);
    filter.advanceCycle();
    filter.onSample(90, true);
    filter.onSample(110, true);
    assertThat(filter.max()).isEqualTo(110);
    filter.advanceCycle();
    filter.onSample(90, true);
    filter.advanceCycle();
    assertThat(filter.max()).isZero();
  }

  /** The larger of both is believed, as the first may still hold packets from before. */
  @Test
  void shouldNoticeInTwoRoundsThatThePathHasBecomeMuchSlower() {
    filter.onSample(100, false);
    filter.endRound(true);
    filter.onSample(45, false);
    filter.endRound(true);
    filter.onSample(20, false);
    assertThat(filter.max()).isEqualTo(100);
    filter.endRound(true);
    assertThat(filter.max()).isEqualTo(45);
    filter.advanceCycle();
    assertThat(filter.max()).isEqualTo(45);
  }

  /** Somebody else keeps the queue, and this flow has little to send. */
  @Test
  void shouldKeepTheMaximumInRoundsThatTheSenderLimits() {
    filter.onSample(100, false);
    filter.endRound(true);
    for (int i = 0; i < 4; i++) {
      filter.onSample(20, true);
      filter.endRound(true);
    }
    assertThat(filter.max()).isEqualTo(100);
  }

  @Test
  void shouldKeepTheMaximumInSlowRoundsThatAFullPathDoesNotExplain() {
    filter.onSample(100, false);
    filter.endRound(true);
    for (int i = 0; i < 4; i++) {
      filter.onSample(20, false);
      filter.endRound(false);
      filter.onSample(20, false);
      filter.endRound(true);
      filter.onSample(60, false);
      filter.endRound(true);
      filter.endRound(true);
    }
    assertThat(filter.max()).isEqualTo(100);
  }

  @Test
  void shouldReduceTheShortTermBoundByRounds() {
    filter.onSample(100, false);
    filter.restartLatest(60);
    filter.reduceShortTerm();
    assertThat(filter.shortTerm()).isEqualTo(70);
    filter.restartLatest(60);
    filter.reduceShortTerm();
    assertThat(filter.shortTerm()).as("what is delivered").isEqualTo(60);
    filter.restartLatest(10);
    filter.reduceShortTerm();
    assertThat(filter.shortTerm()).as("half of the maximum").isEqualTo(50);
    filter.resetShortTerm();
    assertThat(filter.shortTerm()).isInfinite();
  }

  @Test
  void shouldUndoTheLastReduction() {
    filter.onSample(100, false);
    filter.restartLatest(0);
    filter.reduceShortTerm();
    filter.restartLatest(0);
    filter.reduceShortTerm();
    filter.undoReduction();
    assertThat(filter.shortTerm()).isEqualTo(70);
  }
}
