package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sent back to back to a socket that holds little. */
class ReceiveBufferTest {
  private static final int BUFFER_BYTES = 16 << 10;

  /** The most bytes that left one host for another at one instant. */
  private static final class Bursts implements Tap {
    private final FerrySim sim;
    private final boolean toServer;
    private long sinceNs;
    private long bytes;
    private long mostBytes;

    Bursts(FerrySim sim, boolean toServer) {
      this.sim = sim;
      this.toServer = toServer;
      sim.simulation.tap(this);
    }

    @Override
    public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
      if (to.equals(FerrySim.ADDRESS) != toServer) {
        return;
      }
      long nowNs = sim.simulation.nowNs();
      bytes = nowNs == sinceNs ? bytes + datagram.length : datagram.length;
      sinceNs = nowNs;
      mostBytes = Math.max(mostBytes, bytes);
    }
  }

  private static long largestBurst(Manner manner, int bufferBytes) {
    FerrySim.Options options = new FerrySim.Options();
    options.receiveBufferBytes = bufferBytes;
    FerrySim sim = new FerrySim(1, options);
    sim.simulation.impair("delay=10ms");
    Bursts bursts = new Bursts(sim, manner != Manner.GET);
    FerryCommand command =
        sim.command(manner, "a file", Content.random(1, 8_000_000)).receivingInto(bufferBytes);
    command.run(sim.simulation.nowNs());
    sim.runUntilOver(command, 60 * Nanos.SECOND);
    sim.shouldHaveSucceeded(command);
    return bursts.mostBytes;
  }

  @ParameterizedTest
  @EnumSource
  void shouldSendNoMoreAtOnceThanTheSocketHasRoomFor(Manner manner) {
    assertThat(largestBurst(manner, BUFFER_BYTES)).isBetween(4_000L, BUFFER_BYTES / 2 + 1_500L);
    assertThat(largestBurst(manner, 0)).isGreaterThan(2 * BUFFER_BYTES);
  }

  /** A socket that holds less than a datagram is told by mistake, or in bad faith. */
  @ParameterizedTest
  @EnumSource
  void shouldSendSomethingWhateverTheSocketHolds(Manner manner) {
    assertThat(largestBurst(manner, 1)).isBetween(1_200L, 4_500L);
  }
}
