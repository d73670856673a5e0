package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link HyStart}: RFC 9406, section 4. */
class HyStartTest {
  private static final long US = Nanos.MICROSECOND;

  private final HyStart hyStart = new HyStart();
  private long number;

  /** A round of acknowledgements of 800 bytes each; returns the growth of the last one but one. */
  private long round(int samples, long rttUs) {
    long last = number + samples - 1;
    long growth = 0;
    for (int i = 0; i < samples; i++) {
      long grown = hyStart.onAck(number, number == last ? last + 100 : last, rttUs * US, 800);
      growth = number == last ? growth : grown;
      number++;
    }
    return growth;
  }

  /** The numbers of a round are those up to what was sent at its beginning: 100 of them. */
  private long longRound(long rttUs) {
    return round(100, rttUs);
  }

  @Test
  void shouldGrowByWhatIsAcknowledged() {
    assertThat(hyStart.onAck(0, 100, -1, 800)).isEqualTo(800);
    assertThat(hyStart.isOver()).isFalse();
  }

  /** An eighth of the round trip, 4 … 16 ms. */
  @ParameterizedTest
  @CsvSource({
    "1000, 4999, 800", "1000, 5000, 200",
    "80000, 89999, 800", "80000, 90000, 200",
    "400000, 415999, 800", "400000, 416000, 200"
  })
  void shouldBecomeCautiousWhenTheRoundTripTakesLonger(long beforeUs, long afterUs, long growth) {
    round(1, beforeUs);
    longRound(beforeUs);
    assertThat(longRound(afterUs)).isEqualTo(growth);
    assertThat(hyStart.isOver()).isFalse();
  }

  @Test
  void shouldNotJudgeByFewSamples() {
    round(1, 80_000);
    longRound(80_000);
    for (int i = 0; i < 7; i++) {
      assertThat(hyStart.onAck(number, number, 200_000 * US, 800)).isEqualTo(800);
    }
    hyStart.onAck(number, number, 200_000 * US, 800);
    assertThat(hyStart.onAck(number, number, 200_000 * US, 800)).isEqualTo(200);
  }

  @Test
  void shouldEndAfterFiveCautiousRounds() {
    round(1, 80_000);
    longRound(80_000);
    for (int i = 0; i < 5; i++) {
      assertThat(hyStart.isOver()).isFalse();
      longRound(100_000);
    }
    assertThat(hyStart.isOver()).isTrue();
  }

  @Test
  void shouldGrowQuicklyAgainWhenItWasAMistake() {
    round(1, 80_000);
    longRound(80_000);
    assertThat(longRound(100_000)).isEqualTo(200);
    assertThat(longRound(99_000)).isEqualTo(800);
    for (int i = 0; i < 20; i++) {
      longRound(99_000);
    }
    assertThat(hyStart.isOver()).isFalse();
  }

  @Test
  void shouldEndWithALossAndBeginAgain() {
    hyStart.end();
    assertThat(hyStart.isOver()).isTrue();
    hyStart.restart(number);
    assertThat(hyStart.isOver()).isFalse();
    assertThat(round(1, 80_000)).isZero();
  }
}
