package dev.ferry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link MaxRate} and {@link RateTimetable}. */
class MaxRateTest {
  private static final String TIMETABLE = "08:00-18:00 2mbit, 22:00-6:30 off, 20mbit";

  @TempDir private Path directory;
  private Path file;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private int secondOfDay;

  @BeforeEach
  void name() {
    file = directory.resolve("rate");
  }

  private MaxRate parse(String text) throws CommandException {
    return MaxRate.parse(text, new PrintStream(err, true, UTF_8), () -> secondOfDay);
  }

  private String complaints() {
    String text = err.toString(UTF_8);
    err.reset();
    return text;
  }

  @ParameterizedTest
  @CsvSource({
    "50mbit, 6250000",
    "8kbit, 1000",
    "2.5gbit/s, 312500000",
    "64000bit, 8000",
    "off, 9223372036854775807"
  })
  void shouldReadARate(String text, long bytesPerSecond) throws CommandException {
    assertThat(parse(text).getAsLong()).isEqualTo(bytesPerSecond);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, off",
    "6, 29, off",
    "6, 30, 20mbit",
    "7, 59, 20mbit",
    "8, 0, 2mbit",
    "17, 59, 2mbit",
    "18, 0, 20mbit",
    "21, 59, 20mbit",
    "22, 0, off",
    "23, 59, off"
  })
  void shouldFollowATimetable(int hour, int minute, String rate) throws CommandException {
    secondOfDay = 3600 * hour + 60 * minute + (minute == 59 ? 59 : 0);
    assertThat(parse(TIMETABLE).getAsLong()).isEqualTo(parse(rate).getAsLong());
  }

  @Test
  void shouldNotCapOutsideOfAllPeriods() throws CommandException {
    MaxRate rate = parse("8:00-24:00 1mbit");
    assertThat(rate.getAsLong()).isEqualTo(Long.MAX_VALUE);
    secondOfDay = 24 * 3600 - 1;
    assertThat(rate.getAsLong()).isEqualTo(125_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "fast",
        "50",
        "50MB",
        "7kbit",
        "-1mbit",
        "NaNmbit",
        "08:00-18:00",
        "08:00 2mbit",
        "08:00-25:00 2mbit",
        "08:60-18:00 2mbit",
        "08:00-08:00 2mbit",
        "24:00-08:00 2mbit",
        "08:00-18:00-20:00 2mbit",
        "08:00-18:00 2mbit 3mbit",
        "08:00-18:00 2mbit, soon",
        "@",
        "@missing",
        "@\0"
      })
  void shouldRefuseWhatIsNoTimetable(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("--max-rate: ");
  }

  @Test
  void shouldFollowAFile() throws IOException, CommandException {
    Files.writeString(file, "# by day\n08:00-18:00 2mbit # not more\n10mbit\n");
    MaxRate rate = parse("@" + file);
    assertThat(rate.getAsLong()).isEqualTo(1_250_000);
    secondOfDay = 9 * 3600;
    assertThat(rate.getAsLong()).isEqualTo(250_000);
    Files.writeString(file, "off");
    assertThat(rate.getAsLong()).isEqualTo(Long.MAX_VALUE);
    assertThat(complaints()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2mb", "\u001b[31m"})
  void shouldKeepTheLastRateWhileTheFileIsDamaged(String damaged)
      throws IOException, CommandException {
    Files.writeString(file, "10mbit");
    MaxRate rate = parse("@" + file);
    Files.writeString(file, damaged);
    assertThat(rate.getAsLong()).isEqualTo(1_250_000);
    assertThat(rate.getAsLong()).isEqualTo(1_250_000);
    assertThat(complaints()).startsWith("--max-rate stays as it was: ").containsOnlyOnce("\n");
    Files.writeString(file, "20mbit");
    assertThat(rate.getAsLong()).isEqualTo(2_500_000);
    assertThat(complaints()).isEmpty();
  }

  @Test
  void shouldKeepTheLastRateWhileThereIsNoFile() throws IOException, CommandException {
    Files.writeString(file, "10mbit");
    MaxRate rate = parse("@" + file);
    Files.delete(file);
    assertThat(rate.getAsLong()).isEqualTo(1_250_000);
    assertThat(rate.getAsLong()).isEqualTo(1_250_000);
    assertThat(complaints()).containsOnlyOnce("\n");
    Files.createDirectory(file);
    assertThat(rate.getAsLong()).isEqualTo(1_250_000);
    Files.delete(file);
    Files.writeString(file, "10mbit");
    assertThat(rate.getAsLong()).isEqualTo(1_250_000);
  }
}
