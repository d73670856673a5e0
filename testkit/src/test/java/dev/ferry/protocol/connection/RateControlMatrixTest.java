package dev.ferry.protocol.connection;

import static dev.ferry.protocol.connection.Matrix.FULL;
import static dev.ferry.protocol.connection.Matrix.FULL_SEEDS;
import static dev.ferry.protocol.connection.Matrix.SEEDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.connection.Dumbbell.Flow;
import dev.ferry.protocol.connection.Matrix.Run;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
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
@Tag("statistics")
class RateControlMatrixTest {
  /** Of what takes no longer than this to simulate, more than one seed counts in any case. */
  private static final long SMALL_BYTES = 20_000_000;

  private static final int TABLE_SEEDS = 3;
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

  private static List<Run> runs(EmulatedLink link, long bytes, double seconds) {
    return Matrix.runs(bytes <= SMALL_BYTES ? FULL_SEEDS : SEEDS, link, bytes, seconds);
  }

  private static void shouldReach(String what, List<Run> runs, double share, double queueLoss) {
    assertThat(Matrix.median(what + ", share", runs, Run::share)).isGreaterThan(share);
    assertThat(Matrix.median(what + ", lost in the queue", runs, Run::queueLoss))
        .isLessThan(queueLoss);
  }

  /**
   * The second and third bound: for long transfers, and how often a packet is sent at most. The
   * last one is for what arrives and is not needed.
   */
  @ParameterizedTest
  @CsvSource({
    "L1, 0.93, 0.95, 1.01, 0.005",
    "L2, 0.92, 0.93, 1.01, 0.005",
    "L3, 0.81, 0.91, 1.03, 0.005",
    "L4, 0.78, 0.91, 1.08, 0.005",
    "L5, 0.70, 0.84, 1.07, 0.008",
    "L6, 0.86, 0.92, 1.31, 0.03"
  })
  void shouldUseTheLink(
      Link link, double shortShare, double longShare, double sent, double redundant) {
    List<Run> runs = runs(link.emulated(), link.bytes(), GIVE_UP_SECONDS);
    assertThat(Matrix.median(link + ", share", runs, Run::share))
        .isGreaterThan(FULL ? longShare : shortShare);
    assertThat(Matrix.median(link + ", sent", runs, Run::sent)).isLessThan(sent);
    assertThat(Matrix.median(link + ", redundant", runs, Run::redundant)).isLessThan(redundant);
  }

  /** The first queue holds 8 packets, and a run at that rate has 10. */
  @ParameterizedTest
  @CsvSource({
    "L1, 0.1, 2, 0.70, 0.08",
    "L1, 0.2, 2, 0.90, 0.05",
    "L1, 4, 2, 0.95, 0.01",
    "L2, 0.1, 10, 0.89, 0.05",
    "L2, 0.2, 10, 0.93, 0.05",
    "L2, 4, 10, 0.94, 0.01",
    "L3, 0.1, 10, 0.87, 0.05",
    "L3, 0.2, 10, 0.87, 0.05",
    "L3, 4, 10, 0.91, 0.01",
    "L4, 0.1, 10, 0.87, 0.05",
    "L4, 0.2, 10, 0.86, 0.05",
    "L4, 4, 10, 0.91, 0.01",
    "L5, 0.1, 20, 0.86, 0.06",
    "L5, 0.2, 20, 0.80, 0.05",
    "L5, 4, 20, 0.86, 0.01",
    "L6, 0.3, 10, 0.815, 0.05",
    "L6, 4, 10, 0.91, 0.01"
  })
  void shouldUseTheLinkWithAQueueOfAnyLength(
      Link link, double products, double seconds, double share, double queueLoss) {
    EmulatedLink emulated = link.emulated().withQueue(products);
    List<Run> runs = runs(emulated, Matrix.ENDLESS, FULL ? 2 * seconds : seconds);
    shouldReach(link + " with a queue of " + products, runs, share, queueLoss);
  }

  /** A queue of four packets is nearly none. */
  @Test
  void shouldUseTheLinkWithoutAQueue() {
    EmulatedLink link = EmulatedLink.of(50, 100, 0).withQueue(0.01);
    shouldReach("hardly a queue", runs(link, Matrix.ENDLESS, 10), 0.80, 0.05);
  }

