package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.HandshakePacket;
import dev.ferry.protocol.wire.HandshakePacket.ForeignHello;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Retry;
import dev.ferry.protocol.wire.HandshakePacket.Versions;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two servers that somebody has aimed at each other by a forged source address. */
class FerryErrorLoopTest {
  private static final InetSocketAddress OTHER = Simulation.address(2, 12300);

  private static byte[] encode(HandshakePacket packet) {
    ByteBuffer buffer = ByteBuffer.allocate(2000);
    HandshakeCodec.encode(packet, buffer);
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }

  private static Arguments forged(String what, int answers, byte[] datagram) {
    return Arguments.of(what, answers, datagram);
  }

  private static byte[] protectedPacket(int bytes) {
    byte[] packet = Content.random(3, bytes);
    packet[0] = (byte) 0x80;
    return packet;
  }

  static Stream<Arguments> forged() {
    Bytes key = Bytes.copyOf(Content.random(1, 32));
    return Stream.of(
        forged("hello", 1, encode(new Hello(3, false, false, 7, Bytes.EMPTY, key))),
        forged("hello with a secret", 0, encode(new Hello(3, true, false, 7, Bytes.EMPTY, key))),
        forged("hello of another version", 1, encode(new ForeignHello(9, 7))),
        forged("welcome", 0, encode(new Welcome(7, Bytes.copyOf(Content.random(2, 55))))),
        forged("retry", 0, encode(new Retry(7, Bytes.copyOf(new byte[24])))),
        forged("versions", 0, encode(new Versions(7, List.of(9)))),
        forged("protected", 0, protectedPacket(100)),
        forged("large protected", 0, protectedPacket(1472)),
        forged("lab start", 1, "s | 0 | f | 00000000000000000009".getBytes(US_ASCII)),
        forged("lab data", 0, "d | 1 | content".getBytes(US_ASCII)),
        forged("lab acknowledgement", 0, "a | 1 | 0000001472".getBytes(US_ASCII)),
        forged("lab refusal", 0, "r | 1 | 4".getBytes(US_ASCII)),
        forged("nothing", 0, new byte[0]),
        forged("garbage", 0, Content.random(4, 1300)),
        forged("high garbage", 0, new byte[] {-1, -1, -1}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forged")
  void shouldFallSilent(String what, int answers, byte[] datagram) {
    FerrySim sim = new FerrySim(1);
    sim.simulation.impair("delay=1ms");
    Host other = sim.simulation.addHost(OTHER);
    other.run(sim.newEngine());
    long[] sent = new long[1];
    sim.simulation.tap(
        new Tap() {
          @Override
          public void sent(InetSocketAddress from, InetSocketAddress to, byte[] bytes) {
            sent[0]++;
          }
        });

    sim.simulation.inject(OTHER, sim.host, datagram);
    sim.simulation.runFor(300 * Nanos.SECOND);

    assertThat(sent[0]).as("datagrams because of a forged " + what).isEqualTo(answers);
    assertThat(sim.engine.nextTimeout()).isEqualTo(Nanos.NEVER);
  }
}
