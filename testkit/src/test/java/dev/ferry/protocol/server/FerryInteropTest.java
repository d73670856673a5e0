package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.ImpairmentSpec.Rebinding;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The cases of the QUIC interop runner that apply, by name, with its sizes and its link of 10
 * Mbit/s.
 */
class FerryInteropTest {
  private static final int MB = 1_000_000;
  private static final long LONG_ENOUGH_NS = 600 * Nanos.SECOND;

  private static FerryCommand prepare(
      FerrySim sim, ImpairmentSpec path, Manner manner, String name, byte[] content) {
    sim.simulation.impair(path.withRebinding(Rebinding.NEVER));
    FerryCommand command = sim.command(manner, name, content);
    sim.simulation.link(command.client.address(), FerrySim.ADDRESS).impair(path);
    return command;
  }

  private static void shouldArrive(FerrySim sim, FerryCommand command) {
    command.run(sim.simulation.nowNs());
    sim.runUntilOver(command, LONG_ENOUGH_NS);
    sim.shouldHaveSucceeded(command);
    sim.simulation.check(() -> assertThat(sim.publications(command)).isEqualTo(1));
  }

  /** Files of MB, for each way of going about it. */
  @ParameterizedTest
  @CsvSource({
    "longrtt, 1",
    "blackhole, 10",
    "transferloss, 2",
    "transfercorruption, 2",
    "rebind-port, 10",
    "rebind-addr, 10"
  })
  void shouldTransfer(String name, int megabytes) {
    ImpairmentSpec path = Simulation.path("preset=interop-" + name);
    for (Manner manner : Manner.values()) {
      FerrySim sim = new FerrySim(manner == Manner.GET ? 1 : 2);
      shouldArrive(sim, prepare(sim, path, manner, "a file", Content.random(7, megabytes * MB)));
      sim.shouldForgetEverything();
    }
  }

  /** 50 connections, one after the other. */
  @ParameterizedTest
  @CsvSource({"handshakeloss", "handshakecorruption"})
  void shouldConnect(String name) {
    ImpairmentSpec path = Simulation.path("preset=interop-" + name);
    FerrySim sim = new FerrySim(3);
    for (int i = 0; i < 50; i++) {
      Manner manner = i % 2 == 0 ? Manner.PUT : Manner.GET;
      shouldArrive(sim, prepare(sim, path, manner, "file " + i, Content.random(i, 1024)));
    }
    sim.shouldForgetEverything();
  }

  /** Whichever of the client's packets 2 to 7 are dropped; the audit counts bytes. */
  @ParameterizedTest
  @EnumSource
  void shouldKeepTheAmplificationLimit(Manner manner) {
    for (int pattern = 1; pattern < 64; pattern++) {
      StringJoiner dropped = new StringJoiner("+", "delay=15ms,loss=list:", "");
      for (int bit = 0; bit < 6; bit++) {
        if ((pattern >> bit & 1) != 0) {
          dropped.add(String.format(Locale.ROOT, "%d", bit + 2));
        }
      }
      FerrySim sim = new FerrySim(pattern);
      sim.simulation.impair("delay=15ms");
      FerryCommand command = sim.command(manner, "a file", Content.random(pattern, 30_000));
      sim.simulation
          .link(command.client.address(), FerrySim.ADDRESS)
          .impair(Simulation.path(dropped.toString()));
      shouldArrive(sim, command);
    }
  }

  /** As many small files at a time as a shell would never start. */
  @Test
  void shouldMultiplex() {
    FerrySim sim = new FerrySim(4);
    sim.simulation.impair("preset=interop-goodput");
    for (int batch = 0; batch < 20; batch++) {
      List<FerryCommand> commands = new ArrayList<>();
      for (int i = 0; i < 100 && batch * 100 + i < 1999; i++) {
        Manner manner = i % 2 == 0 ? Manner.PUT : Manner.GET;
        String name = "file " + batch + "-" + i;
        commands.add(sim.start(manner, name, Content.random(i, 32)));
      }
      commands.forEach(command -> sim.runUntilOver(command, LONG_ENOUGH_NS));
      commands.forEach(sim::shouldHaveSucceeded);
      commands.forEach(sim::dismiss);
    }
    sim.shouldForgetEverything();
  }

  /** 10 MB on a free link take little longer than the link needs for them. */
  @ParameterizedTest
  @EnumSource
  void shouldUseTheLink(Manner manner) {
    FerrySim sim = new FerrySim(5);
    ImpairmentSpec path = Simulation.path("preset=interop-goodput");
    FerryCommand command = prepare(sim, path, manner, "a file", Content.random(5, 10 * MB));
    long beganNs = sim.simulation.nowNs();
    shouldArrive(sim, command);
    double seconds = (sim.simulation.nowNs() - beganNs) / 1e9;
    assertThat(8.0 / seconds).as("share of the link's rate").isGreaterThan(0.8);
  }
}
