package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.SimPartialFileStore;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an earlier attempt has left is compared while the rest arrives, and may be damaged. */
class DamagedPartTest {
  private static final int SIZE_BYTES = 4_000_000;
  private static final int BLOCKS = SIZE_BYTES / SimPartialFileStore.BLOCK_BYTES;

  /** What may be sent before it is known what is there, or while it is asked for. */
  private static final int AHEAD_BYTES = 40 * FerryCommand.DATAGRAM_BYTES;

  record Case(Manner manner, String network, int damagedBlocks, long seed) {}

  static Stream<Case> cases() {
    return Stream.of(Manner.values())
        .flatMap(
            manner ->
                Stream.of(
                        "delay=10ms,rate=50mbit,queue=200000",
                        "delay=30ms,loss=10%,reorder=30%:100ms,duplicate=20%")
                    .flatMap(
                        network ->
                            IntStream.of(1, 7, 63, 200)
                                .mapToObj(n -> new Case(manner, network, n, n))));
  }

  private static SimPartialFileStore disk(FerrySim sim, FerryCommand command) {
    return command.isPut() ? sim.parts : command.destination;
  }

  /** Sends a part of the file, and is killed. */
  private static FerryCommand begun(FerrySim sim, Manner manner, String network) {
    sim.simulation.impair(network);
    FerryCommand command = sim.start(manner, "a file", Content.random(1, SIZE_BYTES));
    sim.simulation.runUntil(
        () -> disk(sim, command).storedBytes(command.transfer) >= SIZE_BYTES * 3L / 4,
        60 * Nanos.SECOND);
    command.kill();
    sim.simulation.runFor(200 * Nanos.SECOND); // The server has noticed.
    return command;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldComeAgainWhereItIsDamaged(Case one) {
    FerrySim sim = new FerrySim(one.seed());
    FerryCommand command = begun(sim, one.manner(), one.network());
    SimPartialFileStore disk = disk(sim, command);
    long there = disk.survivingBytes(command.transfer);
    for (int i = 0; i < one.damagedBlocks(); i++) {
      long offset = (long) i * BLOCKS / one.damagedBlocks() * SimPartialFileStore.BLOCK_BYTES;
      disk.flip(command.transfer, Math.toIntExact(offset));
    }

    command.run(sim.simulation.nowNs());
    sim.runUntilOver(command, 120 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.simulation.check(
        () -> {
          assertThat(command.runs).isEqualTo(2);
          assertThat(command.resumedBytes()).isEqualTo(there);
          if (one.damagedBlocks() <= Accept.MAX_RANGES) {
            assertThat(disk.overlappingBytes()).as("sent in vain").isLessThan(AHEAD_BYTES);
          }
        });
    sim.shouldForgetEverything();
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotWaitForTheComparison(Manner manner) {
    FerrySim sim = new FerrySim(5);
    FerryCommand command = begun(sim, manner, "delay=10ms,rate=50mbit,queue=200000");
    SimPartialFileStore disk = disk(sim, command);
    disk.compareFor(100 * Nanos.SECOND);
    long beganNs = sim.simulation.nowNs();

    command.run(beganNs);
    sim.simulation.runUntil(
        () -> disk.storedBytes(command.transfer) == SIZE_BYTES, 5 * Nanos.SECOND);
    sim.simulation.check(() -> assertThat(command.isOver()).isFalse());
    sim.runUntilOver(command, 200 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.simulation.check(
        () ->
            assertThat(sim.simulation.nowNs() - beganNs)
                .as("nothing is published before all is compared")
                .isGreaterThan(100 * Nanos.SECOND));
    sim.shouldForgetEverything();
  }
}
