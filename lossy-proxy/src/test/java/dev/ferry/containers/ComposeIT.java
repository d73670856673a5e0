package dev.ferry.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** docker-compose.yml, run as a user runs it, by docker-compose or by the plugin of docker. */
@ExtendWith(ContainersEnabled.class)
class ComposeIT {
  private static final Path HOME =
      Path.of(System.getProperty("ferry.lossy-proxy.jar"), "../../..").normalize();
  private static final long CONTENT_SEED = 13;

  @TempDir Path directory;

  private final String project = "ferry-it-" + ProcessHandle.current().pid();

  /** What became of a command. */
  private record Outcome(int exitCode, String out) {}

  private Outcome run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(HOME.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "FERRY_FILE", directory.resolve("source").toString(),
                "FERRY_DEST", "dest",
                "FERRY_NETWORK", "--loss 20% --seed 3"));
    builder.redirectError(directory.resolve("err").toFile());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return new Outcome(process.waitFor(), out);
  }

  private Outcome compose(String... arguments) throws IOException, InterruptedException {
    boolean plugin = run("docker", "compose", "version").exitCode() == 0;
    List<String> command =
        new ArrayList<>(plugin ? List.of("docker", "compose") : List.of("docker-compose"));
    Collections.addAll(command, "-p", project);
    Collections.addAll(command, arguments);
    return run(command.toArray(String[]::new));
  }

  @AfterEach
  void removeWhatWasMade() throws IOException, InterruptedException {
    compose("down", "-v", "--rmi", "local");
  }

  @Test
  void shouldMoveAFileThroughTheProxy() throws IOException, InterruptedException {
    byte[] content = new byte[100_000];
    new Random(CONTENT_SEED).nextBytes(content);
    Files.write(directory.resolve("source"), content);

    Outcome up = compose("up", "--build", "--exit-code-from", "client");

    assertThat(up.exitCode()).as(up.out() + Files.readString(directory.resolve("err"))).isZero();
    String server = compose("ps", "-a", "-q", "server").out();
    assertThat(run("docker", "cp", server + ":/srv/files/.", received()).exitCode()).isZero();
    assertThat(Path.of(received()))
        .isDirectoryNotContaining(file -> !file.endsWith("dest"))
        .isDirectoryContaining(file -> file.endsWith("dest"));
    assertThat(Path.of(received(), "dest")).hasBinaryContent(content);
    for (String service : List.of("server", "proxy", "client")) {
      assertThat(protection(compose("ps", "-a", "-q", service).out()))
          .as(service)
          .isEqualTo("10001:10001 true [ALL] [no-new-privileges:true]");
    }
  }

  private String received() {
    return directory.resolve("received").toString();
  }

  private String protection(String container) throws IOException, InterruptedException {
    String format =
        "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}"
            + " {{.HostConfig.SecurityOpt}}";
    return run("docker", "inspect", "-f", format, container).out();
  }
}
