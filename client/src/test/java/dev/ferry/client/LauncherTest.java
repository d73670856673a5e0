package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code ferry}, in a tree that looks built, with a Java that prints its command line.
 */
class LauncherTest {
  private static final int PATIENCE_SECONDS = 60;

  @TempDir Path directory;
  private Path home;

  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void build() throws IOException {
    Path script =
        Stream.of("ferry", "../ferry")
            .map(Path::of)
            .filter(Files::isRegularFile)
            .findAny()
            .orElse(null);
    assumeTrue(script != null && Files.isExecutable(Path.of("/bin/sh")));
    home = Files.createDirectory(directory.resolve("home"));
    Files.copy(script, home.resolve("ferry"));
    for (String program : List.of("client", "server", "lossy-proxy")) {
      Path target = Files.createDirectories(home.resolve(program).resolve("target"));
      Files.createFile(target.resolve(program + ".jar"));
    }
    Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        echo "LC_ALL=${LC_ALL:-}"
        printf '%s\\n' "$@"
        """);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(directory.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
  }

  private Result run(String before, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    String line = before + "; exec sh \"$@\"";
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of("sh", "-c", line, "sh", home.resolve("ferry").toString()),
                        Stream.of(arguments))
                    .toList())
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    List.of("LC_ALL", "LC_CTYPE", "LANG", "JAVA_TOOL_OPTIONS")
        .forEach(builder.environment()::remove);
    builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Result(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  private Result run(String... arguments) throws IOException, InterruptedException {
    return run(":", Map.of(), arguments);
  }

  @Test
  void shouldStartTheProgramThatTheCommandNames() throws Exception {
    Result result = run("get", "a b:1", "name");

    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(result.out())
        .contains("-XX:+UseG1GC\n", "-Dferry.launched=true\n")
        .endsWith("/client.jar\nget\na b:1\nname\n");
  }

  /** Two collectors would keep the virtual machine from starting. */
  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void shouldLeaveTheCollectorToTheUser(String variable) throws Exception {
    Result result = run(":", Map.of(variable, "-Xms8m -XX:+UseSerialGC"), "server", "0");

    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(result.out()).contains("/server.jar\n").doesNotContain("GC\n");
  }

  @ParameterizedTest
  @CsvSource({"'', C.UTF-8", "C, C.UTF-8", "POSIX, C.UTF-8", "en_US.UTF-8, en_US.UTF-8"})
  void shouldHaveNamesBeyondAsciiInEveryLocale(String locale, String seen) throws Exception {
    Result result = run(":", Map.of("LC_ALL", locale), "client", "--help");

    assertThat(result.out()).contains("LC_ALL=" + seen + "\n");
  }

  @ParameterizedTest
  @CsvSource({"help get, get", "help server, server"})
  void shouldShowTheHelpOfACommand(String line, String command) throws Exception {
    assertThat(run(line.split(" ")).out()).endsWith("\n--help\n").containsPattern(command);
  }

  @Test
  void shouldShowTheVersion() throws Exception {
    assertThat(run("--version").out()).endsWith("/client.jar\n--version\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help", "-h"})
  void shouldShowAllCommands(String argument) throws Exception {
    Result result = run(argument);

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).startsWith("Usage: ferry server ").contains("ferry keygen FILE");
  }

  @ParameterizedTest
  @CsvSource({
    "servr, ; did you mean 'server'?",
    "clinet, ; did you mean 'client'?",
    "gett, ; did you mean 'get'?",
    "host:12300, ''"
  })
  void shouldNameTheCommandThatThereIsNot(String command, String hint) throws Exception {
    Result result = run(command);

    assertThat(result.exitCode()).isEqualTo(64);
    assertThat(result.err())
        .isEqualTo("ferry: there is no command '" + command + "'" + hint + "\nTry 'ferry help'.\n");
  }

  @Test
  void shouldSayThatTheWorkingDirectoryIsGone() throws Exception {
    Path gone = directory.resolve("gone");
    Result result =
        run("mkdir " + gone + " && cd " + gone + " && rmdir " + gone, Map.of(), "client", "a", "b");

    assertThat(result.exitCode()).isEqualTo(66);
    assertThat(result.err()).contains("the working directory does not exist any more");
    assertThat(result.out()).isEmpty();
  }
}
