package dev.ferry.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.HandshakePacket.ForeignHello;
import dev.ferry.protocol.wire.HandshakePacket.Hello;
import dev.ferry.protocol.wire.HandshakePacket.Retry;
import dev.ferry.protocol.wire.HandshakePacket.ToServer;
import dev.ferry.protocol.wire.HandshakePacket.Versions;
import dev.ferry.protocol.wire.HandshakePacket.Welcome;
import dev.ferry.protocol.wire.Vectors.Vector;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of docs/vectors/packets.txt, one by one: other programs depend on them. */
class PacketVectorsTest {
  private static final List<Vector> VECTORS = Vectors.read("packets.txt");

  private static Stream<Vector> ofKinds(String... kinds) {
    return VECTORS.stream()
        .filter(vector -> vector.has("packet"))
        .filter(vector -> Arrays.asList(kinds).contains(vector.get("packet")));
  }

  static Stream<Vector> handshakes() {
    return ofKinds("hello", "foreign-hello", "welcome", "retry", "versions");
  }

  static Stream<Vector> hellos() {
    return ofKinds("hello").filter(vector -> vector.has("prologue"));
  }

  static Stream<Vector> terms() {
    return ofKinds("terms");
  }

  static Stream<Vector> headers() {
    return ofKinds("header");
  }

  static Stream<Vector> numbers() {
    return ofKinds("number");
  }

  private static List<String> malformed(String from) {
    return VECTORS.stream()
        .filter(vector -> vector.has("from") && vector.get("from").equals(from))
        .flatMap(vector -> vector.all("malformed").stream())
        .toList();
  }

  static List<String> malformedFromClient() {
    return malformed("client");
  }

  static List<String> malformedFromServer() {
    return malformed("server");
  }

  static List<String> malformedTerms() {
    return malformed("terms");
  }

  private static HandshakePacket packet(Vector vector) {
    int clientId = id(vector, "client");
    return switch (vector.get("packet")) {
      case "hello" ->
          new Hello(
              Integer.parseInt(vector.get("suites")),
              vector.get("secret").equals("yes"),
              vector.get("start").equals("yes"),
              clientId,
              Bytes.copyOf(vector.bytes("token")),
              Bytes.copyOf(vector.bytes("handshake")));
      case "foreign-hello" -> new ForeignHello(Integer.parseInt(vector.get("version")), clientId);
      case "welcome" -> new Welcome(clientId, Bytes.copyOf(vector.bytes("handshake")));
      case "retry" -> new Retry(clientId, Bytes.copyOf(vector.bytes("token")));
      case "versions" ->
          new Versions(
              clientId,
              Stream.of(vector.get("versions").split(" ", -1)).map(Integer::valueOf).toList());
      default -> throw new AssertionError(vector);
    };
  }

  private static int id(Vector vector, String key) {
    return HexFormat.fromHexDigits(vector.get(key));
  }

  private static HandshakePacket decode(HandshakePacket like, byte[] datagram) {
    ByteBuffer buffer = ByteBuffer.wrap(datagram);
    HandshakePacket packet =
        like instanceof ToServer
            ? HandshakeCodec.decodeFromClient(buffer)
            : HandshakeCodec.decodeFromServer(buffer);
    assertThat(buffer.hasRemaining()).isFalse();
    return packet;
  }

  @Test
  void shouldReadEveryVector() {
    long packets = VECTORS.stream().filter(vector -> vector.has("packet")).count();
    assertThat(
            Stream.of(handshakes(), terms(), headers(), numbers()).mapToLong(Stream::count).sum())
        .isEqualTo(packets)
        .isGreaterThan(20);
    assertThat(VECTORS).hasSize((int) packets + 3);
  }

