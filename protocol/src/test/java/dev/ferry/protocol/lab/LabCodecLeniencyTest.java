package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Refusal;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What real servers send in their own way is understood, and nothing beyond that. */
class LabCodecLeniencyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a | 1",
        "a | 1 |",
        "a | 1 | ",
        "a | 1\n",
        "a | 1 \r\n",
        "a | 1\0\0\0",
        "a | 1 |\0",
        "a |1"
      })
  void shouldDecodeASpacedAcknowledgementWithoutABufferSize(String datagram) {
    assertThat(decode(datagram)).isEqualTo(Ack.ofData(Dialect.SPACED, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a|1", "a|1|", "a|1| ", "a|1\n", "a|1|\n", "a|1\0", "a| 1", "a|1 |", "a|01"})
  void shouldDecodeACompactAcknowledgementWithoutABufferSize(String datagram) {
    assertThat(decode(datagram)).isEqualTo(Ack.ofData(Dialect.COMPACT, 1));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "a | 1 | 1024,SPACED",
        "a | 1 | 1024 ,SPACED",
        "\"a | 1 | 1024\n\",SPACED",
        "a | 1 | 01024,SPACED",
        "a | 1|1024,SPACED",
        "a  |  1  |  1024,SPACED",
        "a|1|1024,COMPACT",
        "a|1| 1024,COMPACT",
        "\"a|1|1024\r\n\",COMPACT"
      })
  void shouldDecodeAnAcknowledgementWithABufferSize(String datagram, Dialect dialect) {
    assertThat(decode(datagram)).isEqualTo(new Ack(dialect, 1, 1024L, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"r | 3 | 2", "r | 3 | 2\n", "r|3|2", "r|3|02 "})
  void shouldDecodeARefusal(String datagram) {
    assertThat(decode(datagram))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.seqno()).isEqualTo(3);
              assertThat(refusal.reason()).isEqualTo(RefusalReason.NAME_NOT_ALLOWED);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "\0\0\0",
        "a",
        "r",
        "a |",
        "a | ",
        "a|",
        "a||",
        "a||1024",
        "a 1",
        "a1",
        "a | x",
        "a | -1",
        "a | +1",
        "a | 1x",
        "a | 1 2",
        "a | 1 | x",
        "a | 1 | -1",
        "a | 1 | 1024 | 5",
        "a | 1 | | 5",
        "a|1||",
        "a|1|1024|",
        " a | 1",
        "A | 1",
        "x | 1 | 1024",
        "n|1",
        "s | 0 | n | 1",
        "d | 1 | 5",
        "r | 0",
        "r | 0 |",
        "r | 0 | 0",
        "r | 0 | 10",
        "r | 0 | x",
        "r | 0 | 1 | 1",
        "r | 0 | 18446744073709551617",
        "a | 9223372036854775808",
        "a | 18446744073709551617 | 1024",
        "a | 1 | 9223372036854775808",
        "a | 1\u00a0", // a no-break blank in Latin-1
        "a | 1 | 1024\u00ff"
      })
  void shouldNotDecode(String datagram) {
    assertThat(decode(datagram)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        (1L << 31) - 1,
        1L << 31,
        (1L << 32) - 1,
        1L << 32,
        999_999_999,
        1_000_000_000,
        Long.MAX_VALUE
      })
  void shouldDecodeEveryNumberUpTo63Bits(long number) {
    assertThat(decode("a | " + number + " | " + number))
        .isEqualTo(new Ack(Dialect.SPACED, number, number, false));
  }

  @Test
  void shouldTakeExactly10DigitsOfBufferSizeForTheAcceptance() {
    for (int digits = 4; digits <= 30; digits++) {
      String size = "0".repeat(digits - 4) + "1472";
      assertThat(decode("a | 1 | " + size))
          .as("%d digits", digits)
          .isEqualTo(new Ack(Dialect.SPACED, 1, 1472L, digits == 10));
    }
  }

  @Test
  void shouldNotTakeALargeBufferSizeForTheAcceptance() {
    assertThat(decode("a | 1 | 4294967295"))
        .isEqualTo(new Ack(Dialect.SPACED, 1, 4_294_967_295L, false));
  }

  private static LabMessage decode(String datagram) {
    return LabCodec.decodeFromServer(ByteBuffer.wrap(datagram.getBytes(ISO_8859_1)));
  }
}
