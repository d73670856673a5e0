package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.connection.Dumbbell.Flow;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.Nanos;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Transfers with model-based rate control that share a link with each other and with what others
 * send, in virtual time. Bounds are a little below what was found.
 */
@Tag("statistics")
class SharedLinkTest {
  /**
   * What several flows got.
   *
   * @param total as a share of what the link can carry
   * @param least of the flow that got least, as a share of the total
   * @param fairness Jain's index: 1 if all got the same, 1 / n if one got everything
   */
  private record Shares(double total, double least, double fairness, double queueLoss) {
    static Shares of(double[] rates, EmulatedLink link, double queueLoss) {
      double sum = Arrays.stream(rates).sum();
      double squares = Arrays.stream(rates).map(rate -> rate * rate).sum();
      double least = Arrays.stream(rates).min().getAsDouble();
      return new Shares(
          sum / link.limitMbit(), least / sum, sum * sum / (rates.length * squares), queueLoss);
    }
  }

  /** What one flow got beside another, both as shares of what the link can carry. */
  private record Beside(double own, double other) {}

  /** Many flows, or BBR, go on so differently by the seed that one of them says little. */
  private static final int SEVERAL_SEEDS = Math.max(3, Matrix.SEEDS);

  private static Shares share(EmulatedLink link, int flows, int seconds, long seed) {
    Dumbbell dumbbell = link.dumbbell(seed);
    List<Flow> all =
        IntStream.range(0, flows)
            .mapToObj(
                i ->
                    dumbbell.add(
                        CongestionAlgorithm.MODEL,
                        Matrix.ENDLESS,
                        (flows == 2 ? 3000L : 500L) * i * Nanos.MILLISECOND))
            .toList();
    dumbbell.run(seconds);
    double[] rates =
        all.stream().mapToDouble(flow -> flow.mbitPerSecond(seconds / 2, seconds)).toArray();
    return Shares.of(rates, link, dumbbell.queueLoss());
  }

  /** The second begins 3 s after the first; the last 15 s count. */
  @ParameterizedTest
  @CsvSource({
    "20, 0, 1, 0.42",
    "20, 0, 4, 0.42",
    "100, 0, 1, 0.36",
    "100, 0, 4, 0.36",
    "100, 5, 1, 0.36",
    "100, 0, 0.2, 0.25",
    "20, 0, 0.2, 0.40",
    "20, 0, 0.1, 0.40"
  })
  void shouldShareWithItself(double rttMs, double lossPercent, double products, double least) {
    EmulatedLink link = EmulatedLink.of(rttMs, 100, lossPercent).withQueue(products);
    String what = "two flows, " + link;
    List<Shares> found = Matrix.each(Matrix.SEEDS, seed -> share(link, 2, 30, seed));
    assertThat(Matrix.median(what + ", least", found, Shares::least)).isGreaterThan(least);
    assertThat(Matrix.median(what + ", total", found, Shares::total)).isGreaterThan(0.9);
    assertThat(Matrix.median(what + ", lost", found, Shares::queueLoss)).isLessThan(0.05);
  }

  /**
   * They begin half a second after each other, so that late ones never see the queue empty. The
   * last 20 s count for the shares, and all 40 s for what is lost.
   */
  @ParameterizedTest
  @CsvSource({
    "20, 0, 1, 0.88, 0.05",
    "20, 0, 0.2, 0.92, 0.05",
    "100, 0, 1, 0.66, 0.05",
    "100, 2, 1, 0.62, 0.07"
  })
  void shouldUseALinkAmongEight(
      double rttMs, double lossPercent, double products, double fairness, double queueLoss) {
    EmulatedLink link = EmulatedLink.of(rttMs, 100, lossPercent).withQueue(products);
    String what = "eight flows, " + link;
    List<Shares> found = Matrix.each(SEVERAL_SEEDS, seed -> share(link, 8, 40, seed));
    assertThat(Matrix.median(what + ", fairness", found, Shares::fairness)).isGreaterThan(fairness);
    assertThat(Matrix.median(what + ", total", found, Shares::total)).isGreaterThan(0.9);
    assertThat(Matrix.median(what + ", lost", found, Shares::queueLoss)).isLessThan(queueLoss);
  }

