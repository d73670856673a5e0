package dev.ferry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.beust.jcommander.ParameterException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  private static final int ROUND_TRIPS = 10_000;

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "007, 7",
    "65507, 65507",
    "65507B, 65507",
    "64KiB, 65536",
    "64 KiB, 65536",
    "64kib, 65536",
    "64k, 65536",
    "1MiB, 1048576",
    "1M, 1048576",
    "3GiB, 3221225472",
    "2TiB, 2199023255552",
    "1PiB, 1125899906842624",
    "7EiB, 8070450532247928832",
    "10KB, 10000",
    "10MB, 10000000",
    "10GB, 10000000000",
    "10TB, 10000000000000",
    "9223372036854775807, 9223372036854775807",
    "8388607TiB, 9223370937343148032"
  })
  void shouldReadSizes(String text, long bytes) {
    assertThat(Units.parseBytes(text)).isEqualTo(bytes);
    assertThat(new ByteSize.Converter().convert(text)).isEqualTo(new ByteSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "KiB",
        "-1",
        "+1",
        "1.5MiB",
        "1,000",
        "0x10",
        "1e3",
        "10mbit",
        "1 Ki B",
        "9223372036854775808",
        "99999999999999999999999999",
        "8388608TiB",
        "8EiB",
        "9223372036854775807KB",
        "\u0661\u0662" // Arabic digits
      })
  void shouldRejectWhatIsNoSize(String text) {
    assertThatThrownBy(() -> Units.parseBytes(text)).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> new ByteSize.Converter().convert(text))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("'" + text + "' is not a size: ");
  }

  @ParameterizedTest
  @CsvSource({
    "0s, 0",
    "1ns, 1",
    "20us, 20000",
    "50ms, 50000000",
    "3s, 3000000000",
    "3 s, 3000000000",
    "2min, 120000000000",
    "1h, 3600000000000",
    "9223372036854775807ns, 9223372036854775807",
    "2562047h, 9223369200000000000"
  })
  void shouldReadTimes(String text, long nanos) {
    assertThat(Units.parseNanos(text)).isEqualTo(nanos);
    assertThat(new TimeSpan.Converter().convert(text)).isEqualTo(new TimeSpan(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "3",
        "-3s",
        "1.5s",
        "3S",
        "3m",
        "3sec",
        "3d",
        "9223372036854775808ns",
        "2562048h",
        "9223372037s",
        "\u0663s"
      })
  void shouldRejectWhatIsNoTime(String text) {
    assertThatThrownBy(() -> Units.parseNanos(text)).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> new TimeSpan.Converter().convert(text))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("'" + text + "' is not a time: ");
  }

  @Test
  void shouldSayWhatIsWrong() {
    assertThatThrownBy(() -> Units.parseBytes("8EiB")).hasMessage("too large");
    assertThatThrownBy(() -> Units.parseBytes("x")).hasMessage("not a number");
    assertThatThrownBy(() -> Units.parseBytes("1 mile")).hasMessageContaining("'mile'");
    assertThatThrownBy(() -> Units.parseNanos("3")).hasMessageContaining("needs a unit");
  }

  @Test
  void shouldReadBackWhatHelpTextsShow() {
    Random random = new Random(1);
    for (int i = 0; i < ROUND_TRIPS; i++) {
      long value = random.nextLong() >>> (1 + random.nextInt(63)) << random.nextInt(63);
      value &= Long.MAX_VALUE;
      assertThat(Units.parseBytes(new ByteSize(value).toString())).isEqualTo(value);
      assertThat(Units.parseNanos(new TimeSpan(value).toString())).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1472, 1472",
    "65536, 64KiB",
    "16777216, 16MiB",
    "1125899906842624, 1PiB",
    "1152921504606846976, 1EiB"
  })
  void shouldShowSizesExactly(long bytes, String text) {
    assertThat(new ByteSize(bytes)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0s", "3000000000, 3s", "500000000, 500ms", "1500, 1500ns", "120000000000, 120s"})
  void shouldShowTimesExactly(long nanos, String text) {
    assertThat(new TimeSpan(nanos)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1, 1 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "1048524, 1023.9 KiB",
    "1048575, 1.0 MiB",
    "1048576, 1.0 MiB",
    "4404019, 4.2 MiB",
    "9223372036854775807, 8.0 EiB"
  })
  void shouldFormatSizes(long bytes, String text) {
    assertThat(Units.formatBytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.000 ms",
    "999, 0.000 ms",
    "48000, 0.048 ms",
    "340000, 0.340 ms",
    "999999, 0.999 ms",
    "1000000, 1.0 ms",
    "12345678, 12.3 ms",
    "999949999, 999.9 ms",
    "999950000, 1.00 s",
    "4560000000, 4.56 s",
    "59994999999, 59.99 s",
    "59995000000, 1 min 0 s",
    "187000000000, 3 min 7 s",
    "3599499999999, 59 min 59 s",
    "3599500000000, 1 h 0 min",
    "86340000000000, 23 h 59 min",
    "9223372036854775807, 2562047 h 47 min"
  })
  void shouldFormatTimes(long nanos, String text) {
    assertThat(Units.formatNanos(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1000000000, 0 B/s",
    "1048576, 500000000, 2.0 MiB/s",
    "10, 20000000000, 0 B/s",
    "1, 0, 953.7 MiB/s",
    "9223372036854775807, 1, 8.0 EiB/s"
  })
  void shouldFormatRates(long bytes, long durationNs, String text) {
    assertThat(Units.formatRate(bytes, durationNs)).isEqualTo(text);
  }
}
