package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.connection.Dumbbell.Flow;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.Nanos;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Model-based rate control on emulated links, in virtual time. Bounds are a little below what was
 * found. With {@code -Dferry.matrix=full} transfers are as long as docs/performance.md has them,
 * and the median of five seeds counts; {@code -Dferry.matrix=table} prints what each controller
 * reaches.
 */
class RateControlMatrixTest {
  private static final boolean FULL = "full".equals(System.getProperty("ferry.matrix"));
  private static final int FULL_SEEDS = 5;
  private static final int SEEDS = FULL ? FULL_SEEDS : 1;

  /** Of what takes no longer than this to simulate, more than one seed counts in any case. */
  private static final long SMALL_BYTES = 20_000_000;

  private static final int TABLE_SEEDS = 3;
  private static final long ENDLESS = 1L << 40;
  private static final double GIVE_UP_SECONDS = 60;

  /** The links of docs/performance.md, with the sizes of short and long transfers. */
  enum Link {
    L1(1, 1000, 0, 1, 100, 400),
    L2(20, 100, 0.1, 1, 30, 60),
    L3(100, 100, 1, 1, 60, 250),
    L4(100, 100, 5, 1, 60, 250),
    L5(300, 20, 2, 4, 20, 60),
    L6(20, 10, 20, 1, 4, 20);

    private final double rttMs;
    private final double mbit;
    private final double lossPercent;
    private final int burst;
    private final long shortMegabytes;
    final long longMegabytes;

    Link(
        double rttMs,
        double mbit,
        double lossPercent,
        int burst,
        long shortMegabytes,
        long longMegabytes) {
      this.rttMs = rttMs;
      this.mbit = mbit;
      this.lossPercent = lossPercent;
      this.burst = burst;
      this.shortMegabytes = shortMegabytes;
      this.longMegabytes = longMegabytes;
    }

    EmulatedLink emulated() {
      return EmulatedLink.of(rttMs, mbit, lossPercent).withBurst(burst);
    }

    long bytes() {
      return (FULL ? longMegabytes : shortMegabytes) * 1_000_000;
    }
  }

  /** One transfer. */
  private record Run(double share, double sent, double queueLoss) {}

  private static Run run(
      EmulatedLink link, CongestionAlgorithm algorithm, long bytes, double seconds, long seed) {
    Dumbbell dumbbell = link.dumbbell(seed);
    Dumbbell.Flow flow = dumbbell.add(algorithm, bytes, 0);
    dumbbell.run(seconds);
    return new Run(link.share(flow), flow.sentForEach(), dumbbell.queueLoss());
  }

  private static double median(ToDoubleFunction<Run> of, Run[] runs) {
    return Arrays.stream(runs).mapToDouble(of).sorted().toArray()[runs.length / 2];
  }

