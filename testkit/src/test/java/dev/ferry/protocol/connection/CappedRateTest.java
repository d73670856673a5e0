package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.connection.Dumbbell.Flow;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Flows below a {@link RateCap}, on emulated links, in virtual time. */
class CappedRateTest {
  private static final long ENDLESS = 1L << 40;

  /** What a flow delivers of what the cap allows: datagrams have headers. */
  private static final double CONTENT = 1440.0 / 1472;

  private static long bytesPerSecond(double mbit) {
    return (long) (mbit * 125_000);
  }

  private static double contentMbit(double capMbit) {
    return capMbit * CONTENT;
  }

  @ParameterizedTest
  @EnumSource(CongestionAlgorithm.class)
  void shouldReachTheCapAndNotExceedIt(CongestionAlgorithm algorithm) {
    RateCap cap = new RateCap();
    Dumbbell dumbbell = EmulatedLink.of(20, 100, 0).dumbbell(1);
    dumbbell.changeCap(cap, bytesPerSecond(10));
    Flow flow = dumbbell.add(algorithm, ENDLESS, 0, cap);
    dumbbell.run(10);
    assertThat(flow.mbitPerSecond(1, 10))
        .isBetween(0.98 * contentMbit(10), 1.001 * contentMbit(10));
    assertThat(dumbbell.queueLoss()).isZero();
  }

  @Test
  void shouldReachALowCap() {
    RateCap cap = new RateCap();
    Dumbbell dumbbell = EmulatedLink.of(100, 100, 5).dumbbell(1);
    dumbbell.changeCap(cap, RateCap.MIN_BYTES_PER_SECOND);
    Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, 30_000, 0, cap);
    dumbbell.run(60);
    assertThat(flow.durationSeconds()).isBetween(30.0, 40.0);
  }

  /** Neither the bandwidth nor the loss of the path is forgotten below a cap. */
  @ParameterizedTest
  @CsvSource({"20, 0", "100, 1", "100, 5"})
  void shouldTakeTheWholeLinkOnceTheCapIsLifted(double rttMs, double lossPercent) {
    EmulatedLink link = EmulatedLink.of(rttMs, 100, lossPercent);
    RateCap cap = new RateCap();
    Dumbbell dumbbell = link.dumbbell(1);
    Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0, cap);
    dumbbell.run(8);
    dumbbell.changeCap(cap, bytesPerSecond(5));
    dumbbell.run(30);
    dumbbell.changeCap(cap, RateCap.UNLIMITED);
    dumbbell.run(34);
    double passed = contentMbit(5) * (1 - lossPercent / 100);
    assertThat(flow.mbitPerSecond(10, 30)).isBetween(0.98 * passed, 1.01 * passed);
    assertThat(flow.mbitPerSecond(30, 31)).isGreaterThan(0.8 * link.limitMbit());
    assertThat(flow.mbitPerSecond(31, 34)).isGreaterThan(0.9 * link.limitMbit());
    assertThat(dumbbell.queueLoss()).isLessThan(0.01);
  }

  @ParameterizedTest
  @CsvSource({"20, 0", "100, 1"})
  void shouldTakeTheWholeLinkAfterABeginningBelowTheCap(double rttMs, double lossPercent) {
    EmulatedLink link = EmulatedLink.of(rttMs, 100, lossPercent);
    RateCap cap = new RateCap();
    Dumbbell dumbbell = link.dumbbell(1);
    dumbbell.changeCap(cap, bytesPerSecond(2));
    Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0, cap);
    dumbbell.run(10);
    dumbbell.changeCap(cap, RateCap.UNLIMITED);
    dumbbell.run(15);
    assertThat(flow.mbitPerSecond(12, 15)).isGreaterThan(0.9 * link.limitMbit());
  }

  /** A path that becomes slower than the cap is noticed, though the flow never found it full. */
  @ParameterizedTest
  @CsvSource({"20", "100"})
  void shouldNoticeThatThePathIsSlowerThanTheCap(double rttMs) {
    EmulatedLink link = EmulatedLink.of(rttMs, 100, 0);
    RateCap cap = new RateCap();
    Dumbbell dumbbell = link.dumbbell(1);
    Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0, cap);
    dumbbell.run(4);
    dumbbell.changeCap(cap, bytesPerSecond(50));
    dumbbell.run(8);
    dumbbell.changeBottleneck(link.bottleneck(0.1));
    dumbbell.run(18);
    long drops = dumbbell.queueDrops;
    dumbbell.run(23);
    assertThat(flow.mbitPerSecond(11, 23)).isGreaterThan(0.9 * 10);
    assertThat(dumbbell.queueDrops - drops).isLessThan(50);
  }

  @Test
  void shouldShareTheCapEvenly() {
    RateCap cap = new RateCap();
    Dumbbell dumbbell = EmulatedLink.of(50, 100, 1).dumbbell(1);
    dumbbell.changeCap(cap, bytesPerSecond(20));
    Flow first = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0, cap);
    Flow second = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, Nanos.SECOND, cap);
    Flow brief = dumbbell.add(CongestionAlgorithm.MODEL, 4_000_000, 5 * Nanos.SECOND, cap);
    dumbbell.run(20);
    assertThat(first.mbitPerSecond(2, 5)).isBetween(9.0, 10.0);
    assertThat(second.mbitPerSecond(2, 5)).isBetween(9.0, 10.0);
    assertThat(brief.durationSeconds()).isBetween(4.8, 5.6);
    assertThat(first.mbitPerSecond(12, 20)).isBetween(9.5, 10.0);
    assertThat(second.mbitPerSecond(12, 20)).isBetween(9.5, 10.0);
  }

  /** A flow whose own window is in the way is not held down by those that share its cap. */
  @Test
  void shouldShareTheCapWithAFlowThatNeedsLess() {
    RateCap cap = new RateCap();
    Dumbbell dumbbell = EmulatedLink.of(50, 100, 1).dumbbell(1);
    dumbbell.changeCap(cap, bytesPerSecond(20));
    Flow model = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0, cap);
    Flow cubic = dumbbell.add(CongestionAlgorithm.CUBIC, ENDLESS, 0, cap);
    dumbbell.run(20);
    assertThat(cubic.mbitPerSecond(2, 20)).isGreaterThan(1.5); // A window of 7 packets.
    assertThat(model.mbitPerSecond(2, 20) + cubic.mbitPerSecond(2, 20))
        .isGreaterThan(0.97 * contentMbit(20) * 0.99);
  }
}
