package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure.EndedByPeer;
import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same put, begun several times at once. */
class SamePutTest {
  private static final int TIMES = 12;
  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  /** The others are told so at once: they are not to wait, nor to try again and take its place. */
  @ParameterizedTest
  @CsvSource({"PUT, 0", "PUT, 30", "PUT_VIA_LAB, 0", "PUT_VIA_LAB, 30"})
  void shouldGoOnWithTheOneThatBeganLast(Manner manner, int msBetween) {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair("delay=20ms,jitter=5ms,rate=10mbit,queue=100ms,loss=2%");
    List<FerryCommand> commands = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      commands.add(i == 0 ? sim.command(manner, "file", CONTENT) : sim.another(commands.get(0)));
      commands.get(i).run(sim.simulation.nowNs());
      sim.simulation.runFor(msBetween * Nanos.MILLISECOND);
    }
    commands.forEach(command -> sim.runUntilOver(command, 60 * Nanos.SECOND));
    sim.simulation.check(
        () -> {
          List<FerryCommand> completed =
              commands.stream().filter(FerryCommand::isCompleted).toList();
          assertThat(completed).hasSize(1);
          assertThat(commands)
              .filteredOn(command -> !command.isCompleted())
              .extracting(FerryCommand::failure)
              .containsOnly(new EndedByPeer(EndedByPeer.SUPERSEDED, ""));
        });
    sim.shouldForgetEverything();
  }
}
