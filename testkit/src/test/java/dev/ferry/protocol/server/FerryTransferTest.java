package dev.ferry.protocol.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Transfers of files of all sizes by clients in Ferry mode, on a good network. */
class FerryTransferTest {
  /** The content of a full packet. */
  private static final int CHUNK_BYTES = FerryCommand.DATAGRAM_BYTES - 32;

  static Stream<Arguments> sizes() {
    return Arrays.stream(Manner.values())
        .flatMap(
            manner ->
                Stream.of(0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2_000_000)
                    .map(size -> Arguments.of(manner, size)));
  }

  @ParameterizedTest(name = "{0}, {1} bytes")
  @MethodSource("sizes")
  void shouldArriveIdentical(Manner manner, int sizeBytes) {
    FerrySim sim = new FerrySim(sizeBytes);
    sim.simulation.impair("delay=5ms,rate=100mbit");
    FerryCommand command = sim.start(manner, "dir/a file", Content.random(1, sizeBytes));

    sim.runUntilOver(command, 10 * Nanos.SECOND);

    sim.shouldHaveSucceeded(command);
    sim.shouldForgetEverything();
  }

  /** Several datagrams in a transmit, and several at one instant. */
  @ParameterizedTest
  @EnumSource
  void shouldArriveInBatches(Manner manner) {
    for (String path : List.of("delay=5ms", "delay=5ms,rate=100mbit", "delay=5ms,loss=5%")) {
      for (int seed = 0; seed < 4; seed++) {
        FerrySim.Options options = new FerrySim.Options();
        options.batches = true;
        FerrySim sim = new FerrySim(seed, options);
        sim.simulation.impair(path);
        FerryCommand command = sim.start(manner, "a file", Content.random(seed, 500_001));

        sim.runUntilOver(command, 60 * Nanos.SECOND);

        sim.shouldHaveSucceeded(command);
        sim.shouldForgetEverything();
      }
    }
  }

  /** What one call fills in is what as many calls for one packet each would have. */
  @Test
  void shouldSendTheSameInBatches() {
    assertThat(sentBytes(true)).isEqualTo(sentBytes(false));
  }

  private static List<Integer> sentBytes(boolean batches) {
    FerrySim.Options options = new FerrySim.Options();
    options.batches = batches;
    FerrySim sim = new FerrySim(1, options);
    // No two datagrams arrive at the same instant: acknowledgements are the same as well.
    sim.simulation.impair("delay=5ms,rate=100mbit");
    List<Integer> sent = new ArrayList<>();
    sim.simulation.tap(
        new Tap() {
          @Override
          public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
            sent.add(datagram.length);
          }
        });
    FerryCommand command = sim.start(Manner.PUT, "a file", Content.random(1, 1_000_000));
    sim.runUntilOver(command, 60 * Nanos.SECOND);
    sim.shouldHaveSucceeded(command);
    return sent;
  }

  /** On a satellite link every round trip that a program waits in vain shows. */
  @ParameterizedTest
  @EnumSource
  void shouldNotKeepTheUserWaitingForRepetitions(Manner manner) {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair("delay=300ms");
    FerryCommand command = sim.start(manner, "a file", Content.random(1, 100));

    sim.runUntilOver(command, 10 * Nanos.SECOND);
    long overNs = sim.simulation.nowNs();
    sim.simulation.runUntil(() -> command.engine.mayLeave(0), 10 * Nanos.SECOND);
    long waitedNs = sim.simulation.nowNs() - overNs;
    command.leave();

    // Who fetches tells the server twice, a quarter of a round trip apart.
    assertThat(waitedNs).isLessThanOrEqualTo(command.isPut() ? 0 : 151 * Nanos.MILLISECOND);
    sim.shouldHaveSucceeded(command);
    sim.simulation.runFor(Nanos.SECOND);
    assertThat(sim.events)
        .anyMatch(
            event ->
                event instanceof ServerEvent.Ferry ferry
                    && ferry.event() instanceof TransferEvent.Finished);
    sim.shouldForgetEverything();
  }

  /** The server leaves packet numbers out, from the 256th packet on, and says how many. */
  @Test
  void shouldNotTakeLeftOutNumbersForLosses() {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair("delay=300ms");
    FerryCommand command = sim.start(Manner.GET, "a file", Content.random(1, 2_000_000));

    sim.runUntilOver(command, 60 * Nanos.SECOND);
    long overNs = sim.simulation.nowNs();
    ConnectionSnapshot end = requireNonNull(command.engine.connection(overNs));
    assertThat(end.packetsReceived()).isGreaterThan(2 * 512);
    assertThat(end.packetsMissing()).isZero();

    sim.simulation.runUntil(() -> command.engine.mayLeave(0), 10 * Nanos.SECOND);
    assertThat(sim.simulation.nowNs() - overNs).isLessThanOrEqualTo(151 * Nanos.MILLISECOND);
    command.leave();
    sim.shouldHaveSucceeded(command);
    sim.shouldForgetEverything();
  }

  /** Clients that have left cannot tell, and must not keep out others. */
  @ParameterizedTest
  @EnumSource(names = {"PUT", "PUT_VIA_LAB"})
  void shouldHaveRoomHoweverManyLastWordsAreLost(Manner manner) {
    FerrySim.Options options = new FerrySim.Options();
    options.limits = new ServerLimits(1, 1, 4, 4);
    FerrySim sim = new FerrySim(1, options);
    sim.simulation.impair("delay=10ms");
    List<FerryCommand> commands = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      FerryCommand command = sim.start(manner, "file " + i, Content.random(i, 1000));
      sim.simulation.runUntil(
          () -> sim.publications(command) == 1 && sim.host.sent() > 0, Nanos.SECOND);
      sim.simulation.link(command.client.address(), FerrySim.ADDRESS).cut();
      sim.runUntilOver(command, Nanos.SECOND);
      command.leave();
      commands.add(command);
    }
    commands.forEach(sim::shouldHaveSucceeded);
    sim.shouldForgetEverything();
  }

  @Test
  void shouldNotKeepTheUserWaitingForAServerThatIsGone() {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair("delay=10ms,loss=list:3"); // Of one packet: a done may get lost, too.
    FerryCommand command = sim.start(Manner.GET, "a file", Content.random(1, 1000));
    sim.runUntilOver(command, 3 * Nanos.SECOND);
    sim.simulation.cut(command.client, sim.host);
    long overNs = sim.simulation.nowNs();

    sim.simulation.runFor(4 * Nanos.SECOND);
    assertThat(command.engine.mayLeave(sim.simulation.nowNs() - overNs)).isFalse();
    sim.simulation.runFor(Nanos.SECOND);
    assertThat(command.engine.mayLeave(sim.simulation.nowNs() - overNs)).isTrue();
    sim.shouldHaveSucceeded(command);
  }
}
