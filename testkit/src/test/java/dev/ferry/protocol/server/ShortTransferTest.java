package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many round trips a short upload takes, whatever the path carries, in virtual time. */
class ShortTransferTest {
  private static final long RTT_NS = 100 * Nanos.MILLISECOND;

  private static double roundTrips(String path, int sizeBytes, long rememberedMbit) {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair("delay=50ms" + path);
    FerryCommand command =
        sim.command(
            rememberedMbit < 0 ? Manner.PUT_VIA_LAB : Manner.PUT,
            "a file",
            Content.random(1, sizeBytes));
    if (rememberedMbit >= 0) {
      command.remembering(new PathMemory(RTT_NS, rememberedMbit * 125_000, 0, 1472));
    }
    long begunNs = sim.simulation.nowNs();
    command.run(begunNs);
    sim.simulation.runUntil(
        () -> command.isOver() && command.engine.mayLeave(0), 60 * Nanos.SECOND);
    sim.shouldHaveSucceeded(command);
    return (double) (sim.simulation.nowNs() - begunNs) / RTT_NS;
  }

  /**
   * Bounds are a little above what was found. Nothing is remembered where the rate is −1; nothing
   * but that it is a Ferry server where it is 0.
   */
  @ParameterizedTest
  @CsvSource({
    "'', 10000, -1, 3.1",
    "'', 10000, 0, 2.1",
    "'', 1000000, -1, 5",
    "'', 1000000, 0, 4",
    "'', 1000000, 1000, 3.4",
    "',rate=1000mbit', 1000000, -1, 4.6",
    "',rate=1000mbit', 1000000, 1000, 3.4",
    "',rate=100mbit', 1000000, -1, 5.8",
    "',rate=100mbit', 1000000, 100, 4.8",
    "',rate=20mbit', 1000000, -1, 9.8",
  })
  void shouldTakeFewRoundTrips(String path, int sizeBytes, long rememberedMbit, double most) {
    assertThat(roundTrips(path, sizeBytes, rememberedMbit)).isLessThan(most);
  }
}
