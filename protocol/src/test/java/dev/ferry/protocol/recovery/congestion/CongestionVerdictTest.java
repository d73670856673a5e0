package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link CongestionVerdict} as a table; the path loses 5 % anyway. */
class CongestionVerdictTest {
  private static final long MS = Nanos.MILLISECOND;

  private final MinRtt minRtt = new MinRtt();
  private final QueueEstimator queue = new QueueEstimator(minRtt);
  private final BackgroundLoss background = new BackgroundLoss();
  private final CongestionVerdict verdict = new CongestionVerdict(queue, background);
  private long nowNs;

  @BeforeEach
  void learnBackground() {
    round(100);
    for (long number = 0; number < 3000; number++) {
      if (number % 20 == 0) {
        background.onLost(number, true);
      } else {
        background.onAcked(true);
      }
      if (number % 100 == 99) {
        background.endRound(true, true);
      }
    }
  }

  private void round(long rttMs) {
    for (int i = 0; i < 4; i++) {
      nowNs += MS;
      minRtt.onSample(rttMs * MS, nowNs);
      queue.onSample(rttMs * MS, nowNs);
    }
    queue.endRound(false, nowNs);
  }

  /** Of 100: 7 are accepted, twice a deviation of 2.2, and three more: 14.4. */
  @ParameterizedTest
  @CsvSource({
    // lost of 100, queue, probing, congestion
    "5, false, false, false",
    "5, true, true, false",
    "14, true, true, false",
    "15, false, false, false",
    "15, true, false, true",
    "15, false, true, true",
    "30, false, false, false",
    // 5 expected, 10 tolerated, four deviations of 2.6, and eight: 33.2
    "34, false, false, true",
  })
  void shouldJudge(int lost, boolean hasQueue, boolean probing, boolean congestion) {
    round(hasQueue ? 150 : 100);
    assertThat(verdict.isCongestion(100, lost, probing, 0)).isEqualTo(congestion);
    assertThat(verdict.isCongestionByQueue(100, lost, 0)).isEqualTo(hasQueue && lost >= 15);
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, true"})
  void shouldNotTrustAProbeBeforeTheBackgroundIsKnown(boolean hasQueue, boolean congestion) {
    CongestionVerdict ignorant = new CongestionVerdict(queue, new BackgroundLoss());
    round(hasQueue ? 150 : 100);
    assertThat(ignorant.isCongestion(100, 50, true, 0)).isEqualTo(congestion);
  }

  /** Of 100: 5 are expected, 10 more are accepted, four deviations of 2.6, and eight: 33.2. */
  @ParameterizedTest
  @CsvSource({"33, true, false", "34, true, true", "34, false, false"})
  void shouldCallMuchLossWithAQueueAnOverrun(int lost, boolean isQueueSeen, boolean overrun) {
    if (isQueueSeen) {
      round(150);
    }
    assertThat(verdict.isOverrun(100, lost, 0)).isEqualTo(overrun);
  }
}
