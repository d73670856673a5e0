package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferry.testkit.process.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command of the README, literally and in order, in a copy of the tree that is built already.
 * Its ports are fixed, so it runs in a network namespace of its own. What serves runs beside the
 * rest, until the README starts another one on its port.
 */
@EnabledOnOs(OS.LINUX)
class ReadmeIT {
  private static final int PATIENCE_SECONDS = 300;

  /** Commands that take minutes, or need what a machine that builds may lack. */
  private static final List<String> LEFT_OUT =
      List.of("./mvnw verify", "./mvnw -DskipTests package && FERRY_FILE=");

  private static final String PRELUDE =
      """
      set -u
      ip link set lo up || exit 99
      serve() { # PORT COMMAND...
        port=$1; shift
        if [ -f "pid.$port" ]; then kill "$(cat "pid.$port")"; wait "$(cat "pid.$port")"; fi
        eval "exec $*" > "said.$port" 2>&1 &
        echo $! > "pid.$port"
        for i in $(seq 600); do
          grep -q '^listening on' "said.$port" && break
          kill -0 $! 2>/dev/null || break
          sleep 0.1
        done
        grep -q '^listening on' "said.$port" || { echo "does not serve: $*"; cat "said.$port"; exit 1; }
      }
      run() {
        eval "$@" || { echo "exit code $?: $*"; exit 1; }
      }
      trap 'for each in pid.*; do kill "$(cat "$each")"; done 2>/dev/null; wait' EXIT
      """;

  @TempDir Path directory;

  /** The indented blocks outside fences; a backslash at its end joins a line with the next one. */
  private static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    boolean fenced = false;
    String begun = "";
    for (String line : Files.readAllLines(Path.of("../README.md"), UTF_8)) {
      fenced ^= line.startsWith("```");
      if (fenced || !line.startsWith("    ")) {
        continue;
      }
      String text = begun + line.strip();
      begun = text.endsWith("\\") ? text.substring(0, text.length() - 1) : "";
      if (begun.isEmpty()) {
        commands.add(text);
      }
    }
    return commands;
  }

  private static String scripted(String command) {
    String quoted = "'" + command.replace("'", "'\\''") + "'";
    return command.matches("\\./ferry (server|proxy) \\d.*")
        ? "serve " + command.replaceAll("^\\S+ \\w+ (\\d+).*", "$1") + " " + quoted
        : "run " + quoted;
  }

  private void copyTree() throws IOException {
    for (String name : List.of("ferry", "README.md")) {
      Files.copy(Path.of("..", name), directory.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
    }
    for (String program : List.of("server", "client", "lossy-proxy")) {
      Path target = Files.createDirectories(directory.resolve(program).resolve("target"));
      Path jar = Path.of(System.getProperty("ferry." + program + ".jar"));
      Files.copy(jar, target.resolve(program + ".jar"));
    }
  }

  private int inNamespace(Path script, Path output) throws IOException, InterruptedException {
    return NetworkNamespace.run(
        directory,
        output,
        Map.of("JAVA_HOME", System.getProperty("java.home")),
        PATIENCE_SECONDS,
        List.of(script.toString()));
  }

  private void assumeNamespaces(Path output) throws InterruptedException, IOException {
    Path probe =
        Files.writeString(directory.resolve("probe"), "ip link set lo up && command -v curl");
    boolean available;
    try {
      available = inNamespace(probe, output) == 0;
    } catch (IOException e) {
      available = false;
    }
    if (!available) {
      System.out.println("a test is skipped: no network namespace can be made here, or no curl");
    }
    assumeTrue(available);
  }

  @Test
  void shouldWorkLiterallyAndInOrder() throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    assumeNamespaces(output);
    copyTree();
    List<String> commands =
        commands().stream()
            .filter(command -> LEFT_OUT.stream().noneMatch(command::startsWith))
            .toList();
    assertThat(commands).hasSizeGreaterThan(15);
    String script =
        commands.stream().map(ReadmeIT::scripted).collect(Collectors.joining("\n", PRELUDE, "\n"));

    int exitCode = inNamespace(Files.writeString(directory.resolve("script"), script), output);

    assertThat(exitCode).as("%s", Files.readString(output)).isZero();
    assertThat(directory.resolve("copy.tar"))
        .hasSameBinaryContentAs(directory.resolve("photos.tar"));
    assertThat(directory.resolve("upload.svg")).content().contains("<svg");
  }
}
