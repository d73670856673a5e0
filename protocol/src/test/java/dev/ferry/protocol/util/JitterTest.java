package dev.ferry.protocol.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JitterTest {
  private static final long MS = Nanos.MILLISECOND;

  @Test
  void shouldNotLengthenTheFirstWait() {
    assertThat(Jitter.lengthen(500 * MS, 0)).isEqualTo(500 * MS);
  }

  @Test
  void shouldLengthenByAQuarterOfTheFractionOfTheRepetitionOverTheGoldenRatio() {
    for (int repetition = 0; repetition < 1000; repetition++) {
      double turns = repetition * (Math.sqrt(5) - 1) / 2;
      double longerNs = 500 * MS * (turns - Math.floor(turns)) / 4;
      assertThat(Jitter.lengthen(500 * MS, repetition))
          .isCloseTo(500 * MS + (long) longerNs, within(Nanos.MICROSECOND));
    }
  }

  /** Outages of 300 ms in every 500 ms, beginning anywhere; all of a fixed rhythm would fall in. */
  @ParameterizedTest
  @ValueSource(longs = {250, 500, 1000, 2000, 4000})
  void shouldNotLetAllRepetitionsFallIntoOutages(long waitMs) {
    for (long phaseMs = 0; phaseMs < 500; phaseMs++) {
      long atNs = phaseMs * MS;
      boolean through = false;
      for (int repetition = 0; repetition < 20; repetition++) {
        through |= atNs % (500 * MS) < 200 * MS;
        atNs += Jitter.lengthen(waitMs * MS, repetition);
      }
      assertThat(through).as("beginning %d ms after an outage's end", phaseMs).isTrue();
    }
  }
}
