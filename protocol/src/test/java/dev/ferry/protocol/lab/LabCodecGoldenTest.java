package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Refusal;
import dev.ferry.protocol.lab.LabMessage.Start;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes on the wire, one by one: other programs depend on them. */
class LabCodecGoldenTest {

  static Stream<Arguments> fromClients() {
    return Stream.of(
        arguments("s | 0 | name | 1234", new Start(Dialect.SPACED, 0, "name", 1234, false)),
        arguments("s|0|name|1234", new Start(Dialect.COMPACT, 0, "name", 1234, false)),
        arguments("s | 39 | a b/c | 0", new Start(Dialect.SPACED, 39, "a b/c", 0, false)),
        arguments("s | 0 | a|b | 1", new Start(Dialect.SPACED, 0, "a|b", 1, false)),
        arguments(
            "s | 0 | name | 00000000000000001234",
            new Start(Dialect.SPACED, 0, "name", 1234, true)),
        arguments("s|0|name|00000000000000000000", new Start(Dialect.COMPACT, 0, "name", 0, true)),
        arguments(
            "s | 0 | n | 09223372036854775807",
            new Start(Dialect.SPACED, 0, "n", Long.MAX_VALUE, true)),
        arguments(
            "s | 0 | \u00c3\u00a9\u00f0\u009f\u0098\u0080 | 5",
            new Start(Dialect.SPACED, 0, "\u00e9\ud83d\ude00", 5, false)),
        arguments("d | 1 | abc", data(Dialect.SPACED, 1, "abc")),
        arguments("d|1|abc", data(Dialect.COMPACT, 1, "abc")),
        arguments("d | 1 | ", data(Dialect.SPACED, 1, "")),
        arguments("d|0|", data(Dialect.COMPACT, 0, "")),
        arguments("d | 2 |  | x | y", data(Dialect.SPACED, 2, " | x | y")),
        arguments("d|2||x|\n\0", data(Dialect.COMPACT, 2, "|x|\n\0")),
        arguments(
            "d | 9223372036854775807 | x", data(Dialect.SPACED, 9_223_372_036_854_775_807L, "x")));
  }

  static Stream<Arguments> fromServers() {
    return Stream.of(
        arguments("a | 1 | 1472", new Ack(Dialect.SPACED, 1, 1472L, false)),
        arguments("a|1|1472", new Ack(Dialect.COMPACT, 1, 1472L, false)),
        arguments("a | 1 | 0000001472", new Ack(Dialect.SPACED, 1, 1472L, true)),
        arguments("a|1|0000065507", new Ack(Dialect.COMPACT, 1, 65507L, true)),
        arguments("a | 2", Ack.ofData(Dialect.SPACED, 2)),
        arguments("a|2", Ack.ofData(Dialect.COMPACT, 2)),
        arguments("r | 0 | 1", new Refusal(Dialect.SPACED, 0, RefusalReason.BUSY)),
        arguments("r|7|9", new Refusal(Dialect.COMPACT, 7, RefusalReason.PROTOCOL_VIOLATION)));
  }

  @ParameterizedTest
  @MethodSource({"fromClients", "fromServers"})
  void shouldEncode(String datagram, LabMessage message) {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    LabCodec.encode(message, buffer);
    assertThat(ISO_8859_1.decode(buffer.flip()).toString()).isEqualTo(datagram);
  }

  @ParameterizedTest
  @MethodSource("fromClients")
  void shouldDecodeFromClients(String datagram, LabMessage message) {
    ByteBuffer buffer = ByteBuffer.wrap(datagram.getBytes(ISO_8859_1));
    assertThat(LabCodec.decodeFromClient(buffer)).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("fromServers")
  void shouldDecodeFromServers(String datagram, LabMessage message) {
    ByteBuffer buffer = ByteBuffer.wrap(datagram.getBytes(ISO_8859_1));
    assertThat(LabCodec.decodeFromServer(buffer)).isEqualTo(message);
  }

  private static Data data(Dialect dialect, long seqno, String payload) {
    return new Data(dialect, seqno, ByteBuffer.wrap(payload.getBytes(UTF_8)));
  }
}
