package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@link CrowdLoss}: rounds of few packets are judged together. */
class CrowdLossTest {
  private static final int ROUND_PACKETS = 20;

  private final MinRtt minRtt = new MinRtt();
  private final BackgroundLoss background = new BackgroundLoss();
  private final CongestionVerdict verdict =
      new CongestionVerdict(new QueueEstimator(minRtt), background);
  private final CrowdLoss loss = new CrowdLoss();

  private int roundsUntilCongestion(int lostEach) {
    for (int round = 1; round <= 100; round++) {
      if (loss.endRound(ROUND_PACKETS, lostEach, verdict)) {
        return round;
      }
    }
    return -1;
  }

  /** Of 20: more than 2 % and three packets. */
  @Test
  void shouldAddUpRounds() {
    assertThat(roundsUntilCongestion(4)).isEqualTo(1);
    assertThat(roundsUntilCongestion(2)).isEqualTo(2);
    assertThat(roundsUntilCongestion(1)).isEqualTo(6);
    assertThat(roundsUntilCongestion(0)).isEqualTo(-1);
  }

  @Test
  void shouldBeginAnew() {
    loss.endRound(ROUND_PACKETS, 3, verdict);
    loss.clear();
    assertThat(loss.endRound(ROUND_PACKETS, 3, verdict)).isFalse();
  }

  /** The older half of what is remembered goes again and again. */
  @Test
  void shouldAcceptALittleForEver() {
    for (int i = 0; i < 1000; i++) {
      assertThat(loss.endRound(100, 2, verdict)).isFalse();
    }
  }
}
