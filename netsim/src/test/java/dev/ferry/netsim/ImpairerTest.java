package dev.ferry.netsim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.Fate.Drop;
import dev.ferry.netsim.Fate.Kind;
import dev.ferry.netsim.ImpairmentSpec.Blackhole;
import dev.ferry.netsim.ImpairmentSpec.QueueLimit;
import dev.ferry.netsim.ImpairmentSpec.Rebinding;
import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("statistics")
class ImpairerTest {
  private static final int MILLION = 1_000_000;
  private static final int BYTES = 1000;
  private static final long SEED = 7;
  private static final long GAP_NS = 100 * Nanos.MICROSECOND;

  private static List<Fate> run(ImpairmentSpec spec, int count, long gapNs) {
    Impairer impairer = new Impairer(spec, SEED);
    List<Fate> fates = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fates.add(impairer.next(BYTES, i * gapNs));
    }
    return fates;
  }

  /** A million fates, one after the other: kept, they would fill the heap. */
  private static Tally tally(ImpairmentSpec spec) {
    Impairer impairer = new Impairer(spec, SEED);
    Tally tally = new Tally();
    for (int i = 0; i < MILLION; i++) {
      tally.add(impairer.next(BYTES, i * GAP_NS));
    }
    return tally;
  }

  private static final class Tally {
    private final Map<Drop, Long> drops = new EnumMap<>(Drop.class);
    private final Map<Kind, Long> arrivals = new EnumMap<>(Kind.class);
    private long bursts;
    private int burst;
    private int longestBurst;
    private long overtakings;
    private long flipped;
    private long cut;
    private long lastArrivalNs;

    void add(Fate fate) {
      boolean isDropped = fate.drop() != null;
      if (isDropped) {
        drops.merge(fate.drop(), 1L, Long::sum);
        bursts += burst == 0 ? 1 : 0;
      }
      burst = isDropped ? burst + 1 : 0;
      longestBurst = Math.max(longestBurst, burst);
      for (Delivery delivery : fate.deliveries()) {
        arrivals.merge(delivery.kind(), 1L, Long::sum);
        overtakings += delivery.atNs() < lastArrivalNs ? 1 : 0;
        lastArrivalNs = delivery.atNs();
        flipped += delivery.flippedBit() >= 0 ? 1 : 0;
        cut += delivery.keptBytes() < BYTES ? 1 : 0;
      }
    }

    long dropped(Drop drop) {
      return drops.getOrDefault(drop, 0L);
    }

    long arrived(Kind kind) {
      return arrivals.getOrDefault(kind, 0L);
    }
  }

  private static long dropped(List<Fate> fates, Drop drop) {
    return fates.stream().filter(fate -> fate.drop() == drop).count();
  }

  private static long delivered(List<Fate> fates, Kind kind) {
    return fates.stream()
        .flatMap(fate -> fate.deliveries().stream())
        .filter(d -> d.kind() == kind)
        .count();
  }

  /** Three standard deviations of the share of successes in a million trials. */
  private static double sigmas(double probability) {
    return 3 * Math.sqrt(probability * (1 - probability) / MILLION);
  }

  private static double share(long count) {
    return count / (double) MILLION;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.1, 0.5, 1})
  void shouldLoseTheShareThatWasAskedFor(double loss) {
    Tally tally = tally(ImpairmentSpec.NONE.withLoss(new Selection.Independent(loss)));
    assertThat(share(tally.dropped(Drop.LOSS))).isCloseTo(loss, within(sigmas(loss)));
  }

  @ParameterizedTest
  @CsvSource({"0.02, 4", "0.1, 1.5", "0.3, 10"})
  void shouldLoseInBurstsOfTheMeanThatWasAskedFor(double loss, double burst) {
    Tally tally = tally(ImpairmentSpec.NONE.withLoss(new Selection.GilbertElliott(loss, burst)));
    long lost = tally.dropped(Drop.LOSS);
    double burstSigma = Math.sqrt(burst * (burst - 1) / tally.bursts);
    assertThat(lost / (double) tally.bursts).isCloseTo(burst, within(3 * burstSigma));
    // A Markov chain's share varies more than independent trials', by (1 + r) / (1 - r), r its
    // correlation.
    double correlation = 1 - 1 / burst - loss / (burst * (1 - loss));
    double widening = Math.sqrt((1 + correlation) / (1 - correlation));
    assertThat(share(lost)).isCloseTo(loss, within(sigmas(loss) * widening));
  }

  @ParameterizedTest
  @CsvSource({"0.02, 3", "0.3, 3", "0.9, 2"})
  void shouldNotLoseMoreInARowThanAllowed(double probability, int longestRun) {
    Tally tally =
        tally(ImpairmentSpec.NONE.withLoss(new Selection.Limited(probability, longestRun)));
    assertThat(tally.longestBurst).isEqualTo(longestRun);
    // In the steady state a run of k is p times as likely as one of k - 1.
    double weights = 0;
    for (int run = 0; run <= longestRun; run++) {
      weights += Math.pow(probability, run);
    }
    double share = 1 - 1 / weights;
    // Longer runs being cut off, the share varies less than that of independent trials.
    assertThat(share(tally.dropped(Drop.LOSS))).isCloseTo(share, within(sigmas(share)));
  }

  @Test
  void shouldMoveTheSenderOnTime() {
    ImpairmentSpec spec =
        ImpairmentSpec.NONE.withRebinding(new Rebinding(2 * GAP_NS, 3 * GAP_NS, false));
    assertThat(run(spec, 9, GAP_NS))
        .extracting(Fate::binding)
        .containsExactly(0L, 0L, 1L, 1L, 1L, 2L, 2L, 2L, 3L);
    assertThat(run(ImpairmentSpec.NONE, 3, GAP_NS)).extracting(Fate::binding).containsOnly(0L);
  }

  @Test
  void shouldLoseEveryNth() {
    List<Fate> fates = run(ImpairmentSpec.NONE.withLoss(new Selection.EveryNth(3)), 9, GAP_NS);
    assertThat(fates)
        .extracting(fate -> fate.drop() != null)
        .containsExactly(false, false, true, false, false, true, false, false, true);
  }

  @Test
  void shouldLoseExactlyTheListed() {
    List<Fate> fates =
        run(ImpairmentSpec.NONE.withLoss(new Selection.Listed(Set.of(1L, 4L))), 5, GAP_NS);
    assertThat(fates)
        .filteredOn(fate -> fate.drop() == Drop.LOSS)
        .extracting(Fate::number)
        .containsExactly(1L, 4L);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.2, 1})
  void shouldDuplicateTheShareThatWasAskedFor(double share) {
    Tally tally = tally(ImpairmentSpec.NONE.withDuplicate(Selection.share(share)));
    assertThat(tally.arrived(Kind.ORIGINAL)).isEqualTo(MILLION);
    assertThat(share(tally.arrived(Kind.DUPLICATE))).isCloseTo(share, within(sigmas(share)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.3})
  void shouldReorderTheShareThatWasAskedFor(double share) {
    List<Fate> fates =
        run(
            ImpairmentSpec.NONE.withReorder(Selection.share(share), 5 * Nanos.MILLISECOND),
            MILLION,
            GAP_NS);
    long overtaken = 0;
    long latestNs = Long.MAX_VALUE;
    for (int i = fates.size() - 1; i >= 0; i--) {
      Delivery delivery = fates.get(i).deliveries().get(0);
      overtaken += delivery.atNs() > latestNs ? 1 : 0;
      latestNs = Math.min(latestNs, delivery.atNs());
    }
    assertThat(share(overtaken)).isCloseTo(share, within(sigmas(share) + 1e-4));
  }

  @Test
  void shouldNotReorderByJitterAlone() {
    Jitter jitter = new Jitter(Jitter.Shape.NORMAL, 10 * Nanos.MILLISECOND, 0);
    Tally tally = tally(ImpairmentSpec.NONE.withDelay(20 * Nanos.MILLISECOND, jitter));
    assertThat(tally.overtakings).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "UNIFORM, 0.57735, 0",
    "NORMAL, 1, 0",
    "PARETO, 1, 0",
    "UNIFORM, 0.57735, 0.9",
    "NORMAL, 1, 0.9"
  })
  void shouldSpreadTheDelayAsAskedFor(Jitter.Shape shape, double deviation, double correlation) {
    long meanNs = 100 * Nanos.MILLISECOND;
    long spreadNs = 10 * Nanos.MILLISECOND;
    // So far apart that no datagram waits for the one before it.
    List<Fate> fates =
        run(
            ImpairmentSpec.NONE.withDelay(meanNs, new Jitter(shape, spreadNs, correlation)),
            MILLION,
            10 * Nanos.SECOND);
    double[] values = new double[MILLION];
    for (int i = 0; i < MILLION; i++) {
      values[i] =
          (fates.get(i).deliveries().get(0).atNs() - i * 10L * Nanos.SECOND - meanNs)
              / (double) spreadNs;
    }
    double mean = shape == Jitter.Shape.PARETO ? 1 / Math.sqrt(3) : 0;
    double widening = Math.sqrt((1 + correlation) / (1 - correlation));
    double measured = mean(values);
    assertThat(measured).isCloseTo(mean, within(3 * deviation * widening / Math.sqrt(MILLION)));
    double variance = 0;
    double product = 0;
    for (int i = 0; i < MILLION; i++) {
      variance += (values[i] - measured) * (values[i] - measured) / MILLION;
      product += i == 0 ? 0 : (values[i] - measured) * (values[i - 1] - measured) / MILLION;
    }
    // The fourth moment of the Lomax distribution is infinite: no bound on its measured variance
    // holds.
    if (shape != Jitter.Shape.PARETO) {
      assertThat(Math.sqrt(variance)).isCloseTo(deviation, within(0.01 * widening));
      assertThat(product / variance).isCloseTo(correlation, within(0.01));
    }
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  @Test
  void shouldFollowATableOfQuantiles() {
    Jitter.Table table = new Jitter.Table("", List.of(0.0, 1.0, 4.0));
    List<Fate> fates =
        run(
            ImpairmentSpec.NONE.withDelay(0, new Jitter(table, Nanos.MILLISECOND, 0)),
            MILLION,
            Nanos.SECOND);
    long belowMedian = 0;
    long outside = 0;
    for (int i = 0; i < MILLION; i++) {
      long delayNs = fates.get(i).deliveries().get(0).atNs() - i * Nanos.SECOND;
      outside += delayNs < 0 || delayNs > 4 * Nanos.MILLISECOND ? 1 : 0;
      belowMedian += delayNs < Nanos.MILLISECOND ? 1 : 0;
    }
    assertThat(outside).isZero();
    assertThat(share(belowMedian)).isCloseTo(0.5, within(sigmas(0.5)));
  }

  @Test
  void shouldCorruptAndTruncateTheSharesThatWereAskedFor() {
    Tally tally =
        tally(
            ImpairmentSpec.NONE
                .withCorrupt(Selection.share(0.02))
                .withTruncate(Selection.share(0.05)));
    assertThat(share(tally.flipped)).isCloseTo(0.02, within(sigmas(0.02)));
    assertThat(share(tally.cut)).isCloseTo(0.05, within(sigmas(0.05)));
  }

  @Test
  void shouldFlipBitsInAllPositions() {
    List<Fate> fates = run(ImpairmentSpec.NONE.withCorrupt(Selection.share(1)), 10_000, GAP_NS);
    assertThat(fates)
        .extracting(fate -> fate.deliveries().get(0).flippedBit())
        .allMatch(bit -> bit >= 0 && bit < BYTES * Byte.SIZE)
        .extracting(bit -> bit % Byte.SIZE)
        .contains(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void shouldCarryNoMoreThanTheRate() {
    long bitsPerSecond = 10_000_000;
    ImpairmentSpec spec =
        ImpairmentSpec.NONE.withRate(
            new RateLimit.Constant(bitsPerSecond), QueueLimit.ofBytes(20_000));
    List<Fate> fates = run(spec, MILLION, GAP_NS);
    List<Delivery> arrived = fates.stream().flatMap(fate -> fate.deliveries().stream()).toList();
    double seconds = arrived.get(arrived.size() - 1).atNs() / (double) Nanos.SECOND;
    double carried = arrived.size() * (BYTES + RateLimit.HEADER_BYTES) * 8.0;
    assertThat(carried / seconds).isCloseTo((double) bitsPerSecond, within(bitsPerSecond * 1e-4));
    assertThat(dropped(fates, Drop.QUEUE)).isEqualTo(MILLION - arrived.size());
  }

  @Test
  void shouldBoundTheQueueByBytesByTimeAndByNumber() {
    RateLimit rate = new RateLimit.Constant((BYTES + RateLimit.HEADER_BYTES) * 8 * 1000);
    // One datagram a millisecond; all come at once.
    List<Fate> byBytes =
        run(
            ImpairmentSpec.NONE.withRate(
                rate, QueueLimit.ofBytes(3 * (BYTES + RateLimit.HEADER_BYTES))),
            10,
            0);
    assertThat(delivered(byBytes, Kind.ORIGINAL)).isEqualTo(4);
    List<Fate> byTime =
        run(ImpairmentSpec.NONE.withRate(rate, QueueLimit.ofTime(5 * Nanos.MILLISECOND)), 10, 0);
    assertThat(delivered(byTime, Kind.ORIGINAL)).isEqualTo(6);
    List<Fate> byNumber = run(ImpairmentSpec.NONE.withRate(rate, QueueLimit.ofDatagrams(7)), 10, 0);
    assertThat(delivered(byNumber, Kind.ORIGINAL)).isEqualTo(8);
  }

  @Test
  void shouldFollowABandwidthTrace() {
    // Two opportunities of 1500 bytes every 10 ms.
    ImpairmentSpec spec =
        ImpairmentSpec.NONE.withRate(
            new RateLimit.Trace("", List.of(5L, 10L)), QueueLimit.ofBytes(Long.MAX_VALUE));
    List<Fate> fates = run(spec, 6, 0);
    assertThat(fates)
        .extracting(fate -> fate.deliveries().get(0).atNs() / Nanos.MILLISECOND)
        .containsExactly(5L, 10L, 15L, 15L, 20L, 25L);
    Fate late = new Impairer(spec, SEED).next(BYTES, 0);
    assertThat(late.deliveries().get(0).atNs()).isEqualTo(5 * Nanos.MILLISECOND);
  }

  @Test
  void shouldSwallowLargeDatagramsAndOutages() {
    List<Fate> mtu =
        run(ImpairmentSpec.NONE.withMtu(BYTES + RateLimit.HEADER_BYTES - 1), 3, GAP_NS);
    assertThat(dropped(mtu, Drop.MTU)).isEqualTo(3);
    assertThat(
            dropped(
                run(ImpairmentSpec.NONE.withMtu(BYTES + RateLimit.HEADER_BYTES), 3, GAP_NS),
                Drop.MTU))
        .isZero();
    List<Fate> outage =
        run(ImpairmentSpec.NONE.withBlackhole(new Blackhole(2 * GAP_NS, GAP_NS)), 6, GAP_NS);
    assertThat(outage)
        .extracting(fate -> fate.drop() == Drop.BLACKHOLE)
        .containsExactly(false, false, true, false, false, true);
  }

  @Test
  void shouldReplayNothingInAnOutage() {
    ImpairmentSpec spec =
        ImpairmentSpec.NONE
            .withReplay(Selection.share(1))
            .withBlackhole(new Blackhole(2 * GAP_NS, GAP_NS));
    assertThat(run(spec, 6, GAP_NS))
        .extracting(fate -> fate.deliveries().size())
        .containsExactly(1, 2, 0, 2, 2, 0);
  }

  @Test
  void shouldReplayRecentDatagrams() {
    List<Fate> fates = run(ImpairmentSpec.NONE.withReplay(Selection.share(0.1)), MILLION, GAP_NS);
    assertThat(share(delivered(fates, Kind.REPLAY))).isCloseTo(0.1, within(sigmas(0.1)));
    assertThat(fates.stream().flatMapToLong(ImpairerTest::replayedBack).summaryStatistics())
        .satisfies(back -> assertThat(back.getMin()).isEqualTo(1))
        .satisfies(back -> assertThat(back.getMax()).isEqualTo(Impairer.REPLAY_WINDOW));
  }

  private static LongStream replayedBack(Fate fate) {
    return fate.deliveries().stream()
        .filter(delivery -> delivery.kind() == Kind.REPLAY)
        .mapToLong(delivery -> fate.number() - delivery.number());
  }

  @Test
  void shouldDecideTheSameForTheSameSeed() {
    for (long seed = 1; seed <= 50; seed++) {
      ImpairmentSpec spec = anything(new Random(seed));
      List<Fate> once = random(spec, seed);
      assertThat(random(spec, seed)).as("seed %d", seed).isEqualTo(once);
      assertThat(random(spec, seed + 1000)).as("seed %d", seed).isNotEqualTo(once);
    }
  }

  @Test
  void shouldNotChangeOnePropertyByAnother() {
    ImpairmentSpec loss = ImpairmentSpec.NONE.withLoss(new Selection.Independent(0.3));
    ImpairmentSpec more =
        loss.withDuplicate(Selection.share(0.5))
            .withCorrupt(Selection.share(0.1))
            .withTruncate(Selection.share(0.1))
            .withReorder(Selection.share(0.2), GAP_NS);
    assertThat(run(more, 10_000, GAP_NS))
        .extracting(Fate::drop)
        .isEqualTo(run(loss, 10_000, GAP_NS).stream().map(Fate::drop).toList());
  }

  private static ImpairmentSpec anything(Random random) {
    return ImpairmentSpec.NONE
        .withLoss(new Selection.GilbertElliott(0.2, 1 + random.nextInt(5)))
        .withDelay(
            random.nextInt(10_000_000),
            new Jitter(Jitter.Shape.PARETO, 1 + random.nextInt(1_000_000), 0.5))
        .withReorder(Selection.share(0.1), Nanos.MILLISECOND)
        .withDuplicate(Selection.share(0.2))
        .withCorrupt(new Selection.Limited(0.1, 2))
        .withTruncate(Selection.share(0.1))
        .withReplay(Selection.share(0.1))
        .withRate(new RateLimit.Constant(5_000_000), QueueLimit.DEFAULT);
  }

  private static List<Fate> random(ImpairmentSpec spec, long seed) {
    Random sizes = new Random(1);
    Impairer impairer = new Impairer(spec, seed);
    List<Fate> fates = new ArrayList<>();
    long nowNs = 0;
    for (int i = 0; i < 500; i++) {
      nowNs += sizes.nextInt(2_000_000);
      fates.add(impairer.next(sizes.nextInt(1500), nowNs));
    }
    return fates;
  }
}
