package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.ImpairmentSpec.QueueLimit;
import dev.ferry.netsim.RateLimit.Trace;
import dev.ferry.protocol.connection.Dumbbell.Flow;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Model-based rate control on links like those of Wi-Fi and LTE, in virtual time: their rate varies
 * all the time, they carry packets in batches, and have deep queues. What they carry is recorded in
 * Mahimahi's format.
 */
@Tag("statistics")
class WirelessTest {
  private static final int SECONDS = 30;
  private static final int FROM_SECOND = 3;

  /** A link. The rates are those of the record, from its least to its largest. */
  enum Preset {
    /** The medium is won every few milliseconds, and then carries what has piled up. */
    WIFI("delay=2ms,jitter=1500us,loss=burst:0.5%:3", 40, 120, 3, 20, 60, 0.54),
    /** A far corner of the house: slow, and frames that were repeated in vain. */
    WIFI_FAR("delay=3ms,jitter=3ms,loss=burst:3%:4", 5, 25, 8, 100, 80, 0.23),
    /** A new share of the cell every 100 ms, nothing lost, and a queue of half a second. */
    LTE("delay=25ms,jitter=4ms", 5, 60, 1, 100, 500, 0.84),
    /** In a car: the rate falls to next to nothing. */
    LTE_MOVING("delay=35ms,jitter=8ms,loss=0.1%", 0.5, 40, 1, 200, 1000, 0.83);

    private final String path;
    private final double leastMbit;
    private final double mostMbit;
    private final int batchMs;
    private final int stepMs;
    private final long queueMs;
    private final double share;

    Preset(
        String path,
        double leastMbit,
        double mostMbit,
        int batchMs,
        int stepMs,
        long queueMs,
        double share) {
      this.path = path;
      this.leastMbit = leastMbit;
      this.mostMbit = mostMbit;
      this.batchMs = batchMs;
      this.stepMs = stepMs;
      this.queueMs = queueMs;
      this.share = share;
    }

    /** The rate wanders between its bounds by up to a third of itself a step. */
    private List<Long> opportunities(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Long> opportunities = new ArrayList<>();
      double mbit = Math.sqrt(leastMbit * mostMbit);
      double owed = 0;
      for (int ms = 1; ms <= SECONDS * 1000; ms++) {
        if (ms % stepMs == 0) {
          double changed = mbit * Math.pow(1.5, random.nextDouble() * 2 - 1);
          mbit = Math.max(leastMbit, Math.min(mostMbit, changed));
        }
        owed += mbit * 125 / Trace.OPPORTUNITY_BYTES;
        if (ms % batchMs == 0) {
          for (; owed >= 1; owed--) {
            opportunities.add((long) ms);
          }
        }
      }
      opportunities.add(SECONDS * 1000L);
      return opportunities;
    }

    /** What share of the opportunities after the start brought something. */
    private double run(long seed) {
      List<Long> opportunities = opportunities(seed);
      ImpairmentSpec bottleneck =
          ImpairmentSpec.NONE.withRate(
              new Trace(name(), opportunities), QueueLimit.ofTime(queueMs * Nanos.MILLISECOND));
      Dumbbell dumbbell = new Dumbbell(seed, bottleneck, path, path);
      Flow flow = dumbbell.add(CongestionAlgorithm.MODEL, Matrix.ENDLESS, 0);
      dumbbell.run(SECONDS);
      long offered =
          opportunities.stream().filter(ms -> ms >= FROM_SECOND * 1000).count()
              * Trace.OPPORTUNITY_BYTES;
      return flow.mbitPerSecond(FROM_SECOND, SECONDS) * (SECONDS - FROM_SECOND) * 125_000 / offered;
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldUseAWirelessLink(Preset preset) {
    List<Double> shares = Matrix.each(Matrix.FULL_SEEDS, preset::run);
    assertThat(Matrix.median(preset.name(), shares, share -> share)).isGreaterThan(preset.share);
  }
}
