package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.server.FerryFault.Event;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Puts and gets in Ferry mode under every fault, in virtual time; what {@link FerrySim} promises is
 * checked after every event. docs/testing.md says how to run more seeds.
 */
@Tag("statistics")
class FerryFaultTableTest {
  private static final long SEEDS = Long.getLong("ferry.sim.seeds", 1000);
  private static final long FIRST_SEED = Long.getLong("ferry.sim.first-seed", 0);
  private static final String ONLY = System.getProperty("ferry.sim.fault", "");

  static Stream<FerryFault> faults() {
    return Stream.of(FerryFault.values()).filter(f -> ONLY.isEmpty() || f.name().equals(ONLY));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void shouldSurvive(FerryFault fault) {
    AtomicLong unanswered = new AtomicLong();
    // Handshakes take a while even in virtual time, so all processors take their share.
    Optional<AssertionError> first =
        LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
            .parallel()
            .mapToObj(seed -> finding(fault, seed, unanswered))
            .flatMap(Optional::stream)
            .findFirst();
    first.ifPresent(
        finding -> {
          throw finding;
        });
    if (EnumSet.of(Event.NONE, Event.DAMAGE).contains(fault.event())) {
      assertThat(unanswered.get())
          .as("gave up before any answer")
          .isLessThanOrEqualTo(1 + SEEDS / 1_000);
    }
  }

  private static Optional<AssertionError> finding(
      FerryFault fault, long seed, AtomicLong unanswered) {
    try {
      if (!new FerryScenario(fault, new FerrySim(seed), seed).run()) {
        unanswered.incrementAndGet();
      }
      return Optional.empty();
    } catch (AssertionError e) {
      return Optional.of(new AssertionError(e.getMessage() + replay(fault, seed), e));
    }
  }

  private static String replay(FerryFault fault, long seed) {
    return String.format(
        Locale.ROOT,
        "%nTo run it again: ./mvnw -pl testkit -am test -Dtest=FerryFaultTableTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dferry.sim.fault=%s"
            + " -Dferry.sim.first-seed=%d -Dferry.sim.seeds=1 -Dferry.sim.trace=/tmp/trace.txt",
        fault,
        seed);
  }
}