  @ParameterizedTest
  @MethodSource("handshakes")
  void shouldWriteAndReadHandshakePackets(Vector vector) {
    HandshakePacket packet = packet(vector);
    byte[] bytes = vector.bytes("bytes");
    ByteBuffer written = ByteBuffer.allocate(bytes.length);
    HandshakeCodec.encode(packet, written);
    assertThat(written.array()).isEqualTo(bytes);
    assertThat(packet.encodedBytes()).isEqualTo(bytes.length);
    assertThat(decode(packet, bytes)).isEqualTo(packet);
    for (String taken : vector.all("taken")) {
      assertThat(decode(packet, Vectors.hex(taken))).isEqualTo(packet);
    }
  }

  @ParameterizedTest
  @MethodSource("hellos")
  void shouldSayWhatGoesIntoThePrologue(Vector vector) {
    assertThat(((Hello) packet(vector)).prologue()).isEqualTo(vector.bytes("prologue"));
  }

  @ParameterizedTest
  @MethodSource("terms")
  void shouldWriteAndReadTheTermsOfAWelcome(Vector vector) {
    WelcomeTerms terms =
        new WelcomeTerms(
            Integer.parseInt(vector.get("suite")),
            id(vector, "server"),
            new TransportParameters(
                Integer.parseInt(vector.get("datagram")),
                Integer.parseInt(vector.get("early")),
                Long.parseLong(vector.get("buffer")),
                Integer.parseInt(vector.get("files")),
                TransportParameters.PUT_AND_GET,
                TransportParameters.BY_SHA256,
                Long.parseLong(vector.get("control")),
                Long.parseLong(vector.get("kinds")),
                vector.has("unknown-sizes")));
    assertThat(terms.encode()).isEqualTo(vector.bytes("bytes"));
    assertThat(WelcomeTerms.decode(vector.bytes("bytes"))).isEqualTo(terms);
    for (String taken : vector.all("taken")) {
      assertThat(WelcomeTerms.decode(Vectors.hex(taken))).isEqualTo(terms);
    }
  }

  @ParameterizedTest
  @MethodSource("headers")
  void shouldWriteAndReadHeaders(Vector vector) {
    byte[] bytes = vector.bytes("bytes");
    long phase = Long.parseLong(vector.get("phase"));
    long number = Long.parseLong(vector.get("number"));
    ByteBuffer written = ByteBuffer.allocate(bytes.length);
    PacketHeader.write(written, phase, id(vector, "receiver"), number);
    assertThat(written.array()).isEqualTo(bytes);
    ByteBuffer read = ByteBuffer.wrap(Arrays.copyOf(bytes, PacketHeader.MIN_PACKET_BYTES));
    assertThat(PacketHeader.isWellFormed(read)).isTrue();
    assertThat(PacketHeader.phaseBit(read)).isEqualTo((int) (phase & 1));
    assertThat(PacketHeader.receiverId(read)).isEqualTo(id(vector, "receiver"));
    assertThat(PacketHeader.truncatedNumber(read)).isEqualTo((int) number);
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void shouldFindTheWholeNumber(Vector vector) {
    long largest = Long.parseLong(vector.get("largest"));
    assertThat(PacketHeader.wholeNumber(largest, id(vector, "low")))
        .isEqualTo(Long.parseLong(vector.get("whole")));
  }

  @ParameterizedTest
  @MethodSource("malformedFromClient")
  void shouldNotTakeForAClientsPacket(String malformed) {
    ByteBuffer datagram = ByteBuffer.wrap(Vectors.malformed(malformed));
    assertThat(HandshakeCodec.decodeFromClient(datagram)).isNull();
  }

  @ParameterizedTest
  @MethodSource("malformedFromServer")
  void shouldNotTakeForAServersPacket(String malformed) {
    ByteBuffer datagram = ByteBuffer.wrap(Vectors.malformed(malformed));
    assertThat(HandshakeCodec.decodeFromServer(datagram)).isNull();
  }

  @ParameterizedTest
  @MethodSource("malformedTerms")
  void shouldNotTakeForTerms(String malformed) {
    assertThat(WelcomeTerms.decode(Vectors.malformed(malformed))).isNull();
  }
}
