package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ServerEngine#sample}: what a server tells of the transfers that run. */
class ServerSampleTest {
  private static final int TRANSFERS = 5;

  private static List<Long> sampled(FerrySim sim, int most) {
    List<Long> numbers = new ArrayList<>();
    sim.engine.sample(most, sim.simulation.nowNs(), sample -> numbers.add(sample.number()));
    return numbers;
  }

  private static FerrySim simulation(boolean overStreams) {
    FerrySim.Options options = new FerrySim.Options();
    FerrySim sim = overStreams ? StreamsHost.simulation(1, options) : new FerrySim(1, options);
    sim.simulation.impair("delay=10ms,rate=1mbit,queue=100ms");
    return sim;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLookAtAllInTurnAndAtNoMoreThanItMay(boolean overStreams) {
    FerrySim sim = simulation(overStreams);
    for (int i = 0; i < TRANSFERS; i++) {
      Manner manner = i % 2 == 0 ? Manner.PUT : Manner.GET;
      FerryCommand command = sim.command(manner, "file " + i, Content.random(i, 500_000));
      (overStreams ? command.overStream() : command).run(sim.simulation.nowNs());
    }
    sim.simulation.runFor(2 * Nanos.SECOND);

    List<Long> all = sampled(sim, 100);
    assertThat(all).hasSize(TRANSFERS).doesNotHaveDuplicates().isSorted();
    List<Long> some = new ArrayList<>();
    for (int i = 0; i < TRANSFERS; i++) {
      List<Long> two = sampled(sim, 2);
      assertThat(two).hasSize(2);
      some.addAll(two);
    }
    assertThat(some).startsWith(all.toArray(Long[]::new));
    assertThat(some.subList(TRANSFERS, 2 * TRANSFERS)).isEqualTo(all);
  }

  @Test
  void shouldTellWhichEndSendsAndHowFarItIs() {
    FerrySim sim = simulation(false);
    FerryCommand put = sim.start(Manner.PUT, "a file", Content.random(1, 200_000));
    sim.simulation.runFor(Nanos.SECOND);
    sim.engine.sample(
        1,
        sim.simulation.nowNs(),
        sample -> {
          assertThat(sample.sends()).isFalse();
          assertThat(sample.connection().doneBytes()).isBetween(50_000L, 200_000L);
        });
    sim.runUntilOver(put, 60 * Nanos.SECOND);
    sim.shouldHaveSucceeded(put);
    assertThat(sampled(sim, 100)).isEmpty();

    FerryCommand get = sim.start(Manner.GET, "another", Content.random(1, 200_000));
    sim.simulation.runFor(Nanos.SECOND);
    sim.engine.sample(1, sim.simulation.nowNs(), sample -> assertThat(sample.sends()).isTrue());
    sim.runUntilOver(get, 60 * Nanos.SECOND);
    sim.shouldHaveSucceeded(get);
  }
}
