package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hellos from everywhere, whose senders never hear the answers. */
class FerryFloodTest {
  private static final int SPOOFED = 10_000;

  /** The first number of half-open handshakes that is more than a quarter of the table. */
  private static final int CROWD = FerryModeConfig.HALF_OPEN / 4 + 1;

  private static byte[] hello(SplittableRandom random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    ByteBuffer buffer = ByteBuffer.allocate(Hello.MIN_BYTES);
    HandshakeCodec.encode(
        new Hello(3, false, false, random.nextInt(), Bytes.EMPTY, Bytes.copyOf(key)), buffer);
    return buffer.array();
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeAnHonestClientAllTheSame(Manner manner) {
    FerrySim sim = new FerrySim(1);
    SplittableRandom random = sim.simulation.newRandom();
    sim.simulation.impair("delay=10ms,loss=1%");
    FerryCommand early = sim.start(manner, "early", Content.random(1, 50_000));
    for (int i = 0; i < SPOOFED; i++) {
      sim.simulation.inject(Simulation.address(100_000 + i, 9), sim.host, hello(random));
      sim.simulation.runFor(Nanos.MILLISECOND / 10);
      assertThat(sim.engine.ferry().halfOpenCount()).isLessThanOrEqualTo(CROWD + 1);
      assertThat(sim.engine.ferry().connectionCount()).isLessThanOrEqualTo(1);
    }

    FerryCommand late = sim.start(manner, "late", Content.random(2, 50_000));
    sim.runUntilOver(early, 10 * Nanos.SECOND);
    sim.runUntilOver(late, 10 * Nanos.SECOND);

    sim.shouldHaveSucceeded(early);
    sim.shouldHaveSucceeded(late);
    sim.shouldForgetEverything();
  }

  /**
   * What is early or has gaps waits for memory then, and so do more than a few packets in flight.
   */
  @ParameterizedTest
  @EnumSource
  void shouldServeAnHonestClientWithoutMemory(Manner manner) {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair("delay=10ms,loss=1%,reorder=1%");
    List<ByteBudget.Share> others =
        IntStream.range(0, 4)
            .mapToObj(i -> sim.memory.share(Simulation.address(100_000 + i, 9).getAddress()))
            .toList();
    assertThat(others).allMatch(share -> share.hold(FerryModeConfig.MEMORY_BYTES / 4));
    FerryCommand honest = sim.start(manner, "honest", Content.random(1, 2_000_000));

    sim.runUntilOver(honest, 30 * Nanos.SECOND);

    sim.shouldHaveSucceeded(honest);
    others.forEach(share -> share.hold(0));
    sim.shouldForgetEverything();
  }

  /** A file below 500 directories is as much work as 63 others. */
  @Test
  void shouldAskWhoOpensDeepDirectoriesToComeAgain() {
    FerrySim.Options options = new FerrySim.Options();
    options.oneAddress = true;
    FerrySim sim = new FerrySim(1, options);
    sim.simulation.impair("delay=1ms");
    List<FerryCommand> deep = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      deep.add(sim.start(Manner.PUT, "d/".repeat(500) + i, Content.random(i, 10)));
    }
    deep.forEach(command -> sim.runUntilOver(command, Nanos.SECOND));
    assertThat(deep.stream().filter(FerryCommand::isCompleted)).hasSize(8);
    assertThat(deep.get(11).failure())
        .isInstanceOfSatisfying(
            TransferFailure.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.BUSY));

    sim.simulation.runFor(Nanos.SECOND);
    FerryCommand again = sim.start(Manner.PUT, "d/".repeat(500) + "again", Content.random(2, 10));
    sim.runUntilOver(again, Nanos.SECOND);

    sim.shouldHaveSucceeded(again);
    sim.shouldForgetEverything();
  }

  /** Lab peers hold all the places that there are for lab mode, by a start and a chunk each. */
  @ParameterizedTest
  @EnumSource
  void shouldAdmitFerryClientsWhateverLabPeersHold(Manner manner) {
    FerrySim.Options options = new FerrySim.Options();
    options.limits = new ServerLimits(20, 20, 100, 100);
    FerrySim sim = new FerrySim(1, options);
    sim.simulation.impair("delay=10ms");
    for (int i = 0; i < 50; i++) {
      InetSocketAddress peer = Simulation.address(100_000 + i, 9);
      String start = String.format(Locale.ROOT, "s | 0 | held-%d | %020d", i, 1_000_000);
      sim.simulation.inject(peer, sim.host, start.getBytes(US_ASCII));
      sim.simulation.inject(peer, sim.host, "d | 1 | x".getBytes(US_ASCII));
    }
    sim.simulation.runFor(Nanos.SECOND);
    assertThat(sim.engine.lab().openCount()).isEqualTo(20);

    FerryCommand honest = sim.start(manner, "honest", Content.random(1, 50_000));
    sim.runUntilOver(honest, 10 * Nanos.SECOND);

    sim.shouldHaveSucceeded(honest);
    sim.shouldForgetEverything();
  }
}