  private static Beside besideCubic(EmulatedLink link, int seconds, long seed) {
    Dumbbell dumbbell = link.dumbbell(seed);
    Flow model = dumbbell.add(CongestionAlgorithm.MODEL, Matrix.ENDLESS, 0);
    Flow cubic = dumbbell.add(CongestionAlgorithm.CUBIC, Matrix.ENDLESS, 0);
    dumbbell.run(seconds);
    return new Beside(
        model.mbitPerSecond(0, seconds) / link.limitMbit(),
        cubic.mbitPerSecond(0, seconds) / link.limitMbit());
  }

  @ParameterizedTest
  @CsvSource({"20, 1, 0.33, 0.3", "20, 4, 0.5, 0.18", "100, 1, 0.33, 0.3", "100, 4, 0.5, 0.255"})
  void shouldLeaveSomethingToCubic(double rttMs, double products, double least, double own) {
    EmulatedLink link = EmulatedLink.of(rttMs, 50, 0).withQueue(products);
    List<Beside> found = Matrix.each(Matrix.SEEDS, seed -> besideCubic(link, 40, seed));
    String what = "beside CUBIC, " + link;
    assertThat(Matrix.median(what + ", CUBIC", found, Beside::other)).isGreaterThan(least);
    assertThat(Matrix.median(what + ", own", found, Beside::own)).isGreaterThan(own);
  }

  private static Beside besideBbr(EmulatedLink link, int seconds, long seed) {
    Dumbbell dumbbell = link.dumbbell(seed);
    Flow model = dumbbell.add(CongestionAlgorithm.MODEL, Matrix.ENDLESS, 0);
    BbrTraffic bbr = new BbrTraffic(dumbbell, 0);
    dumbbell.run(seconds);
    return new Beside(
        model.mbitPerSecond(0, seconds) / link.limitMbit(),
        bbr.mbitPerSecond(0, seconds) / link.limitMbit());
  }

  @ParameterizedTest
  @CsvSource({
    "20, 0, 1, 0.33, 0.13",
    "20, 0, 4, 0.33, 0.22",
    "100, 0, 1, 0.33, 0.12",
    "100, 2, 1, 0.33, 0.21"
  })
  void shouldShareWithBbr(
      double rttMs, double lossPercent, double products, double least, double own) {
    EmulatedLink link = EmulatedLink.of(rttMs, 50, lossPercent).withQueue(products);
    List<Beside> found = Matrix.each(SEVERAL_SEEDS, seed -> besideBbr(link, 40, seed));
    String what = "beside BBR, " + link;
    assertThat(Matrix.median(what + ", BBR", found, Beside::other)).isGreaterThan(least);
    assertThat(Matrix.median(what + ", own", found, Beside::own)).isGreaterThan(own);
  }

  /** The traffic that stands for BBR does what BBR does, alone and beside one of its kind. */
  @ParameterizedTest
  @CsvSource({"20, 0, 1", "100, 0, 1", "20, 2, 1"})
  void shouldCompareWithSomethingThatUsesALinkAsBbrDoes(
      double rttMs, double lossPercent, double products) {
    EmulatedLink link = EmulatedLink.of(rttMs, 50, lossPercent).withQueue(products);
    Dumbbell alone = link.dumbbell(1);
    BbrTraffic bbr = new BbrTraffic(alone, 0);
    alone.run(30);
    assertThat(bbr.mbitPerSecond(5, 30)).isGreaterThan(0.9 * link.limitMbit());
    Dumbbell dumbbell = link.dumbbell(1);
    BbrTraffic first = new BbrTraffic(dumbbell, 0);
    BbrTraffic second = new BbrTraffic(dumbbell, 3 * Nanos.SECOND);
    dumbbell.run(40);
    assertThat(second.mbitPerSecond(20, 40)).isGreaterThan(0.25 * link.limitMbit());
    assertThat(first.mbitPerSecond(20, 40)).isGreaterThan(0.25 * link.limitMbit());
  }
}
