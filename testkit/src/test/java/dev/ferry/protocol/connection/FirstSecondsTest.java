package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.connection.Dumbbell.Flow;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.wire.TransportParameters;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How model-based rate control begins on a path that nothing is remembered of, in virtual time. */
class FirstSecondsTest {
  private static final int SEEDS = 3;

  private static Flow flow(Dumbbell dumbbell, long bytes) {
    return dumbbell
        .add(CongestionAlgorithm.MODEL, bytes, 0)
        .sendingEarly(TransportParameters.MAX_EARLY_PACKETS);
  }

  /** What arrives in a round trip, the first one being that of the first packet. */
  @ParameterizedTest
  @CsvSource({"100, 1000, 6, 0.93", "100, 1000, 2, 0.18", "100, 100, 4, 0.92", "300, 20, 4, 0.92"})
  void shouldReachTheRateSoon(double rttMs, double mbit, int round, double share) {
    EmulatedLink link = EmulatedLink.of(rttMs, mbit, 0);
    Dumbbell dumbbell = link.dumbbell(1);
    Flow flow = flow(dumbbell, 1L << 40);
    dumbbell.run((rttMs / 2 + 1 + (round - 1) * rttMs) / 1000);
    long before = flow.doneBytes();
    dumbbell.run((rttMs / 2 + 1 + round * rttMs) / 1000);
    assertThat((flow.doneBytes() - before) * 8e-3 / rttMs / mbit).isGreaterThan(share);
  }

  @ParameterizedTest
  @CsvSource({"100, 1000, 0.04", "100, 100, 0.03", "20, 100, 0.042", "300, 20, 0.038"})
  void shouldNotOverrunAShallowQueueForLong(double rttMs, double mbit, double queueLoss) {
    Dumbbell dumbbell = EmulatedLink.of(rttMs, mbit, 0).withQueue(0.2).dumbbell(1);
    flow(dumbbell, 1L << 40);
    dumbbell.run(16 * rttMs / 1000);
    assertThat(dumbbell.queueLoss()).isLessThan(queueLoss);
  }

  /**
   * What a token bucket lets pass at once tells nothing of its rate, however fast the line before
   * it: that is over after the first seconds.
   */
  @ParameterizedTest
  @CsvSource({
    "100, 1000, 20, 125000, 0.05",
    "100, 10000, 20, 125000, 0.05",
    "20, 10000, 100, 125000, 0.05",
    "100, 10000, 5, 60000, 0.12"
  })
  void shouldFindTheRateBehindATokenBucket(
      double rttMs, double mbit, double policed, long bytes, double dropped) {
    Dumbbell dumbbell = EmulatedLink.of(rttMs, mbit, 0).dumbbell(1);
    dumbbell.police(policed, bytes);
    Flow flow = flow(dumbbell, 1L << 40);
    dumbbell.run(2);
    double first = flow.doneBytes() * 8e-6 / 2 / policed;
    long dropsBefore = dumbbell.queueDrops;
    long carriedBefore = dumbbell.carried;
    dumbbell.run(6);
    double drops = (double) dumbbell.queueDrops - dropsBefore;
    double loss = drops / (drops + dumbbell.carried - carriedBefore);
    double later = (flow.doneBytes() * 8e-6 - first * 2 * policed) / 4 / policed;
    assertThat(first).as("share of the first two seconds").isGreaterThan(0.87);
    assertThat(later).as("share afterwards").isGreaterThan(0.83);
    assertThat(loss).as("dropped afterwards").isLessThan(dropped);
  }

  /** L2 to L5 of docs/performance.md, each with a queue of a fifth of a product. */
  @ParameterizedTest
  @CsvSource({
    "20, 100, 0.1, 1, 0.93, 0.01",
    "100, 100, 1, 1, 0.86, 0.015",
    "100, 100, 5, 1, 0.85, 0.02",
    "300, 20, 2, 4, 0.88, 0.032"
  })
  void shouldUseALinkWithAShallowQueue(
      double rttMs, double mbit, double lossPercent, int burst, double share, double queueLoss) {
    EmulatedLink link = EmulatedLink.of(rttMs, mbit, lossPercent).withBurst(burst).withQueue(0.2);
    for (int seed = 1; seed <= SEEDS; seed++) {
      Dumbbell dumbbell = link.dumbbell(seed);
      Flow flow = flow(dumbbell, 60_000_000);
      dumbbell.run(60);
      assertThat(link.share(flow)).as("share, seed " + seed).isGreaterThan(share);
      assertThat(dumbbell.queueLoss()).as("lost in the queue, seed " + seed).isLessThan(queueLoss);
    }
  }
}
