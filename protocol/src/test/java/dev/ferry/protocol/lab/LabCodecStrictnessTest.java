package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Start;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sends is a message to the letter, or none: a server must not guess. */
class LabCodecStrictnessTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Nothing, or hardly anything
        "",
        "s",
        "d",
        " ",
        "|",
        // Another type, or one that only servers send
        "x | 0 | name | 1",
        "S | 0 | name | 1",
        "a | 1 | 1472",
        "r | 0 | 1",
        "n|1",
        "sd | 0 | name | 1",
        " s | 0 | name | 1",
        // The delimiter
        "s  | 0 | name | 1",
        "s |0 | name | 1",
        "s| 0 | name | 1",
        "s | 0 |name | 1",
        "s | 0| name | 1",
        "s | 0 | name|1",
        "s|0|name | 1",
        "s|0 |name|1",
        "s\t|\t0\t|\tname\t|\t1",
        "d |1 | x",
        "d|1 |x",
        "d| 1|x",
        "d | 1 |x",
        // The size
        "s | 0 | name | ",
        "s | 0 | name | -1",
        "s | 0 | name | +1",
        "s | 0 | name | 1 | 5",
        "s | 0 | name | 1 ",
        "s | 0 | name |  1",
        "s | 0 | name | 1\n",
        "s | 0 | name | 1\0",
        "s | 0 | name | 1.0",
        "s | 0 | name | 0x10",
        "s | 0 | name | 1e3",
        "s | 0 | name | ten",
        "s|0|name|1|",
        "s|0|name|1|5",
        "s|0|name|1\r\n",
        "s|0|na|me|1",
        // The sequence number
        "s |  | name | 1",
        "s | -1 | name | 1",
        "s | x | name | 1",
        "s | 1x | name | 1",
        "d |  | x",
        "d | -1 | x",
        "d|-1|x",
        "d||x",
        // The name
        "s | 0 |  | 1",
        "s|0||1",
        "s | 0 | 1",
        "s|0|1"
      })
  void shouldNotDecode(String datagram) {
    assertThat(decode(datagram)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00ff",
        "a\u0080",
        "\u00c3",
        "\u00c0\u00af", // an overlong slash
        "\u00ed\u00a0\u0080", // half of a surrogate pair
        "\u00f4\u0090\u0080\u0080" // beyond the last code point
      })
  void shouldNotDecodeANameThatIsNotUtf8(String name) {
    assertThat(decode("s | 0 | " + name + " | 1")).isNull();
    assertThat(decode("s|0|" + name + "|1")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808", // 2^63
        "9223372036854775810",
        "9999999999999999999",
        "18446744073709551615", // 2^64 - 1
        "18446744073709551617", // 1 modulo 2^64
        "99999999999999999999999999999999999999"
      })
  void shouldNotDecodeNumbersAbove63Bits(String number) {
    assertThat(decode("s | 0 | n | " + number)).isNull();
    assertThat(decode("s | " + number + " | n | 1")).isNull();
    assertThat(decode("d|" + number + "|x")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        (1L << 31) - 1,
        1L << 31,
        (1L << 31) + 1,
        (1L << 32) - 1,
        1L << 32,
        (1L << 32) + 1,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE
      })
  void shouldDecodeEveryNumberUpTo63Bits(long number) {
    assertThat(decode("s | " + number + " | n | " + number))
        .isEqualTo(new Start(Dialect.SPACED, number, "n", number, false));
    assertThat(decode("d|" + number + "|"))
        .isEqualTo(new Data(Dialect.COMPACT, number, ByteBuffer.allocate(0)));
  }

  @Test
  void shouldAcceptLeadingZeros() {
    assertThat(decode("s | 007 | n | 010")).isEqualTo(new Start(Dialect.SPACED, 7, "n", 10, false));
    assertThat(decode("d | 00000000000000000000000000000012 | x"))
        .isEqualTo(new Data(Dialect.SPACED, 12, ByteBuffer.wrap(new byte[] {'x'})));
  }

  @Test
  void shouldTakeExactly20DigitsOfSizeForTheOffer() {
    for (int digits = 1; digits <= 40; digits++) {
      String size = "0".repeat(digits - 1) + "5";
      assertThat(decode("s | 0 | n | " + size))
          .as("%d digits", digits)
          .isEqualTo(new Start(Dialect.SPACED, 0, "n", 5, digits == 20));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void shouldNotDecodeATruncatedStart(Dialect dialect) {
    String start = String.join(dialect.delimiter(), "s", "12", "n\u00c3\u00a9", "34");
    for (int length = 0; length < start.length() - 1; length++) {
      assertThat(decode(start.substring(0, length))).as(start.substring(0, length)).isNull();
    }
    // No codec could tell that the last digit is missing.
    assertThat(decode(start.substring(0, start.length() - 1)))
        .isEqualTo(new Start(dialect, 12, "n\u00e9", 3, false));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void shouldNotDecodeATruncatedHeaderOfData(Dialect dialect) {
    String header = String.join(dialect.delimiter(), "d", "12", "");
    for (int length = 0; length < header.length(); length++) {
      assertThat(decode(header.substring(0, length))).as(header.substring(0, length)).isNull();
    }
  }

  @Test
  void shouldTellAStartByItsFirstByte() {
    assertThat(LabCodec.looksLikeStart(buffer("s | 0 | n | 1"))).isTrue();
    assertThat(LabCodec.looksLikeStart(buffer("d | 0 | n"))).isFalse();
    assertThat(LabCodec.looksLikeStart(buffer(""))).isFalse();
    assertThat(LabCodec.looksLikeStart(buffer("xs").position(1))).isTrue();
  }

  private static LabMessage decode(String datagram) {
    return LabCodec.decodeFromClient(buffer(datagram));
  }

  private static ByteBuffer buffer(String datagram) {
    return ByteBuffer.wrap(datagram.getBytes(ISO_8859_1));
  }
}
