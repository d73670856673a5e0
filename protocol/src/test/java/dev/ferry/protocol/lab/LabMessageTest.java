package dev.ferry.protocol.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.LabMessage.Refusal;
import dev.ferry.protocol.lab.LabMessage.Start;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that exists can be sent. */
class LabMessageTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a | b", " | ", " |", "a |", "\ud800", "a\udc00b"})
  void shouldRejectNamesThatTheSpacedDialectCannotCarry(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Start(Dialect.SPACED, 0, name, 1, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a|b", "|", "a|", "\udc00"})
  void shouldRejectNamesThatTheCompactDialectCannotCarry(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Start(Dialect.COMPACT, 0, name, 1, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"|", "a|", "| ", "|a", " ", "a ", "a| b", "\ud83d\ude00"})
  void shouldTakeNamesThatOnlyResembleTheDelimiter(String name) {
    assertThat(new Start(Dialect.SPACED, 0, name, 1, false).name()).isEqualTo(name);
  }

  @Test
  void shouldRejectNegativeNumbers() {
    ByteBuffer payload = ByteBuffer.allocate(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Start(Dialect.SPACED, -1, "n", 1, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Start(Dialect.SPACED, 0, "n", -1, false));
    assertThatIllegalArgumentException().isThrownBy(() -> new Data(Dialect.SPACED, -1, payload));
    assertThatIllegalArgumentException().isThrownBy(() -> Ack.ofData(Dialect.SPACED, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Ack(Dialect.SPACED, 1, -1L, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Refusal(Dialect.SPACED, -1, RefusalReason.BUSY));
  }

  @Test
  void shouldRejectAnAcceptanceThatTenDigitsCannotCarry() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Ack(Dialect.SPACED, 1, null, true));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Ack(Dialect.SPACED, 1, 1_000_000_000L, true));
    assertThat(new Ack(Dialect.SPACED, 1, 999_999_999L, true).acceptsFerry()).isTrue();
  }

  @Test
  void shouldKeepTheNumbersOfTheReasons() {
    assertThat(RefusalReason.values())
        .extracting(reason -> reason.code() + " " + reason.name())
        .containsExactly(
            "1 BUSY",
            "2 NAME_NOT_ALLOWED",
            "3 EXISTS",
            "4 TOO_LARGE",
            "5 NO_SPACE",
            "6 NOT_PERMITTED",
            "7 CANNOT_CREATE",
            "8 IO_ERROR",
            "9 PROTOCOL_VIOLATION",
            "10 DIGEST_DIFFERS",
            "11 NO_SUCH_FILE");
  }

  @Test
  void shouldSayTheReasonsInWords() {
    assertThat(RefusalReason.BUSY).hasToString("busy");
    assertThat(RefusalReason.NAME_NOT_ALLOWED).hasToString("name not allowed");
  }

  @ParameterizedTest
  @EnumSource(RefusalReason.class)
  void shouldFindEveryReasonByItsNumber(RefusalReason reason) {
    assertThat(RefusalReason.ofCode(reason.code())).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 12, (1L << 32) + 1, Long.MAX_VALUE})
  void shouldFindNoReasonByAnotherNumber(long code) {
    assertThat(RefusalReason.ofCode(code)).isNull();
  }
}
