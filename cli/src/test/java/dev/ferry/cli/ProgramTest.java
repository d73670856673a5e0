package dev.ferry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.beust.jcommander.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTest {
  private static final String USAGE =
      String.join(
          System.lineSeparator(),
          "Usage: ferry test NAME [OPTION]...\n\n  --size VALUE",
          "        How much (default: 64KiB)",
          "  --patience VALUE",
          "        How long (default: 3s)",
          "  --kind VALUE",
          "        Which; one of [fine, ill] (default: fine)",
          "  -n, --count VALUE",
          "        How many (default: 1234567)",
          "  --title VALUE",
          "        What it is called",
          "  -q, --quiet",
          "        Print nothing but errors",
          "  --json",
          "        Print one JSON object a line",
          "  -h, --help",
          "        Show this help and exit",
          "  --version",
          "        Show the version and exit",
          "");

  private final Locale locale = Locale.getDefault();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final TestArguments arguments = new TestArguments();

  enum Kind {
    FINE,
    ILL
  }

  private static final class TestArguments extends CommonArguments {
    @Parameter(description = "NAME")
    List<String> operands = new ArrayList<>();

    @Parameter(
        names = "--size",
        order = 1,
        converter = ByteSize.Converter.class,
        description = "How much")
    ByteSize size = new ByteSize(65_536);

    @Parameter(
        names = "--patience",
        order = 2,
        converter = TimeSpan.Converter.class,
        description = "How long")
    TimeSpan patience = new TimeSpan(3_000_000_000L);

    @Parameter(names = "--kind", order = 3, description = "Which")
    Kind kind = Kind.FINE;

    @Parameter(
        names = {"-n", "--count"},
        order = 4,
        description = "How many")
    int count = 1_234_567;

    @Parameter(names = "--title", order = 5, description = "What it is called")
    String title = "";

    @Override
    public Map<String, OptionAlias> aliases() {
      return Map.of("--speedy", new OptionAlias("--title", "speed="));
    }
  }

  @AfterEach
  void restoreTheLocale() {
    Locale.setDefault(locale);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "-h",
        "name --help",
        "--help --size 1 a b c",
        "--json --help",
        "-qh",
        "help",
        "help name"
      })
  void shouldPrintTheUsageOnStdout(String args) {
    assertThat(run(args.split(" "))).isEqualTo(ExitCode.OK);
    assertThat(out()).isEqualTo(USAGE);
    assertThat(err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ar-EG", "fa-IR-u-nu-arabext", "tr-TR", "hi-IN-u-nu-deva", "de-DE", "en-US"})
  void shouldPrintTheSameUsageInEveryLocale(String tag) {
    Locale.setDefault(Locale.forLanguageTag(tag));
    assertThat(run("--help")).isEqualTo(ExitCode.OK);
    assertThat(out()).isEqualTo(USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tr-TR", "ar-EG"})
  void shouldReadTheSameValuesInEveryLocale(String tag) {
    Locale.setDefault(Locale.forLanguageTag(tag));
    assertThat(run("--kind", "ill", "--size", "1MIB", "--patience", "1min", "name"))
        .as(err())
        .isEqualTo(ExitCode.OK);
    assertThat(arguments.kind).isEqualTo(Kind.ILL);
    assertThat(arguments.size).isEqualTo(new ByteSize(1L << 20));
    assertThat(arguments.patience).isEqualTo(new TimeSpan(60_000_000_000L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "name --version", "--version a b"})
  void shouldPrintTheVersionOnStdout(String args) {
    assertThat(run(args.split(" "))).isEqualTo(ExitCode.OK);
    assertThat(out()).matches("ferry test \\S+\\R");
    assertThat(err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--helpx",
        "-x",
        "--HELP",
        "name --helpx",
        "-x name",
        "--versionx",
        "-vh",
        "-qx",
        "---help",
        "-x -- name",
        "name --siz=1",
        "--\u001b[2J"
      })
  void shouldRejectAnUnknownOptionAmongTheOperands(String args) {
    assertThat(run(args.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(out()).isEmpty();
    assertThat(err())
        .startsWith("ferry test: unknown option '-")
        .endsWith("Try 'ferry test --help'." + System.lineSeparator())
        .doesNotContain("\u001b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // no operand at all
        "a b",
        "name --size",
        "name --size x",
        "name --size -1",
        "name --patience 3",
        "name --kind other",
        "name --count many",
        "name --count 2147483648",
        "name --size 1 --size 2",
        "name --size 1 --size=2",
        "name --size=",
        "name --json=yes",
        "name -- -x",
        "name --size \u001b[2J"
      })
  void shouldRejectWrongUse(String args) {
    assertThat(run(args.isEmpty() ? new String[0] : args.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(out()).isEmpty();
    assertThat(err()).startsWith("ferry test: ").contains("Try '").doesNotContain("\u001b");
    assertThat(err().lines()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " leading",
        "trailing ",
        "\ttab",
        "\"quoted\"",
        "\"",
        "\"half",
        "@at",
        "@",
        "-",
        "",
        "true",
        "\" --json\"",
        "\"--json\"",
        "a=b",
        "\u00a0"
      })
  void shouldTakeOperandsAsTheyAre(String operand) {
    assertThat(run("--json", operand, "--count", "5")).as(err()).isEqualTo(ExitCode.OK);
    assertThat(arguments.operands).containsExactly(operand);
    assertThat(arguments.count).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {" blank ", "\"quoted\"", "@at", "-x", "--json", "--title", "plain"})
  void shouldTakeValuesAsTheyAre(String value) {
    assertThat(run("--title", value, " name ")).as(err()).isEqualTo(ExitCode.OK);
    assertThat(arguments.title).isEqualTo(value);
    assertThat(arguments.operands).containsExactly(" name ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-x", "--json", "--", "--title=a", "-", "-q"})
  void shouldTakeWhatComesBehindTwoDashesForOperands(String operand) {
    assertThat(run("--count=5", "--", operand)).as(err()).isEqualTo(ExitCode.OK);
    assertThat(arguments.operands).containsExactly(operand);
    assertThat(arguments.count).isEqualTo(5);
    assertThat(arguments.json).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--title=", "--title=a=b", "--title=\"a\"", "--title= a ", "--title=--json"})
  void shouldTakeAValueBehindAnEqualsSignAsItIs(String option) {
    assertThat(run(option, "name")).as(err()).isEqualTo(ExitCode.OK);
    assertThat(arguments.title).isEqualTo(option.substring("--title=".length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-qn5", "-qn 5", "-n5 -q", "-q --count=5"})
  void shouldTakeBundledLetters(String line) {
    assertThat(run((line + " name").split(" "))).as(err()).isEqualTo(ExitCode.OK);
    assertThat(arguments.count).isEqualTo(5);
    assertThat(arguments.quiet).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "--quite, --quiet",
    "--jason, --json",
    "--cuont, --count",
    "--siz=1, --size",
    "--patiense, --patience",
    "--speed, --speedy"
  })
  void shouldSayWhichOptionWasMeant(String option, String meant) {
    assertThat(run(option, "name")).isEqualTo(ExitCode.USAGE);
    assertThat(err())
        .startsWith(
            "ferry test: unknown option '"
                + option.replaceAll("=.*", "")
                + "'; did you mean '"
                + meant
                + "'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--speedy 1", "--speedy=1"})
  void shouldTakeOptionsThatStandForOthers(String option) {
    assertThat(run((option + " name").split(" "))).as(err()).isEqualTo(ExitCode.OK);
    assertThat(arguments.title).isEqualTo("speed=1");
  }

  @Test
  void shouldEndWithTheCodeOfTheBody() {
    Program<TestArguments> program = program();
    assertThat(program.run(new String[] {"x"}, a -> ExitCode.TEMPORARY))
        .isEqualTo(ExitCode.TEMPORARY);
    assertThat(out()).isEmpty();
    assertThat(err()).isEmpty();
  }

  @Test
  void shouldPrintTheMessageOfAFailure() {
    ExitCode exitCode =
        program()
            .run(
                new String[] {"x"},
                a -> {
                  throw new CommandException(ExitCode.NO_INPUT, "there is no file 'x'");
                });
    assertThat(exitCode).isEqualTo(ExitCode.NO_INPUT);
    assertThat(err()).isEqualTo("ferry test: there is no file 'x'" + System.lineSeparator());
    assertThat(out()).isEmpty();
  }

  @Test
  void shouldReportABugWithItsStackTrace() {
    ExitCode exitCode =
        program()
            .run(
                new String[] {"x"},
                a -> {
                  throw new IllegalStateException("impossible");
                });
    assertThat(exitCode).isEqualTo(ExitCode.SOFTWARE);
    assertThat(exitCode.code()).isEqualTo(70);
    assertThat(err())
        .startsWith("ferry test: this is a bug")
        .contains("IllegalStateException: impossible", "at dev.ferry.cli.ProgramTest");
    assertThat(out()).isEmpty();
  }

  @Test
  void shouldEndWithACodeAndALineWithoutMemory() {
    ExitCode exitCode =
        program()
            .run(
                new String[] {"x"},
                a -> {
                  throw new OutOfMemoryError("Java heap space");
                });
    assertThat(exitCode).isEqualTo(ExitCode.SOFTWARE);
    assertThat(err()).startsWith("ferry test: out of memory; ");
  }

  @Test
  void shouldReportAnErrorOfTheMachineLikeABug() {
    ExitCode exitCode =
        program()
            .run(
                new String[] {"x"},
                a -> {
                  throw new AssertionError("impossible");
                });
    assertThat(exitCode).isEqualTo(ExitCode.SOFTWARE);
    assertThat(err()).startsWith("ferry test: this is a bug").contains("impossible");
  }

  @Test
  void shouldKeepTheExitCodes() {
    assertThat(ExitCode.values())
        .extracting(ExitCode::code)
        .containsExactly(0, 64, 65, 66, 68, 69, 70, 73, 74, 75, 76, 77, 78, 130, 141);
  }

  /** Runs a program that, like the real ones, checks its operands first. */
  private ExitCode run(String... args) {
    return program()
        .run(
            args,
            a -> {
              Program.checkOperands(a.operands, 1, 1, "NAME");
              return ExitCode.OK;
            });
  }

  private Program<TestArguments> program() {
    return new Program<>(
        "ferry test",
        "NAME [OPTION]...",
        arguments,
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8));
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
