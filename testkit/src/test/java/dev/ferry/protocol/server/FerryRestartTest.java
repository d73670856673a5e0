package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that is killed and started again while its clients go on. */
class FerryRestartTest {
  private static final int SIZE_BYTES = 4_000_000;

  record Case(Manner manner, String network, long seed) {}

  static Stream<Case> cases() {
    return Stream.of(Manner.values())
        .flatMap(
            manner ->
                Stream.of(
                        "delay=10ms,rate=50mbit,queue=200000",
                        "delay=100ms,rate=50mbit,queue=1000000",
                        "delay=10ms,loss=10%,rate=50mbit,queue=200000")
                    .flatMap(
                        network ->
                            IntStream.range(0, 2)
                                .mapToObj(seed -> new Case(manner, network, seed))));
  }

  private static void runTo(FerrySim sim, FerryCommand command, long bytes, long withinNs) {
    sim.simulation.runUntil(
        () -> command.isOver() || command.engine.doneBytes() >= bytes, withinNs);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldGoOnWithAServerThatWasRestartedTenTimes(Case one) {
    FerrySim sim = new FerrySim(one.seed());
    sim.simulation.impair(one.network());
    FerryCommand command = sim.start(one.manner(), "a file", Content.random(1, SIZE_BYTES));
    for (int i = 1; i <= 10; i++) {
      runTo(sim, command, SIZE_BYTES / 12L * i, 30 * Nanos.SECOND);
      sim.crash();
      sim.simulation.runFor(Nanos.SECOND);
      sim.restart();
    }

    sim.runUntilOver(command, 60 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.shouldForgetEverything();
  }

  /** Ends of the same hour: what the old server had not said, the new one does. */
  @ParameterizedTest
  @EnumSource
  void shouldNoticeWithinSeconds(Manner manner) {
    FerrySim sim = new FerrySim(7);
    sim.simulation.impair("delay=10ms,rate=50mbit,queue=200000");
    FerryCommand command = sim.start(manner, "a file", Content.random(1, SIZE_BYTES));
    runTo(sim, command, SIZE_BYTES / 2, 30 * Nanos.SECOND);
    sim.crash();
    sim.restart();
    long beforeNs = sim.simulation.nowNs();
    long events = command.events.size();

    sim.simulation.runUntil(() -> command.events.size() > events, 10 * Nanos.SECOND);

    sim.simulation.check(
        () -> assertThat(sim.simulation.nowNs() - beforeNs).isLessThan(5 * Nanos.SECOND));
    sim.runUntilOver(command, 30 * Nanos.SECOND);
    sim.shouldHaveSucceeded(command);
  }

  /** The connection itself comes back from an outage: nothing is begun anew. */
  @ParameterizedTest
  @EnumSource
  void shouldGoOnWithTheSameConnectionAfterAnOutage(Manner manner) {
    FerrySim sim = new FerrySim(8);
    sim.simulation.impair("delay=10ms,rate=50mbit,queue=200000");
    FerryCommand command = sim.start(manner, "a file", Content.random(1, SIZE_BYTES));
    runTo(sim, command, SIZE_BYTES / 2, 30 * Nanos.SECOND);
    sim.simulation.cut(command.client, sim.host);
    sim.simulation.runFor(60 * Nanos.SECOND);
    sim.simulation.restore(command.client, sim.host);

    sim.runUntilOver(command, 30 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.simulation.check(() -> assertThat(command.events).hasSize(2));
    sim.shouldForgetEverything();
  }
}
