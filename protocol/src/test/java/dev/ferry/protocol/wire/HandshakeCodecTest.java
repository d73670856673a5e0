package dev.ferry.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakePacket.ForeignHello;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Retry;
import dev.ferry.protocol.wire.HandshakePacket.ToServer;
import dev.ferry.protocol.wire.HandshakePacket.Versions;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for handshake packets whatever is in them. */
class HandshakeCodecTest {
  private static final int PACKETS = 5_000;
  private static final Bytes KEY = Bytes.copyOf(new byte[32]);
  private static final Hello HELLO = new Hello(1, false, false, 7, Bytes.EMPTY, KEY);

  private static byte[] encode(HandshakePacket packet) {
    ByteBuffer buffer = ByteBuffer.allocate(Udp.MAX_PAYLOAD_BYTES);
    HandshakeCodec.encode(packet, buffer);
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private static HandshakePacket decode(HandshakePacket like, byte[] datagram) {
    ByteBuffer buffer = ByteBuffer.wrap(datagram);
    return like instanceof ToServer
        ? HandshakeCodec.decodeFromClient(buffer)
        : HandshakeCodec.decodeFromServer(buffer);
  }

  @Test
  void shouldTellPacketsByTheirFirstByte() {
    for (int first = 0; first < 256; first++) {
      assertThat(HandshakeCodec.isFerry((byte) first)).isEqualTo(first >= 0x80);
      assertThat(HandshakeCodec.isHandshake((byte) first)).isEqualTo(first >= 0xc0);
    }
  }

  @Test
  void shouldDecodeWhatItEncodesInAsManyBytesAsPredicted() {
    RandomPackets packets = new RandomPackets(1);
    for (int i = 0; i < PACKETS; i++) {
      HandshakePacket packet = packets.next();
      byte[] datagram = encode(packet);
      assertThat(decode(packet, datagram)).as("seed 1, packet %d", i).isEqualTo(packet);
      assertThat(datagram.length).isEqualTo(packet.encodedBytes());
    }
  }

  @Test
  void shouldKeepTheTwoDirectionsApart() {
    RandomPackets packets = new RandomPackets(2);
    for (int i = 0; i < PACKETS; i++) {
      HandshakePacket packet = packets.next();
      HandshakePacket other = packet instanceof ToServer ? new Retry(0, KEY) : HELLO;
      assertThat(decode(other, encode(packet))).as("seed 2, packet %d", i).isNull();
    }
  }

  @Test
  void shouldWriteNothingIntoABufferThatIsTooSmall() {
    RandomPackets packets = new RandomPackets(3);
    for (int i = 0; i < 500; i++) {
      HandshakePacket packet = packets.next();
      ByteBuffer tooSmall = ByteBuffer.allocate(packet.encodedBytes() - 1);
      assertThatThrownBy(() -> HandshakeCodec.encode(packet, tooSmall))
          .as("seed 3, packet %d", i)
          .isInstanceOf(BufferOverflowException.class);
      assertThat(tooSmall.position()).isZero();
    }
  }

  @Test
  void shouldWriteTheZerosOfAHelloOverWhateverWasThere() {
    ByteBuffer dirty = ByteBuffer.allocate(1300);
    Arrays.fill(dirty.array(), (byte) 0xff);
    HandshakeCodec.encode(HELLO, dirty.position(50));
    assertThat(dirty.position()).isEqualTo(50 + Hello.MIN_BYTES);
    assertThat(HandshakeCodec.decodeFromClient(dirty.flip().position(50))).isEqualTo(HELLO);
  }

  static Stream<HandshakePacket> samples() {
    Bytes token = Bytes.copyOf(new byte[24]);
    return Stream.of(
        HELLO,
        new Hello(3, true, false, -1, token, Bytes.copyOf(new byte[48])),
        new ForeignHello(1, 7),
        new Welcome(7, Bytes.copyOf(new byte[55])),
        new Retry(7, token),
        new Versions(7, List.of(1, 2)));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldTakeNoPrefixForAPacket(HandshakePacket packet) {
    byte[] datagram = encode(packet);
    for (int length = 0; length < datagram.length; length++) {
      assertThat(decode(packet, Arrays.copyOf(datagram, length))).as("%d bytes", length).isNull();
    }
  }

  /** A packet with another byte in it is none, or another one which is then exactly that. */
  @ParameterizedTest
  @MethodSource("samples")
  void shouldSurviveEveryOtherByte(HandshakePacket packet) {
    byte[] datagram = encode(packet);
    int decoded = 0;
    for (int at = 0; at < datagram.length; at++) {
      byte original = datagram[at];
      for (int change = 1; change < 256; change++) {
        datagram[at] = (byte) (original ^ change);
        HandshakePacket other = decode(packet, datagram);
        if (other != null) {
          decoded++;
          if (other instanceof ForeignHello) {
            assertThat(other).isNotEqualTo(HELLO);
          } else {
            assertThat(encode(other)).isEqualTo(datagram);
          }
        }
      }
      datagram[at] = original;
    }
    assertThat(decoded).as("at least with another id").isGreaterThanOrEqualTo(4 * 255);
  }

  @Test
  void shouldChangeNothingButTheToken() {
    Hello again = HELLO.withToken(Bytes.copyOf(new byte[24]));
    assertThat(again.token().length()).isEqualTo(24);
    assertThat(again.withToken(Bytes.EMPTY)).isEqualTo(HELLO);
  }

  @Test
  void shouldNotConstructWhatCannotBeSent() {
    Bytes tooLong = Bytes.copyOf(new byte[Hello.MAX_TOKEN_BYTES + 1]);
    Bytes huge = Bytes.copyOf(new byte[Udp.MAX_PAYLOAD_BYTES]);
    Stream.<Runnable>of(
            () -> new Hello(0, false, false, 7, Bytes.EMPTY, KEY),
            () -> new Hello(4, false, false, 7, Bytes.EMPTY, KEY),
            () -> new Hello(1, false, false, 7, tooLong, KEY),
            () -> new Hello(1, false, false, 7, Bytes.EMPTY, huge),
            () -> new ForeignHello(0, 7),
            () -> new ForeignHello(HandshakePacket.VERSION, 7),
            () -> new ForeignHello(256, 7),
            () -> new Welcome(7, huge),
            () -> new Retry(7, Bytes.EMPTY),
            () -> new Retry(7, tooLong),
            () -> new Versions(7, List.of()),
            () -> new Versions(7, List.of(0)),
            () -> new Versions(7, List.of(256)),
            () -> new Versions(7, Collections.nCopies(256, 1)),
            () -> new WelcomeTerms(0, 7, TransportParameters.DEFAULT),
            () -> new WelcomeTerms(3, 7, TransportParameters.DEFAULT))
        .forEach(make -> assertThatIllegalArgumentException().isThrownBy(make::run));
  }

  @Test
  void shouldSendTheLargestPackets() {
    int most = Udp.MAX_PAYLOAD_BYTES;
    Bytes forHello = Bytes.copyOf(new byte[most - Hello.FIXED_BYTES]);
    Bytes forWelcome = Bytes.copyOf(new byte[most - Welcome.FIXED_BYTES]);
    for (HandshakePacket packet :
        List.of(new Hello(1, false, false, 7, Bytes.EMPTY, forHello), new Welcome(7, forWelcome))) {
      assertThat(encode(packet).length).isEqualTo(most);
      assertThat(decode(packet, encode(packet))).isEqualTo(packet);
    }
  }
}
