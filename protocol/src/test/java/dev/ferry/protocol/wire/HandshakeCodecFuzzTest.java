package dev.ferry.protocol.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakePacket.ForeignHello;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Whatever arrives, the codec does not throw; and what it takes for a packet is sent as the bytes
 * that arrived, but for zeros at the end of a hello. Terms are decoded to the same, for they may
 * have arrived with parameters that are not known. A normal run replays the seeds and the findings
 * in {@code FerryPacketsFuzzTestInputs}; with {@code JAZZER_FUZZ=1} this searches for new ones.
 */
class HandshakeCodecFuzzTest {
  private static final ByteBuffer BUFFER = ByteBuffer.allocate(Udp.MAX_PAYLOAD_BYTES);

  @FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
  void shouldSurviveAnyDatagram(byte[] datagram) {
    check(datagram, HandshakeCodec::decodeFromClient);
    check(datagram, HandshakeCodec::decodeFromServer);
    // Zeros that make it long enough are hard to find by chance.
    check(
        Arrays.copyOf(datagram, Math.max(datagram.length, Hello.MIN_BYTES)),
        HandshakeCodec::decodeFromClient);
    WelcomeTerms terms = WelcomeTerms.decode(datagram);
    require(terms == null || terms.equals(WelcomeTerms.decode(terms.encode())), "other terms");
    readHeader(datagram);
  }

  private static void check(byte[] datagram, Function<ByteBuffer, HandshakePacket> decoder) {
    byte[] original = datagram.clone();
    HandshakePacket packet = decoder.apply(ByteBuffer.wrap(datagram));
    require(Arrays.equals(datagram, original), "decoding changed the datagram");
    if (packet == null) {
      return;
    }
    require(HandshakeCodec.isHandshake(datagram[0]), "no handshake packet by its first byte");
    HandshakeCodec.encode(packet, BUFFER.clear());
    BUFFER.flip();
    require(BUFFER.remaining() == packet.encodedBytes(), "predicted another size");
    require(BUFFER.remaining() <= datagram.length, "longer than what arrived");
    if (!(packet instanceof ForeignHello)) {
      ByteBuffer arrived = ByteBuffer.wrap(datagram, 0, BUFFER.remaining());
      require(BUFFER.equals(arrived), "encoded otherwise");
      boolean whole = BUFFER.remaining() == datagram.length;
      require(whole || packet instanceof Hello, "took less than the datagram");
    }
    require(decoder.apply(BUFFER).equals(packet), "decoded otherwise");
  }

  private static void readHeader(byte[] datagram) {
    ByteBuffer packet = ByteBuffer.wrap(datagram);
    if (PacketHeader.isWellFormed(packet)) {
      int truncated = PacketHeader.truncatedNumber(packet);
      long number = PacketHeader.wholeNumber(truncated & Varint.MAX, truncated);
      PacketHeader.write(
          BUFFER.clear(), PacketHeader.phaseBit(packet), PacketHeader.receiverId(packet), number);
      ByteBuffer header = ByteBuffer.wrap(datagram, 0, PacketHeader.BYTES);
      require(BUFFER.flip().equals(header), "wrote another header");
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
