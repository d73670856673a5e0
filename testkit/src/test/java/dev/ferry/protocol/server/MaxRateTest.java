package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers below a cap that server or client are given while they run. */
class MaxRateTest {
  private static final byte[] CONTENT = Content.random(1, 200_000);
  private static final long BYTES_PER_SECOND = 100_000;

  private static FerrySim sim(boolean overStreams) {
    FerrySim.Options options = new FerrySim.Options();
    FerrySim sim = overStreams ? StreamsHost.simulation(1, options) : new FerrySim(1, options);
    sim.simulation.impair("delay=10ms");
    return sim;
  }

  private static FerryCommand start(FerrySim sim, Manner manner, String name, boolean overStream) {
    FerryCommand command = sim.command(manner, name, CONTENT);
    (overStream ? command.overStream() : command).run(sim.simulation.nowNs());
    return command;
  }

  private static double secondsUntilOver(FerrySim sim, FerryCommand command) {
    long startNs = sim.simulation.nowNs();
    sim.runUntilOver(command, 100 * Nanos.SECOND);
    sim.shouldHaveSucceeded(command);
    return (double) (sim.simulation.nowNs() - startNs) / Nanos.SECOND;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDivideTheCapOfTheServer(boolean overStreams) {
    FerrySim sim = sim(overStreams);
    sim.engine.setMaxRate(BYTES_PER_SECOND, sim.simulation.nowNs());
    List<FerryCommand> gets = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      gets.add(start(sim, Manner.GET, "file " + i, overStreams));
    }
    assertThat(secondsUntilOver(sim, gets.get(0))).isBetween(7.0, 8.6);
    for (FerryCommand get : gets) {
      assertThat(secondsUntilOver(sim, get)).isLessThan(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGoOnAtOnceWhenTheServersCapIsLifted(boolean overStreams) {
    FerrySim sim = sim(overStreams);
    sim.engine.setMaxRate(RateCap.MIN_BYTES_PER_SECOND, sim.simulation.nowNs());
    FerryCommand get = start(sim, Manner.GET, "a file", overStreams);
    sim.simulation.runFor(20 * Nanos.SECOND);
    assertThat(get.isOver()).isFalse();
    sim.engine.setMaxRate(RateCap.UNLIMITED, sim.simulation.nowNs());
    assertThat(secondsUntilOver(sim, get)).isLessThan(1.5);
  }

  @Test
  void shouldTakeWhatClientsSendInSpiteOfTheServersCap() {
    FerrySim sim = sim(false);
    sim.engine.setMaxRate(RateCap.MIN_BYTES_PER_SECOND, sim.simulation.nowNs());
    assertThat(secondsUntilOver(sim, start(sim, Manner.PUT, "a file", false))).isLessThan(3);
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "PUT_VIA_LAB"})
  void shouldSendBelowTheClientsCap(Manner manner) {
    FerrySim sim = sim(false);
    FerryCommand put = start(sim, manner, "a file", false);
    put.engine.setMaxRate(BYTES_PER_SECOND / 4, sim.simulation.nowNs());
    assertThat(secondsUntilOver(sim, put)).isBetween(8.0, 9.0);
  }
}
