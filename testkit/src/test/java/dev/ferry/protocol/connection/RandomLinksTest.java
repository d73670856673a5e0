package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Model-based rate control on links drawn at random, in virtual time: none below {@value #SHARE} of
 * what it can carry, but for those that are named here with the reason. Beside rate, round-trip
 * time and queue a link may have loss, in bursts or not, and jitter.
 */
@Tag("statistics")
class RandomLinksTest {
  private static final long DRAWN_WITH = 12;
  private static final int LINKS = 24;
  private static final double SHARE = 0.8;

  /** The transfer takes so long at best: so much, and so many round trips. */
  private static final double SECONDS = 20;

  private static final double ROUND_TRIPS = 60;

  /** CI does not carry more than this over one link, and this often what is less than that. */
  private static final double MOST_BYTES = Matrix.FULL ? Double.MAX_VALUE : 400e6;

  private static final double SMALL_BYTES = 60e6;

  /** After so many times the best duration a transfer is cut. */
  private static final double PATIENCE = 5;

  /**
   * What is expected of a link that does not reach {@link #SHARE}, and why. Whoever makes such a
   * link faster removes it.
   *
   * @param least of what was found
   */
  private record Shortfall(double least, String reason) {}

  private static final Map<Integer, Shortfall> SHORTFALLS =
      Map.of(
          12,
          new Shortfall(
              0.05,
              "6 packets a round trip, every sixth lost, 5 in a row: bursts as long as all that"
                  + " is in flight end in probe timeouts, and the rates of rounds say little"));

  private static double logarithmic(SplittableRandom random, double from, double to) {
    return from * Math.pow(to / from, random.nextDouble());
  }

  private static EmulatedLink draw(SplittableRandom random) {
    double rttMs = logarithmic(random, 1, 600);
    double mbit = logarithmic(random, 1, 1000);
    double loss = random.nextInt(4) == 0 ? 0 : logarithmic(random, 0.1, 30);
    int burst = random.nextBoolean() ? 1 : random.nextInt(2, 9);
    double jitterMs = random.nextBoolean() ? 0 : random.nextDouble() * rttMs / 2;
    double products = logarithmic(random, 0.2, 4);
    return EmulatedLink.of(rttMs, mbit, loss)
        .withBurst(burst)
        .withJitter(jitterMs)
        .withQueue(products);
  }

  static List<Integer> numbers() {
    return IntStream.range(0, LINKS).boxed().toList();
  }

  private static EmulatedLink link(int number) {
    SplittableRandom random = new SplittableRandom(DRAWN_WITH);
    return IntStream.rangeClosed(0, number).mapToObj(i -> draw(random)).toList().get(number);
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void shouldUseALinkDrawnAtRandom(int number) {
    EmulatedLink link = link(number);
    double wanted = (SECONDS + ROUND_TRIPS * link.rttMs() / 1000) * link.limitMbit() * 125_000;
    long bytes = (long) Math.min(wanted, MOST_BYTES);
    double seconds = PATIENCE * bytes / (link.limitMbit() * 125_000);
    int seeds = bytes <= SMALL_BYTES ? Matrix.FULL_SEEDS : Matrix.SEEDS;
    List<Matrix.Run> runs = Matrix.runs(seeds, link, bytes, seconds);
    double share = Matrix.median("drawn " + number + ": " + link, runs, Matrix.Run::share);
    Shortfall shortfall = SHORTFALLS.get(number);
    assertThat(share)
        .as("drawn link %s: %s", number, link)
        .isGreaterThan(shortfall == null ? SHARE : shortfall.least());
  }
}