  private static Run[] runs(EmulatedLink link, long bytes, double seconds) {
    Run[] runs = new Run[bytes <= SMALL_BYTES ? FULL_SEEDS : SEEDS];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = run(link, CongestionAlgorithm.MODEL, bytes, seconds, i + 1);
    }
    return runs;
  }

  /** The second and third bound: for long transfers, and how often a packet is sent at most. */
  @ParameterizedTest
  @CsvSource({
    "L1, 0.93, 0.95, 1.01",
    "L2, 0.92, 0.93, 1.01",
    "L3, 0.81, 0.91, 1.03",
    "L4, 0.78, 0.91, 1.08",
    "L5, 0.70, 0.84, 1.07",
    "L6, 0.86, 0.92, 1.31"
  })
  void shouldUseTheLink(Link link, double shortShare, double longShare, double sent) {
    Run[] runs = runs(link.emulated(), link.bytes(), GIVE_UP_SECONDS);
    assertThat(median(Run::share, runs)).isGreaterThan(FULL ? longShare : shortShare);
    assertThat(median(Run::sent, runs)).isLessThan(sent);
  }

  @ParameterizedTest
  @CsvSource({
    "L1, 0.2, 2, 0.90",
    "L2, 0.2, 10, 0.93",
    "L3, 0.2, 10, 0.87",
    "L4, 0.2, 10, 0.86",
    "L5, 0.2, 20, 0.80",
    "L6, 0.3, 10, 0.84"
  })
  void shouldUseTheLinkWithAShallowQueue(Link link, double products, double seconds, double share) {
    Run[] runs = runs(link.emulated().withQueue(products), ENDLESS, FULL ? 2 * seconds : seconds);
    assertThat(median(Run::share, runs)).isGreaterThan(share);
    assertThat(median(Run::queueLoss, runs)).isLessThan(0.05);
  }

  /** No delay shows a policer's limit: it drops at once what exceeds its rate. */
  @Test
  void shouldFindTheRateOfAPolicer() {
    Run[] runs = runs(EmulatedLink.of(50, 100, 0).withQueue(0.01), ENDLESS, 10);
    assertThat(median(Run::share, runs)).isGreaterThan(0.80);
    assertThat(median(Run::queueLoss, runs)).isLessThan(0.05);
  }

  @ParameterizedTest
  @CsvSource({
    "20, 100, 0.1, 10, 0.82",
    "100, 100, 1, 50, 0.78",
    "100, 100, 5, 50, 0.76",
    "20, 10, 20, 10, 0.82"
  })
  void shouldUseTheLinkInSpiteOfJitter(
      double rttMs, double mbit, double lossPercent, double jitterMs, double share) {
    EmulatedLink link = EmulatedLink.of(rttMs, mbit, lossPercent).withJitter(jitterMs);
    assertThat(median(Run::share, runs(link, ENDLESS, 12))).isGreaterThan(share);
  }

  @Test
  void shouldUseTheLinkThoughMostAcknowledgementsGetLost() {
    EmulatedLink link = EmulatedLink.of(100, 100, 1).withAckLoss(60);
    Dumbbell dumbbell = link.dumbbell(1);
    Dumbbell.Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0);
    dumbbell.run(12);
    assertThat(flow.mbitPerSecond(6, 12)).isGreaterThan(0.85 * link.limitMbit());
  }

  @ParameterizedTest
  @CsvSource({"100, 0.25, 12", "25, 4, 15"})
  void shouldFollowTheRate(double mbit, double factor, int settledSecond) {
    EmulatedLink link = EmulatedLink.of(50, mbit, 0);
    Dumbbell dumbbell = link.dumbbell(1);
    Dumbbell.Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0);
    dumbbell.run(10);
    dumbbell.changeBottleneck(link.bottleneck(factor));
    dumbbell.run(settledSecond + 3.0);
    assertThat(flow.mbitPerSecond(5, 10)).isGreaterThan(0.9 * mbit);
    assertThat(flow.mbitPerSecond(settledSecond, settledSecond + 3))
        .isGreaterThan(0.9 * mbit * factor);
  }

  /** A longer route looks like a queue until the minimum is given up. */
  @ParameterizedTest
  @CsvSource({"50, 2, 0.5", "100, 0.5, 0.9"})
  void shouldFollowTheRoundTripTime(double rttMs, double factor, double meanwhile) {
    EmulatedLink link = EmulatedLink.of(rttMs, 100, 1);
    Dumbbell dumbbell = link.dumbbell(1);
    Dumbbell.Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0);
    dumbbell.run(10);
    dumbbell.changeDelay(link.forward(factor), link.back(factor));
    dumbbell.run(28);
    assertThat(flow.mbitPerSecond(11, 24)).isGreaterThan(meanwhile * link.limitMbit());
    assertThat(flow.mbitPerSecond(24, 28)).isGreaterThan(0.9 * link.limitMbit());
  }

  @ParameterizedTest
  @CsvSource({
    "20, 0, 1, 0.42",
    "100, 0, 1, 0.36",
    "100, 5, 1, 0.36",
    "100, 0, 0.2, 0.25",
    "20, 0, 0.1, 0.40"
  })
  void shouldShareWithItself(double rttMs, double lossPercent, double products, double least) {
    EmulatedLink link = EmulatedLink.of(rttMs, 100, lossPercent).withQueue(products);
    Dumbbell dumbbell = link.dumbbell(1);
    Dumbbell.Flow first = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0);
    Dumbbell.Flow second = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 3 * Nanos.SECOND);
    dumbbell.run(30);
    double ofFirst = first.mbitPerSecond(15, 30);
    double ofSecond = second.mbitPerSecond(15, 30);
    assertThat(Math.min(ofFirst, ofSecond) / (ofFirst + ofSecond)).isGreaterThan(least);
    assertThat(ofFirst + ofSecond).isGreaterThan(0.9 * link.limitMbit());
    assertThat(dumbbell.queueLoss()).isLessThan(0.05);
  }

  /** What is overtaken by a hundred packets again and again is not sent twice for long. */
  @Test
  void shouldLearnThatPacketsOvertakeEachOther() {
    Dumbbell dumbbell =
        new Dumbbell(1, "rate=50mbit,queue=600kB", "delay=50ms,reorder=5%:25ms", "delay=50ms");
    Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0);
    dumbbell.run(10);
    assertThat(flow.sentForEach()).isLessThan(1.02);
    assertThat(flow.mbitPerSecond(3, 10)).isGreaterThan(0.93 * 50);
  }

  /** From the last byte's first departure until the client knows; one round trip at best. */
  @ParameterizedTest
  @CsvSource({"100, 20, 1, 2.3", "100, 20, 5, 2.5", "100, 20, 20, 3.0"})
  void shouldNotWaitLongForTheLastPackets(
      double rttMs, double mbit, double lossPercent, double roundTrips) {
    double[] tails = new double[15];
    for (int seed = 0; seed < tails.length; seed++) {
      Dumbbell dumbbell = EmulatedLink.of(rttMs, mbit, lossPercent).dumbbell(seed);
      Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, 8_000_000, 0);
      dumbbell.run(GIVE_UP_SECONDS);
      tails[seed] = flow.tailSeconds() * 1000 / rttMs;
    }
    Arrays.sort(tails);
    assertThat(tails[tails.length / 2]).as(Arrays.toString(tails)).isLessThan(roundTrips);
  }

  @ParameterizedTest
  @CsvSource({"20, 0.2", "100, 0.15"})
  void shouldLeaveSomethingToCubic(double rttMs, double least) {
    EmulatedLink link = EmulatedLink.of(rttMs, 50, 0);
    Dumbbell dumbbell = link.dumbbell(1);
    Dumbbell.Flow model = dumbbell.add(CongestionAlgorithm.MODEL, ENDLESS, 0);
    Dumbbell.Flow cubic = dumbbell.add(CongestionAlgorithm.CUBIC, ENDLESS, 0);
    dumbbell.run(40);
    assertThat(cubic.mbitPerSecond(0, 40)).isGreaterThan(least * link.limitMbit());
    assertThat(model.mbitPerSecond(0, 40)).isGreaterThan(0.3 * link.limitMbit());
  }

  /** On a link that loses nothing all of them do. */
  @ParameterizedTest
  @EnumSource(CongestionAlgorithm.class)
  void shouldUseALinkWithoutLoss(CongestionAlgorithm algorithm) {
    Run run = run(EmulatedLink.of(20, 100, 0), algorithm, 60_000_000, GIVE_UP_SECONDS, 1);
    assertThat(run.share()).isGreaterThan(0.85);
    assertThat(run.queueLoss()).isLessThan(0.01);
  }

  /** For docs/performance.md. */
  @Test
  @EnabledIfSystemProperty(named = "ferry.matrix", matches = "table")
  void printTable() {
    StringBuilder table = new StringBuilder("\n| link |");
    for (CongestionAlgorithm algorithm : CongestionAlgorithm.values()) {
      table.append(' ').append(algorithm).append(" |");
    }
    for (Link link : Link.values()) {
      table.append("\n| ").append(link).append(", ").append(link.longMegabytes).append(" MB |");
      for (CongestionAlgorithm algorithm : CongestionAlgorithm.values()) {
        Run[] runs = new Run[TABLE_SEEDS];
        for (int i = 0; i < runs.length; i++) {
          long bytes = link.longMegabytes * 1_000_000;
          runs[i] = run(link.emulated(), algorithm, bytes, GIVE_UP_SECONDS, i + 1);
        }
        double[] shares = Arrays.stream(runs).mapToDouble(Run::share).sorted().toArray();
        table.append(
            String.format(
                Locale.ROOT,
                " %.3f [%.3f–%.3f], %.3f |",
                median(Run::share, runs),
                shares[0],
                shares[shares.length - 1],
                median(Run::sent, runs)));
      }
    }
    System.out.println(table);
  }
}
