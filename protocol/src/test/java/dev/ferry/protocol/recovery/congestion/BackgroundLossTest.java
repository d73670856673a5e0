package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** {@link BackgroundLoss}: what raises, lowers and confirms the estimate. */
class BackgroundLossTest {
  private final BackgroundLoss background = new BackgroundLoss();
  private long number;

  /** A round of which some packets are lost, in runs, evenly spread. */
  private void round(int packets, int runs, int burst, boolean quiet, boolean testing) {
    int every = runs == 0 ? packets + 1 : packets / runs;
    for (int i = 0; i < packets; i++) {
      if (i % every < burst && i / every < runs) {
        background.onLost(number++, testing);
      } else {
        number++;
        background.onAcked(testing);
      }
    }
    background.endRound(quiet, true);
  }

  private void quiet(int packets, int lost) {
    round(packets, lost, 1, true, false);
  }

  private void busy(int packets, int lost) {
    round(packets, lost, 1, false, false);
  }

  private void down(int packets, int lost) {
    round(packets, lost, 1, true, true);
  }

  @Test
  void shouldKnowNothingAtFirst() {
    assertThat(background.probability()).isZero();
    assertThat(background.compensated()).isZero();
    assertThat(background.needsTest()).isTrue();
    assertThat(background.burst()).isEqualTo(1.5);
  }

  @Test
  void shouldForgetWhatMayHaveBeenAQueue() {
    for (int i = 0; i < 10; i++) {
      down(100, 20);
    }
    assertThat(background.compensated()).isGreaterThan(0.15);
    background.forget();
    shouldKnowNothingAtFirst();
    assertThat(background.isTested()).isFalse();
  }

  /** Others may keep the queue full, and no down test can have told. */
  @Test
  void shouldCompensateForLittleInStartup() {
    for (long i = 0; i < 1000; i++) {
      if (i % 3 == 0) {
        background.onLost(i, false);
      } else {
        background.onAcked(false);
      }
    }
    background.endRound(true, false);
    assertThat(background.probability()).isGreaterThan(0.3);
    assertThat(background.compensated()).isEqualTo(0.1);
  }

  @Test
  void shouldBeRaisedByQuietRounds() {
    for (int i = 0; i < 30; i++) {
      quiet(100, 5);
    }
    assertThat(background.probability()).isCloseTo(0.05, within(0.002));
    assertThat(background.quietPackets()).isEqualTo(1500);
    assertThat(background.burst()).isEqualTo(1);
  }

  /** The queue's own overflow must not become what is taken for granted. */
  @Test
  void shouldNotBeRaisedByRoundsWithAQueue() {
    quiet(500, 5);
    for (int i = 0; i < 20; i++) {
      busy(100, 30);
    }
    assertThat(background.probability()).isLessThan(0.011);
  }

  @Test
  void shouldBeLoweredByAnyRounds() {
    for (int i = 0; i < 15; i++) {
      quiet(100, 10);
    }
    double before = background.probability();
    busy(100, 1);
    assertThat(background.probability()).as("a block is 200 packets").isEqualTo(before);
    for (int i = 0; i < 15; i++) {
      busy(100, 1);
    }
    assertThat(background.probability()).isLessThan(0.05);
  }

  @Test
  void shouldBeCompensatedOnlyWhenConfirmed() {
    for (int i = 0; i < 15; i++) {
      quiet(100, 10);
    }
    assertThat(background.compensated()).isZero();
    assertThat(background.isUntested(0.02)).isTrue();
    down(39, 4);
    assertThat(background.isTested()).isFalse();
    down(10, 1);
    assertThat(background.isTested()).isTrue();
    assertThat(background.compensated()).isCloseTo(0.1, within(0.01));
    assertThat(background.needsTest()).isFalse();
  }

  /** Two flows that overflow a queue believe in loss until one of them slows down. */
  @Test
  void shouldBeRefutedBySendingSlowly() {
    for (int i = 0; i < 15; i++) {
      quiet(100, 40);
    }
    assertThat(background.probability()).isGreaterThan(0.35);
    for (int i = 0; i < 4; i++) {
      down(100, 0);
    }
    assertThat(background.probability()).isLessThan(0.01);
    assertThat(background.compensated()).isLessThan(0.01);
    for (int i = 0; i < 5; i++) {
      quiet(100, 40);
    }
    assertThat(background.compensated()).as("the test still holds").isLessThan(0.01);
    assertThat(background.needsTest()).isTrue();
  }

  @Test
  void shouldNotCompensateForMoreThanAThird() {
    for (int i = 0; i < 15; i++) {
      down(100, 80);
    }
    assertThat(background.probability()).isEqualTo(0.5);
    assertThat(background.compensated()).isEqualTo(0.3);
  }

  @Test
  void shouldMeasureBursts() {
    for (int i = 0; i < 15; i++) {
      round(200, 1, 4, true, false);
    }
    assertThat(background.burst()).isCloseTo(4, within(0.01));
    assertThat(background.burstFactor()).isCloseTo(7, within(0.01));
    assertThat(background.deviation(100, 0.02))
        .isCloseTo(Math.sqrt(100 * 0.02 * 0.98 * 7), within(0.01));
  }

  @Test
  void shouldTakeBackWhatWasNoLoss() {
    quiet(1000, 10);
    double before = background.probability();
    for (int i = 0; i < 10; i++) {
      background.onSpurious(false);
    }
    background.endRound(true, true);
    assertThat(before).isPositive();
    assertThat(background.probability()).isZero();
  }
}
