package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.UnreachableReports;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reports that nothing listens at the server's port, true ones and forged ones. */
class FerryUnreachableTest {
  private static FerryCommand inMidTransfer(FerrySim sim, Manner manner) {
    sim.simulation.impair("delay=10ms,rate=10mbit");
    FerryCommand command = sim.start(manner, "a file", Content.random(1, 500_000));
    sim.simulation.runUntil(() -> command.engine.doneBytes() > 0, Nanos.SECOND);
    return command;
  }

  private static void report(FerrySim sim, FerryCommand command) {
    command.client.execute(command.engine::onUnreachable);
    sim.simulation.runFor(0);
  }

  @ParameterizedTest
  @EnumSource
  void shouldGoOnAfterAReport(Manner manner) {
    FerrySim sim = new FerrySim(1);
    FerryCommand command = inMidTransfer(sim, manner);

    report(sim, command);
    sim.runUntilOver(command, 5 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.shouldForgetEverything();
  }

  @ParameterizedTest
  @EnumSource
  void shouldGoOnAfterSecondsWithNothingButReports(Manner manner) {
    FerrySim sim = new FerrySim(2);
    FerryCommand command = inMidTransfer(sim, manner);

    sim.simulation.cut(command.client, sim.host);
    for (int i = 0; i < 19; i++) {
      report(sim, command);
      sim.simulation.runFor(Nanos.SECOND);
    }
    sim.simulation.restore(command.client, sim.host);
    sim.simulation.runFor(2 * Nanos.SECOND);
    report(sim, command);
    sim.runUntilOver(command, 5 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.shouldForgetEverything();
  }

  @ParameterizedTest
  @EnumSource
  void shouldBelieveReportsThatGoOn(Manner manner) {
    FerrySim sim = new FerrySim(3);
    FerryCommand command = inMidTransfer(sim, manner);

    sim.simulation.cut(command.client, sim.host);
    sim.simulation.runFor(100 * Nanos.MILLISECOND);
    report(sim, command);
    sim.simulation.runFor(UnreachableReports.PATIENCE_NS);
    report(sim, command);

    sim.simulation.check(
        () ->
            assertThat(command.failure())
                .isEqualTo(new TransferFailure.NothingListens(true, false)));
  }

  /** The answer to the start is one, so the hello is not the first word. */
  @Test
  void shouldGoOnWhenTheHelloThatFollowsAStartIsReported() {
    FerrySim sim = new FerrySim(4);
    sim.simulation.impair("delay=10ms");
    FerryCommand command = sim.start(Manner.PUT_VIA_LAB, "a file", Content.random(1, 50_000));
    sim.simulation.runUntil(command.engine::isInFerryMode, Nanos.SECOND);

    report(sim, command);
    sim.runUntilOver(command, 5 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
  }

  @Test
  void shouldGoOnAfterAReportWithASecret() {
    FerrySim.Options options = new FerrySim.Options();
    options.secret = SharedSecret.copyOf(new byte[32]);
    FerrySim sim = new FerrySim(5, options);
    sim.simulation.impair("delay=10ms,rate=10mbit");
    FerryCommand command =
        sim.command(Manner.PUT, "a file", Content.random(1, 500_000)).withSecret(options.secret);
    command.run(sim.simulation.nowNs());
    sim.simulation.runUntil(() -> command.engine.doneBytes() > 0, Nanos.SECOND);

    report(sim, command);
    sim.runUntilOver(command, 5 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
  }
}
