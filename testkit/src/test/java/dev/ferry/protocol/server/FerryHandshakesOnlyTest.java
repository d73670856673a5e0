package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.testkit.sim.Content;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Paths that let handshakes through and nothing else, such as those of a packet filter: the server
 * answers each hello, and yet it is silent, so that the client can look for another way.
 */
class FerryHandshakesOnlyTest {
  private static final int SIZE_BYTES = 4_000_000;

  /** When the program looks for another way (OtherWay). */
  private static final long SILENCE_NS = 2500 * Nanos.MILLISECOND;

  /** {@code runUntil} fails after this. */
  private static final long SOON_NS = 20 * Nanos.SECOND;

  private static final String NETWORK = "delay=20ms,rate=50mbit,queue=200000";

  /** No packet of anybody's. */
  private static final byte[] NOTHING = {Byte.MIN_VALUE};

  private static byte[] dropUnlessHandshake(byte[] datagram) {
    boolean passes =
        datagram.length > 0
            && (!HandshakeCodec.isFerry(datagram[0]) || HandshakeCodec.isHandshake(datagram[0]));
    return passes ? datagram : NOTHING;
  }

  /** A transfer over such a path, from when on it is one. */
  private static final class Filtered {
    final FerrySim sim;
    final FerryCommand command;
    boolean on;

    Filtered(Manner manner, boolean on) {
      this.on = on;
      FerrySim.Options options = new FerrySim.Options();
      options.wrapper = engine -> new Tampered<>(engine, this::filter);
      sim = new FerrySim(1, options);
      sim.simulation.impair(NETWORK);
      command = sim.command(manner, "a file", Content.random(1, SIZE_BYTES));
      command.tampering = this::filter;
      command.run(sim.simulation.nowNs());
    }

    private byte[] filter(byte[] datagram) {
      return on ? dropUnlessHandshake(datagram) : datagram;
    }

    long silentNs() {
      return command.engine.silentNs(sim.simulation.nowNs());
    }

    void shouldBeSilentSoon() {
      sim.simulation.runUntil(() -> silentNs() >= SILENCE_NS, SOON_NS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotTakeAnAnsweredHandshakeForASignOfLife(Manner manner) {
    Filtered path = new Filtered(manner, true);

    path.shouldBeSilentSoon();
  }

  @ParameterizedTest
  @EnumSource
  void shouldNoticeItInMidTransfer(Manner manner) {
    Filtered path = new Filtered(manner, false);
    path.sim.simulation.runUntil(() -> path.command.engine.doneBytes() > SIZE_BYTES / 2, SOON_NS);
    path.on = true;

    path.shouldBeSilentSoon();

    path.on = false;
    path.sim.runUntilOver(path.command, 60 * Nanos.SECOND);
    path.sim.shouldHaveSucceeded(path.command);
    path.sim.simulation.check(() -> assertThat(path.silentNs()).isZero());
  }
}
