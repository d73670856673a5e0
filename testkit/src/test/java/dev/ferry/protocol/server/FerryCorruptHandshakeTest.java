package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes on a path that changes bytes: nobody is to blame but the path. */
class FerryCorruptHandshakeTest {
  private static final int SEEDS = 60;

  @ParameterizedTest
  @ValueSource(ints = {30, 50, 95})
  void shouldNotTakeCorruptionForAnotherSecret(int percent) {
    for (int seed = 0; seed < SEEDS; seed++) {
      FerrySim sim = new FerrySim(seed);
      sim.simulation.impair("delay=10ms,duplicate=10%,corrupt=" + percent + "%");
      FerryCommand command = sim.start(Manner.PUT, "a file", Content.random(1, 5000));

      sim.simulation.runUntil(
          () -> command.isOver() || command.resumedBytes() >= 0, 150 * Nanos.SECOND);

      sim.simulation.check(
          () ->
              assertThat(command.failure())
                  .isIn(null, new TransferFailure.NoAnswer(), new TransferFailure.LostContact()));
      if (percent == 30) {
        sim.runUntilOver(command, 150 * Nanos.SECOND);
        sim.shouldHaveSucceeded(command);
      }
    }
  }
}
