package dev.ferry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.beust.jcommander.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name that the user gives is the name that is used, whatever it looks like. */
class VerbatimArgumentsTest {
  private static final class Arguments extends CommonArguments {
    @Parameter(description = "NAME")
    List<String> operands = new ArrayList<>();

    @Parameter(names = "--root")
    Path root = Path.of(".");
  }

  private final Arguments arguments = new Arguments();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ExitCode run(String... args) {
    PrintStream console = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Program<>("test", "NAME", arguments, System.out, console)
        .run(args, parsed -> ExitCode.OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " leading",
        "trailing ",
        "\ttab\n",
        "\"quoted\"",
        "\"",
        "\"\"",
        "'single'",
        "@file",
        "@",
        "a b",
        "a=b",
        " ",
        "\"open",
        "a,b",
        "\u00fc"
      })
  void shouldTakeOperandsAndValuesAsTheyAre(String name) {
    assertThat(run(name, "--root", name, "other"))
        .as(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(ExitCode.OK);

    assertThat(arguments.operands).containsExactly(name, "other");
    assertThat(arguments.root).isEqualTo(Path.of(name));
  }

  @Test
  void shouldStillRecogniseOptions() {
    assertThat(run("name", "--quiet", "--root", "dir")).isEqualTo(ExitCode.OK);

    assertThat(arguments.quiet).isTrue();
    assertThat(arguments.root).isEqualTo(Path.of("dir"));
    assertThat(arguments.operands).containsExactly("name");
  }

  @Test
  void shouldNotMangleTheNameOfAnOptionThatLacksItsValue() {
    assertThat(run("--root")).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--root").doesNotContain("\"");
  }
}
