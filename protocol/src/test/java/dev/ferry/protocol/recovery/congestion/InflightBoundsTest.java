package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link InflightBounds}. */
class InflightBoundsTest {
  private static final int PACKET = 1000;

  private final InflightBounds bounds = new InflightBounds(PACKET);

  @Test
  void shouldHaveNoBoundsAtFirst() {
    assertThat(bounds.longTerm()).isInfinite();
    assertThat(bounds.shortTerm()).isInfinite();
    assertThat(bounds.withHeadroom()).isInfinite();
    bounds.raiseTo(50_000);
    assertThat(bounds.longTerm()).isInfinite();
  }

  @Test
  void shouldBeBoundByWhatWasInFlightButNotBelowSevenTenths() {
    bounds.reduceLongTerm(90_000, 100_000);
    assertThat(bounds.longTerm()).isEqualTo(90_000);
    bounds.reduceLongTerm(20_000, 100_000);
    assertThat(bounds.longTerm()).isEqualTo(70_000);
    bounds.raiseTo(75_000);
    assertThat(bounds.longTerm()).isEqualTo(75_000);
    bounds.undoReductions();
    assertThat(bounds.longTerm()).isEqualTo(90_000);
  }

  /** 15 percent, a packet at least; four packets stay. */
  @Test
  void shouldLeaveHeadroom() {
    bounds.setLongTerm(100_000);
    assertThat(bounds.withHeadroom()).isEqualTo(85_000);
    bounds.setLongTerm(6_000);
    assertThat(bounds.withHeadroom()).isEqualTo(5_000);
    bounds.setLongTerm(4_000);
    assertThat(bounds.withHeadroom()).isEqualTo(4_000);
  }

  /** A packet in the first round, two in the second, four in the third. */
  @Test
  void shouldRaiseTheBoundFasterEachRound() {
    bounds.setLongTerm(10_000);
    bounds.prepareRaising();
    for (int expected : new int[] {11_000, 13_000, 17_000}) {
      bounds.steepen(10_000);
      for (int i = 0; i < 10; i++) {
        bounds.raise(PACKET);
      }
      assertThat(bounds.longTerm()).isEqualTo(expected);
    }
    bounds.stopRaising();
    bounds.raise(1_000_000);
    assertThat(bounds.longTerm()).isEqualTo(17_000);
  }

  @Test
  void shouldReduceTheShortTermBoundByRounds() {
    bounds.restartLatest(20_000);
    bounds.reduceShortTerm(100_000, 30_000);
    assertThat(bounds.shortTerm()).isEqualTo(70_000);
    bounds.reduceShortTerm(100_000, 60_000);
    assertThat(bounds.shortTerm()).as("the floor").isEqualTo(60_000);
    bounds.onSample(65_000);
    bounds.reduceShortTerm(100_000, 30_000);
    assertThat(bounds.shortTerm()).as("what is delivered").isEqualTo(65_000);
    bounds.resetShortTerm();
    assertThat(bounds.shortTerm()).isInfinite();
  }
}
