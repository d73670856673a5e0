package dev.ferry.protocol.server;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths on which a round trip takes longer than any fixed patience: slow, but complete. */
class FerrySlowPathTest {
  private static final int SIZE_BYTES = 5000;

  /** Ends stay for some round trips, whose length queues have grown to. */
  private static final long LONG_ROUND_TRIPS_NS = 1000 * Nanos.SECOND;

  record Case(Manner manner, String network) {}

  static Stream<Case> cases() {
    return Stream.of(Manner.values())
        .flatMap(
            manner ->
                Stream.of(
                        "delay=3s",
                        "delay=3s,loss=10%",
                        "delay=8s",
                        "rate=2400bit",
                        "rate=2400bit,queue=16KiB",
                        "rate=2400bit,delay=500ms")
                    .map(network -> new Case(manner, network)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldComplete(Case one) {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair(one.network());

    FerryCommand command = sim.start(one.manner(), "a file", Content.random(1, SIZE_BYTES));
    sim.runUntilOver(command, 20 * 60 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.simulation.runFor(LONG_ROUND_TRIPS_NS);
    sim.shouldForgetEverything();
  }
}
