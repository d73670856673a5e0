package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link QueueEstimator}: what is a queue, and what is jitter. */
class QueueEstimatorTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final double EXACT = 1;

  private final MinRtt minRtt = new MinRtt();
  private final QueueEstimator queue = new QueueEstimator(minRtt);
  private long nowNs = Nanos.after(Long.MAX_VALUE, -Nanos.SECOND);

  private void sample(double rttMs) {
    nowNs += 10 * MS;
    minRtt.onSample((long) (rttMs * MS), nowNs);
    queue.onSample((long) (rttMs * MS), nowNs);
  }

  private void round(boolean drained, double... rttsMs) {
    for (double rttMs : rttsMs) {
      sample(rttMs);
    }
    queue.endRound(drained, nowNs);
  }

  @Test
  void shouldMeasureTheMeanAboveTheMinimum() {
    round(false, 100, 100, 100);
    round(false, 110, 120, 130);
    assertThat(queue.queueNs()).isCloseTo(20 * MS, within(EXACT));
    assertThat(queue.roundAboveMinNs()).isCloseTo(20 * MS, within(EXACT));
    round(false, 100);
    assertThat(queue.queueNs()).as("one sample is not enough").isCloseTo(20 * MS, within(EXACT));
    round(false);
    assertThat(queue.roundAboveMinNs()).isEqualTo(-1);
  }

  /** A sixteenth, 1 … 8 ms; two packets and a half, but no more than half of the minimum. */
  @ParameterizedTest
  @CsvSource({
    "10, 0, 1",
    "32, 0, 2",
    "100, 0, 6.25",
    "400, 0, 8",
    "32, 0.8, 2",
    "32, 4, 10",
    "32, 40, 16"
  })
  void shouldHaveAThreshold(double minMs, double packetMs, double thresholdMs) {
    round(false, minMs, minMs, minMs);
    assertThat(queue.thresholdNs(packetMs * MS)).isCloseTo(thresholdMs * MS, within(EXACT));
  }

  @Test
  void shouldSeeAQueueInTheLastRoundAndInThisOne() {
    round(false, 100, 100, 100);
    assertThat(queue.isSeen(0)).isFalse();
    round(false, 107, 107);
    assertThat(queue.isSeen(0)).isTrue();
    round(false, 106, 106);
    assertThat(queue.isSeen(0)).as("6.25 ms").isFalse();
    sample(150);
    sample(150);
    sample(150);
    assertThat(queue.isSeen(0)).as("too few samples").isFalse();
    sample(150);
    assertThat(queue.isSeen(0)).isTrue();
  }

  /** What varies within each round by as much as the mean is above the minimum is no queue. */
  @Test
  void shouldTellJitterFromAQueue() {
    for (int i = 0; i < 10; i++) {
      round(false, 100, 130, 115, 100, 130, 115);
    }
    assertThat(queue.jitterNs()).isCloseTo(15 * MS, within(EXACT));
    assertThat(queue.isSeen(0)).isFalse();
    assertThat(queue.steadyQueueNs()).isZero();
    for (int i = 0; i < 3; i++) {
      round(false, 140, 140, 140, 140);
    }
    assertThat(queue.isSeen(0)).isTrue();
  }

  @Test
  void shouldTakeAQueueThatIsAlwaysThereForOne() {
    round(false, 100, 100, 100);
    for (int i = 0; i < 10; i++) {
      round(false, 130, 130, 131, 130);
    }
    assertThat(queue.jitterNs()).isLessThan(2 * MS);
    assertThat(queue.isSeen(0)).isTrue();
  }

  /** With little in flight there is no queue of one's own. */
  @Test
  void shouldTakeForJitterWhatStaysWithLittleInFlight() {
    round(false, 100, 100, 100);
    round(false, 120, 120, 120);
    round(true, 112, 112, 112, 112);
    assertThat(queue.jitterNs()).isCloseTo(12 * MS, within(EXACT));
    round(true, 103, 103, 103, 103);
    assertThat(queue.jitterNs()).isCloseTo(3 * MS, within(EXACT));
  }

  /** It is others that keep the queue full: what is in flight here makes no difference. */
  @Test
  void shouldNotTakeForJitterWhatIsNoShorterThanEver() {
    round(false, 100, 100, 100);
    round(false, 120, 120, 120);
    round(true, 118, 118, 118, 118);
    assertThat(queue.jitterNs()).isLessThan(MS);
    assertThat(queue.isSeen(0)).isTrue();
  }

  @Test
  void shouldSeeThatProbesDoNotMoveTheRoundTripTime() {
    for (int i = 0; i < 10; i++) {
      round(false, 100, 101, 102);
    }
    assertThat(queue.checkPinned(0, nowNs)).as("it has not probed").isFalse();
    queue.onProbed(nowNs);
    assertThat(queue.checkPinned(0, nowNs)).isTrue();
    assertThat(queue.isSeen(0)).as("until the opposite is known").isTrue();
    assertThat(queue.isMeasured(0)).isFalse();
    round(false, 109, 109, 109);
    assertThat(queue.checkPinned(0, nowNs)).as("6.25 ms").isFalse();
    assertThat(queue.hasMoved(7 * MS)).isTrue();
    round(false, 100, 101, 102);
    round(false, 100, 101, 102);
    assertThat(queue.isSeen(0)).isFalse();
  }

  /** The minimum that steers follows a longer route in 10 s, the one that judges in 30 s. */
  @Test
  void shouldJudgeByALongMinimum() {
    round(false, 50, 50, 50);
    for (int i = 0; i < 1100; i++) {
      sample(100);
    }
    queue.endRound(false, nowNs);
    assertThat(queue.queueNs()).isCloseTo(50 * MS, within(EXACT));
    assertThat(queue.steadyQueueNs()).isZero();
    for (int i = 0; i < 6100; i++) {
      sample(100);
    }
    queue.endRound(false, nowNs);
    assertThat(queue.queueNs()).isZero();
  }
}
