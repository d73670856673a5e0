package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.server.ServerSim.Upload;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where every second datagram gets lost each way, Ferry mode beside stop and wait. */
class HeavyLossTest {
  private static final String NETWORK = "delay=10ms,loss=50%";
  private static final int SIZE_BYTES = 1_000_000;
  private static final int SEEDS = 5;
  private static final double TIMES = 10;
  private static final long LONG_ENOUGH_NS = 3600 * Nanos.SECOND;

  private static double stopAndWaitSeconds(long seed) {
    ServerSim server = new ServerSim(seed);
    server.simulation.impair(NETWORK);
    Upload upload = server.upload(Dialect.SPACED, "a file", Content.random(seed, SIZE_BYTES));
    server.runUntilOver(upload, LONG_ENOUGH_NS);
    return (double) upload.completed().stats().durationNs() / Nanos.SECOND;
  }

  private static double ferrySeconds(Manner manner, long seed) {
    FerrySim sim = new FerrySim(seed);
    sim.simulation.impair(NETWORK);
    long begunNs = sim.simulation.nowNs();
    FerryCommand command = sim.start(manner, "a file", Content.random(seed, SIZE_BYTES));
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    sim.shouldHaveSucceeded(command);
    return (double) (sim.simulation.nowNs() - begunNs) / Nanos.SECOND;
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "GET"})
  void shouldBeTenTimesAsFastAsStopAndWait(Manner manner) {
    double stopAndWait = 0;
    double ferry = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      stopAndWait += stopAndWaitSeconds(seed) / SEEDS;
      ferry += ferrySeconds(manner, seed) / SEEDS;
    }
    System.out.printf(
        Locale.ROOT, "%s: %.1f s, stop and wait %.1f s%n", manner, ferry, stopAndWait);
    assertThat(stopAndWait / ferry).isGreaterThan(TIMES);
  }
}
