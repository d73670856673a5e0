package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.JarProcess.Result;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that play the bad network themselves: the lab's bad server and bad client. */
class ImpairIT {
  private static final String BAD =
      "loss=20%,duplicate=20%,replay=5%,reorder=20%:5ms,delay=2ms,jitter=1ms";

  @TempDir Path directory;
  private Path root;
  private Path file;

  @BeforeEach
  void create() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = directory.resolve("file");
    TestFiles.create(file, 20_000);
  }

  private Result send(ServerProcess server, String... options) throws IOException {
    JarProcess.Launcher client = JarProcess.client();
    List<String> line =
        new ArrayList<>(List.of("127.0.0.1:" + server.port(), file.toString(), "dest"));
    line.addAll(List.of(options));
    return client.run(line.toArray(String[]::new));
  }

  @Test
  void shouldArriveAtABadServer() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--impair", BAD)) {
      Result result = send(server);
      assertThat(result.exitCode()).as("%s, server: %s", result, server.err()).isZero();
      assertThat(server.err().lines())
          .first()
          .asString()
          .startsWith("impairing with --impair-seed");
    }
    assertThat(root.resolve("dest")).hasSameBinaryContentAs(file);
  }

  @Test
  void shouldArriveFromABadClient() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      Result result = send(server, "--impair", BAD, "--impair-seed", "7");
      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(result.err()).isEmpty();
    }
    assertThat(root.resolve("dest")).hasSameBinaryContentAs(file);
  }

  @Test
  void shouldImpairOneDirectionOnly() throws IOException {
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--impair-out", "loss=list:2+4")) {
      Result result = send(server, "--lab", "--impair-in", "loss=list:3");
      assertThat(result.exitCode()).as("%s", result).isZero();
      // Three were lost; where the machine is slow more are repeated.
      assertThat(result.out())
          .anyMatch(line -> line.matches(".*, ([3-9]|\\d\\d+) retransmission\\(s\\).*"));
    }
  }

  @Test
  void shouldSayWhatIsWrong() throws IOException {
    Result wrong = JarProcess.client().run("h:1", file.toString(), "--impair", "loss=150%");
    assertThat(wrong.exitCode()).isEqualTo(64);
    assertThat(wrong.err().get(0)).contains("loss", "150%");
    Result moving = JarProcess.server().run("0", "--impair", "rebind=5s");
    assertThat(moving.exitCode()).isEqualTo(64);
    assertThat(moving.err().get(0)).contains("rebind", "proxy");
  }
}
