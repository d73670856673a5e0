package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** What asks for the rate may be lost, and comes late then. */
  @ParameterizedTest
  @CsvSource({"false, 0 %", "true, 0 %", "false, 20 %"})
  void shouldBeSentBelowTheClientsCap(boolean overStreams, String loss) {
    for (int seed = 1; seed < 6; seed++) {
      FerrySim.Options options = new FerrySim.Options();
      FerrySim sim =
          overStreams ? StreamsHost.simulation(seed, options) : new FerrySim(seed, options);
      sim.simulation.impair("delay=10ms,loss=" + loss.replace(" ", ""));
      FerryCommand get = start(sim, Manner.GET, "a file", overStreams);
      get.engine.setMaxRate(BYTES_PER_SECOND / 4, sim.simulation.nowNs());
      assertThat(secondsUntilOver(sim, get)).isBetween(8.0, loss.equals("0 %") ? 9.0 : 14.0);
    }
  }

  @ParameterizedTest
  @CsvSource({"25000, 100000", "100000, 25000"})
  void shouldSendBelowTheLesserOfBothCaps(long server, long client) {
    FerrySim sim = sim(false);
    sim.engine.setMaxRate(server, sim.simulation.nowNs());
    FerryCommand get = start(sim, Manner.GET, "a file", false);
    get.engine.setMaxRate(client, sim.simulation.nowNs());
    assertThat(secondsUntilOver(sim, get)).isBetween(8.0, 9.0);
  }

  /** The cap that one client asks for takes nothing from the others' share of the server's. */
  @Test
  void shouldLeaveToOthersWhatAClientDoesNotWant() {
    FerrySim sim = sim(false);
    sim.engine.setMaxRate(BYTES_PER_SECOND, sim.simulation.nowNs());
    FerryCommand slow = start(sim, Manner.GET, "one file", false);
    slow.engine.setMaxRate(BYTES_PER_SECOND / 10, sim.simulation.nowNs());
    FerryCommand fast = start(sim, Manner.GET, "another file", false);
    assertThat(secondsUntilOver(sim, fast)).isBetween(2.0, 2.6);
    assertThat(slow.engine.doneBytes()).isBetween(15_000L, 35_000L);
  }

  /** Every change arrives, whatever gets lost or is late. */
  @ParameterizedTest
  @ValueSource(strings = {"delay=10ms", "delay=50ms,loss=20%", "delay=10ms,reorder=30%:400ms"})
  void shouldFollowTheClientsCap(String network) {
    for (int seed = 1; seed < 6; seed++) {
      FerrySim sim = new FerrySim(seed);
      sim.simulation.impair(network);
      FerryCommand get = sim.start(Manner.GET, "a file", Content.random(1, 4_000_000));
      get.engine.setMaxRate(50_000, sim.simulation.nowNs());
      sim.simulation.runFor(4 * Nanos.SECOND);
      for (long rate = 400_000; rate >= 100_000; rate /= 2) {
        get.engine.setMaxRate(2 * rate, sim.simulation.nowNs());
        get.engine.setMaxRate(rate, sim.simulation.nowNs());
        sim.simulation.runFor(2 * Nanos.SECOND);
      }
      long before = get.engine.doneBytes();
      sim.simulation.runFor(4 * Nanos.SECOND);
      assertThat(get.engine.doneBytes() - before).as("seed %d", seed).isBetween(250_000L, 420_000L);
      get.engine.setMaxRate(RateCap.UNLIMITED, sim.simulation.nowNs());
      assertThat(secondsUntilOver(sim, get)).isLessThan(6);
    }
  }

  /** A client whose server has forgotten it asks the next one again. */
  @Test
  void shouldAskAgainOnTheNextConnection() {
    FerrySim sim = sim(false);
    FerryCommand get = start(sim, Manner.GET, "a file", false);
    get.engine.setMaxRate(BYTES_PER_SECOND / 4, sim.simulation.nowNs());
    sim.simulation.runFor(2 * Nanos.SECOND);
    sim.crash();
    sim.restart();
    assertThat(secondsUntilOver(sim, get)).isBetween(8.0, 20.0);
  }
}
