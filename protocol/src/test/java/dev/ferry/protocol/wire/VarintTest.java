package dev.ferry.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Varint} against RFC 9000, section 16 and appendix A.1. */
class VarintTest {

  private static byte[] write(long number) {
    ByteBuffer buffer = ByteBuffer.allocate(Varint.MAX_BYTES);
    Varint.write(number, buffer);
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private static long read(String hex) {
    return Varint.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  @ParameterizedTest
  @CsvSource({
    "c2197c5eff14e88c, 151288809941952652",
    "9d7f3e7d, 494878333",
    "7bbd, 15293",
    "25, 37",
    "4025, 37",
    "80000025, 37",
    "c000000000000025, 37"
  })
  void shouldReadTheExamplesOfTheRfc(String hex, long number) {
    assertThat(read(hex)).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "25, 37",
    "3f, 63",
    "4040, 64",
    "7bbd, 15293",
    "7fff, 16383",
    "80004000, 16384",
    "9d7f3e7d, 494878333",
    "bfffffff, 1073741823",
    "c000000040000000, 1073741824",
    "c2197c5eff14e88c, 151288809941952652",
    "ffffffffffffffff, 4611686018427387903"
  })
  void shouldWriteTheShortestForm(String hex, long number) {
    assertThat(HexFormat.of().formatHex(write(number))).isEqualTo(hex);
    assertThat(Varint.bytes(number)).isEqualTo(hex.length() / 2);
    assertThat(read(hex)).isEqualTo(number);
  }

  @Test
  void shouldReadWhatItWrites() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      long number = random.nextLong() >>> (2 + random.nextInt(62));
      byte[] bytes = write(number);
      assertThat(bytes.length).isEqualTo(Varint.bytes(number));
      assertThat(Varint.read(ByteBuffer.wrap(bytes))).as("seed 1").isEqualTo(number);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "40", "80", "800000", "c0", "c0000000000000", "ff"})
  void shouldReadNothingOfWhatEndsTooSoon(String hex) {
    ByteBuffer buffer = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    assertThat(Varint.read(buffer)).isEqualTo(Varint.TRUNCATED);
    assertThat(buffer.position()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Varint.MAX + 1, Long.MIN_VALUE, Long.MAX_VALUE})
  void shouldWriteNoOtherNumbers(long number) {
    assertThatIllegalArgumentException().isThrownBy(() -> write(number));
  }

  @Test
  void shouldOverflowABufferThatIsTooSmall() {
    for (long number : new long[] {0, 64, 1 << 14, 1 << 30}) {
      ByteBuffer buffer = ByteBuffer.allocate(Varint.bytes(number) - 1);
      assertThatThrownBy(() -> Varint.write(number, buffer))
          .isInstanceOf(BufferOverflowException.class);
      assertThat(buffer.position()).isZero();
    }
  }
}
