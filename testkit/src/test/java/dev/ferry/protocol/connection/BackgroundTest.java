package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.connection.Dumbbell.Flow;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Background transfers on emulated links, in virtual time. */
class BackgroundTest {
  private static final long ENDLESS = 1L << 40;

  @ParameterizedTest
  @CsvSource({"20, 0, 1", "20, 2, 1", "100, 0, 1", "100, 0, 2", "100, 2, 1", "100, 2, 2"})
  void shouldUseAnEmptyLink(double rttMs, double lossPercent, long seed) {
    EmulatedLink link = EmulatedLink.of(rttMs, 50, lossPercent);
    Dumbbell dumbbell = link.dumbbell(seed);
    Flow background = dumbbell.add(CongestionAlgorithm.BACKGROUND, ENDLESS, 0);
    dumbbell.run(30);
    assertThat(background.mbitPerSecond(0, 30)).isGreaterThan(0.85 * link.limitMbit());
    assertThat(dumbbell.queueLoss()).isLessThan(0.01);
  }

  /** Of what a CUBIC flow gets alone; it begins together with the other, or later. */
  @ParameterizedTest
  @CsvSource({"20, 0, 1", "20, 5, 1", "20, 0, 2", "100, 0, 1", "100, 5, 1", "100, 0, 2"})
  void shouldGiveWayToCubic(double rttMs, int laterSeconds, long seed) {
    EmulatedLink link = EmulatedLink.of(rttMs, 50, 0);
    Dumbbell without = link.dumbbell(seed);
    Flow alone = without.add(CongestionAlgorithm.CUBIC, ENDLESS, 0);
    without.run(40);
    Dumbbell dumbbell = link.dumbbell(seed);
    dumbbell.add(CongestionAlgorithm.BACKGROUND, ENDLESS, 0);
    Flow cubic = dumbbell.add(CongestionAlgorithm.CUBIC, ENDLESS, laterSeconds * Nanos.SECOND);
    dumbbell.run(40 + laterSeconds);
    assertThat(cubic.mbitPerSecond(laterSeconds, 40 + laterSeconds))
        .isGreaterThan(0.95 * alone.mbitPerSecond(0, 40));
  }

  @ParameterizedTest
  @CsvSource({"20", "100"})
  void shouldTakeTheLinkBackAfterwards(double rttMs) {
    EmulatedLink link = EmulatedLink.of(rttMs, 50, 0);
    Dumbbell dumbbell = link.dumbbell(1);
    Flow background = dumbbell.add(CongestionAlgorithm.BACKGROUND, ENDLESS, 0);
    Flow cubic = dumbbell.add(CongestionAlgorithm.CUBIC, 40_000_000, 3 * Nanos.SECOND);
    dumbbell.run(30);
    assertThat(cubic.durationSeconds()).isLessThan(15);
    assertThat(background.mbitPerSecond(22, 30)).isGreaterThan(0.8 * link.limitMbit());
  }
}