  /**
   * No delay shows a policer's limit: it drops at once what exceeds its rate. What it lets pass as
   * a burst looks like the rate of the path. But no probe moves the round-trip time, so that what
   * it drops then is not taken for the path's own loss.
   */
  @ParameterizedTest
  @CsvSource({"50, 50000, 0.84, 0.03", "50, 1250000, 0.90, 0.09", "10, 125000, 0.90, 0.05"})
  void shouldFindTheRateOfAPolicer(double rttMs, long burst, double share, double dropped) {
    EmulatedLink link = EmulatedLink.of(rttMs, 1000, 0);
    List<Flow> flows =
        Matrix.each(
            FULL_SEEDS,
            seed -> {
              Dumbbell dumbbell = link.dumbbell(seed);
              dumbbell.police(100, burst);
              Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, Matrix.ENDLESS, 0);
              dumbbell.run(20);
              return flow;
            });
    String what = "a policer of 100 Mbit/s, " + burst + " bytes, " + rttMs + " ms";
    double limit = EmulatedLink.of(rttMs, 100, 0).limitMbit();
    assertThat(Matrix.median(what, flows, flow -> flow.mbitPerSecond(5, 20) / limit))
        .isGreaterThan(share);
    assertThat(Matrix.median(what + ", sent", flows, Flow::sentForEach)).isLessThan(1 + dropped);
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
    List<Run> runs = runs(link, Matrix.ENDLESS, 12);
    assertThat(Matrix.median(link.toString(), runs, Run::share)).isGreaterThan(share);
  }

  /** A flow without an end over a link, once for each seed. */
  private static List<Flow> flows(EmulatedLink link, Consumer<Dumbbell> course) {
    return Matrix.each(
        SEEDS,
        seed -> {
          Dumbbell dumbbell = link.dumbbell(seed);
          Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, Matrix.ENDLESS, 0);
          course.accept(dumbbell);
          return flow;
        });
  }

  @Test
  void shouldUseTheLinkThoughMostAcknowledgementsGetLost() {
    EmulatedLink link = EmulatedLink.of(100, 100, 1).withAckLoss(60);
    List<Flow> flows = flows(link, dumbbell -> dumbbell.run(12));
    assertThat(Matrix.median("60 % of acks lost, Mbit/s", flows, flow -> flow.mbitPerSecond(6, 12)))
        .isGreaterThan(0.85 * link.limitMbit());
  }

  @ParameterizedTest
  @CsvSource({"100, 0.25, 12", "25, 4, 15"})
  void shouldFollowTheRate(double mbit, double factor, int settledSecond) {
    EmulatedLink link = EmulatedLink.of(50, mbit, 0);
    List<Flow> flows =
        flows(
            link,
            dumbbell -> {
              dumbbell.run(10);
              dumbbell.changeBottleneck(link.bottleneck(factor));
              dumbbell.run(settledSecond + 3.0);
            });
    String what = "rate times " + factor + ", Mbit/s ";
    assertThat(Matrix.median(what + "before", flows, flow -> flow.mbitPerSecond(5, 10)))
        .isGreaterThan(0.9 * mbit);
    assertThat(
            Matrix.median(
                what + "after",
                flows,
                flow -> flow.mbitPerSecond(settledSecond, settledSecond + 3)))
        .isGreaterThan(0.9 * mbit * factor);
  }

  /** A longer route looks like a queue until the minimum is given up. */
  @ParameterizedTest
  @CsvSource({"50, 2, 0.5", "100, 0.5, 0.9"})
  void shouldFollowTheRoundTripTime(double rttMs, double factor, double meanwhile) {
    EmulatedLink link = EmulatedLink.of(rttMs, 100, 1);
    List<Flow> flows =
        flows(
            link,
            dumbbell -> {
              dumbbell.run(10);
              dumbbell.changeDelay(link.forward(factor), link.back(factor));
              dumbbell.run(28);
            });
    String what = "round trip times " + factor + ", Mbit/s ";
    assertThat(Matrix.median(what + "meanwhile", flows, flow -> flow.mbitPerSecond(11, 24)))
        .isGreaterThan(meanwhile * link.limitMbit());
    assertThat(Matrix.median(what + "then", flows, flow -> flow.mbitPerSecond(24, 28)))
        .isGreaterThan(0.9 * link.limitMbit());
  }

  /** What is overtaken by a hundred packets again and again is not sent twice for long. */
  @Test
  void shouldLearnThatPacketsOvertakeEachOther() {
    Dumbbell dumbbell =
        new Dumbbell(1, "rate=50mbit,queue=600kB", "delay=50ms,reorder=5%:25ms", "delay=50ms");
    Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, Matrix.ENDLESS, 0);
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

  /** On a link that loses nothing all of them do. */
  @ParameterizedTest
  @EnumSource(CongestionAlgorithm.class)
  void shouldUseALinkWithoutLoss(CongestionAlgorithm algorithm) {
    EmulatedLink link = EmulatedLink.of(20, 100, 0);
    Run run = Matrix.run(link, algorithm, 60_000_000, GIVE_UP_SECONDS, 1);
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
        long bytes = link.longMegabytes * 1_000_000;
        List<Run> runs =
            Matrix.each(
                TABLE_SEEDS,
                seed -> Matrix.run(link.emulated(), algorithm, bytes, GIVE_UP_SECONDS, seed));
        double[] shares = runs.stream().mapToDouble(Run::share).sorted().toArray();
        table.append(
            String.format(
                Locale.ROOT,
                " %.3f [%.3f–%.3f], %.3f |",
                shares[shares.length / 2],
                shares[0],
                shares[shares.length - 1],
                runs.stream().mapToDouble(Run::sent).sorted().toArray()[runs.size() / 2]));
      }
    }
    System.out.println(table);
  }
}
