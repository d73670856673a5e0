package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Machines that have more to do than they can: what is late is not lost. */
class BusyMachineTest {
  private static final int SIZE_BYTES = 100_000;
  private static final long LATE_NS = Nanos.SECOND;

  /** Longer than a client waits for the first answer if its own machine has time. */
  private static final String BUSY_SERVER = "delay=15s";

  private static final long LONG_ENOUGH_NS = 20 * 60 * Nanos.SECOND;

  private static FerryCommand run(FerrySim sim, Manner manner, long lateNs) {
    FerryCommand command = sim.command(manner, "a file", Content.random(1, SIZE_BYTES));
    command.lateNs = lateNs;
    command.run(sim.simulation.nowNs());
    return command;
  }

  @ParameterizedTest
  @EnumSource
  void shouldWaitLongerForTheFirstAnswerIfTheOwnTimersAreLate(Manner manner) {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair(BUSY_SERVER);
    FerryCommand command = run(sim, manner, LATE_NS);

    sim.runUntilOver(command, LONG_ENOUGH_NS);

    sim.shouldHaveSucceeded(command);
  }

  /** Nothing suggests that anybody is busy: there is no server. */
  @ParameterizedTest
  @EnumSource
  void shouldNotWaitForEver(Manner manner) {
    for (long lateNs : new long[] {0, LATE_NS, 60 * Nanos.SECOND}) {
      FerrySim sim = new FerrySim(2);
      FerryCommand command = sim.command(manner, "a file", Content.random(1, SIZE_BYTES));
      command.lateNs = lateNs;
      sim.host.kill();
      command.run(sim.simulation.nowNs());
      long patienceNs = lateNs == 0 ? 22 * Nanos.SECOND : 400 * Nanos.SECOND;

      sim.runUntilOver(command, patienceNs);

      assertThat(command.failure()).isEqualTo(new TransferFailure.NoAnswer());
    }
  }

  /** Its answer to the hello takes longer than to the start, because it has to compute. */
  @Test
  void shouldWaitForTheHelloByHowLongTheStartTook() {
    FerrySim sim = new FerrySim(3);
    sim.simulation.impair("delay=4s");
    FerryCommand command = run(sim, Manner.PUT_VIA_LAB, 0);
    sim.simulation.runFor(5 * Nanos.SECOND); // The answer to the start is on its way.
    sim.simulation.impair("delay=12s");

    sim.runUntilOver(command, LONG_ENOUGH_NS);

    sim.shouldHaveSucceeded(command);
  }
}
