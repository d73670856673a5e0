package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers of which the client remembers that they speak Ferry mode. */
class RememberedServerTest {
  private static FerryCommand put(FerrySim sim, int rttMs) {
    sim.simulation.impair(String.format(Locale.ROOT, "delay=%dus", rttMs * 500));
    return sim.command(Manner.PUT, "a file", Content.random(1, 1000))
        .remembering(new PathMemory(rttMs * Nanos.MILLISECOND, 0, 0, 1472));
  }

  /** One that is lost is repeated, and answered, before the memory is given up. */
  @ParameterizedTest
  @ValueSource(ints = {1, 60, 100, 140, 160, 300, 600})
  void shouldSurviveTheLossOfAHello(int rttMs) {
    FerrySim sim = new FerrySim(rttMs);
    FerryCommand put = put(sim, rttMs);
    sim.simulation.link(put.client.address(), FerrySim.ADDRESS).cut();
    put.run(sim.simulation.nowNs());
    sim.simulation.runFor(Nanos.MILLISECOND);
    sim.simulation.link(put.client.address(), FerrySim.ADDRESS).restore();

    sim.runUntilOver(put, 60 * Nanos.SECOND);

    sim.shouldHaveSucceeded(put);
  }

  /** Whatever has taken its place may speak lab mode only. */
  @ParameterizedTest
  @ValueSource(ints = {1, 60, 150, 600})
  void shouldNotWaitForLongForAServerThatIsGone(int rttMs) {
    FerrySim sim = new FerrySim(rttMs);
    FerryCommand put = put(sim, rttMs);
    sim.simulation.cut(put.client, sim.host);
    put.run(sim.simulation.nowNs());
    long patienceNs = Math.max(300, 4 * rttMs) * Nanos.MILLISECOND;

    sim.simulation.runFor(patienceNs - Nanos.MICROSECOND);
    assertThat(put.isOver()).isFalse();
    sim.simulation.runFor(Nanos.MICROSECOND);
    assertThat(put.failure()).isEqualTo(new TransferFailure.NoAnswer());
  }
}
