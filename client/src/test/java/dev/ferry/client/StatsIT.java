package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --stats} and {@code -v}: docs/statistics.md. */
class StatsIT {
  @TempDir Path directory;
  @TempDir Path root;
  private Path file;
  private Path stats;

  @BeforeEach
  void prepare() throws IOException {
    file = TestFiles.create(directory.resolve("file"), 1_000_000);
    stats = directory.resolve("stats.jsonl");
  }

  private List<Map<String, String>> lines() throws IOException {
    List<Map<String, String>> lines =
        Files.readAllLines(stats).stream().map(FlatJson::parse).toList();
    assertThat(lines).allMatch(line -> line.get("schema").equals("ferry.stats.v1"));
    assertThat(lines.get(0)).containsEntry("event", "begin").containsKeys("program", "system");
    assertThat(lines.subList(1, lines.size() - 1))
        .hasSizeGreaterThan(1)
        .allMatch(line -> line.get("event").equals("sample"))
        .allMatch(line -> line.containsKey("timeNs") && line.containsKey("doneBytes"));
    return lines;
  }

  private static Map<String, String> last(List<Map<String, String>> lines) {
    return lines.get(lines.size() - 1);
  }

  @Test
  void shouldMeasureAnUploadAndSayWhatLimitedIt() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result =
          JarProcess.client()
              .run(
                  "127.0.0.1:" + server.port(),
                  file.toString(),
                  "-v",
                  "--stats",
                  stats.toString(),
                  "--stats-interval",
                  "5ms");

      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).hasSize(4);
      assertThat(result.out().get(1))
          .matches("Datagrams of up to \\d+ bytes(, which may have been cut on the way)?");
      assertThat(result.out().get(2)).isEqualTo("SHA-256 " + TestFiles.sha256(file));
      assertThat(result.out().get(3)).matches("limited by .* \\(\\d+ % of the time\\)");
      List<Map<String, String>> lines = lines();
      assertThat(lines.get(lines.size() - 2))
          .containsEntry("doneBytes", "1000000")
          .containsKeys("state", "windowBytes", "inFlightBytes", "limit", "smoothedRttNs");
      assertThat(last(lines))
          .containsEntry("event", "end")
          .containsEntry("result", "completed")
          .containsKeys("limitedBy", "limitedShare");
    }
  }

  @Test
  void shouldMeasureADownloadAndLabMode() throws IOException {
    Files.copy(file, root.resolve("there"));
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String address = "127.0.0.1:" + server.port();
      JarProcess.Result got =
          JarProcess.client()
              .run(
                  "get",
                  address,
                  "there",
                  directory.resolve("got").toString(),
                  "--stats",
                  stats.toString());
      assertThat(got.exitCode()).isZero();
      assertThat(last(lines())).containsEntry("result", "completed");

      JarProcess.Result sent =
          JarProcess.client().run(address, file.toString(), "--lab", "--stats", stats.toString());
      assertThat(sent.exitCode()).isZero();
      assertThat(lines().get(2)).containsKeys("datagramsSent", "retransmissions");
    }
  }

  /** Of each transfer the lines of one connection, which a picture can show. */
  @Test
  void shouldMeasureWhatAServerDoes() throws IOException {
    Path picture = directory.resolve("picture.svg");
    String got = directory.resolve("got").toString();
    try (ServerProcess server =
        ServerProcess.launcher(root)
            .start("--stats", stats.toString(), "--stats-interval", "5ms")) {
      String address = "127.0.0.1:" + server.port();
      String rate = "10mbit"; // So that there is more than one sample.
      assertThat(
              JarProcess.client()
                  .run(address, file.toString(), "name", "--ferry", "--max-rate", rate)
                  .exitCode())
          .isZero();
      assertThat(
              JarProcess.client().run("get", address, "name", got, "--max-rate", rate).exitCode())
          .isZero();
    }
    List<Map<String, String>> lines =
        Files.readAllLines(stats).stream().map(FlatJson::parse).toList();
    assertThat(lines).allMatch(line -> line.get("schema").equals("ferry.stats.v1"));
    assertThat(lines.get(0)).containsEntry("event", "begin").containsEntry("intervalNs", "5000000");
    List<Map<String, String>> begun =
        lines.stream().filter(line -> line.get("event").equals("connection")).toList();
    assertThat(begun).extracting(line -> line.get("command")).containsExactly("put", "get");
    for (Map<String, String> begin : begun) {
      List<Map<String, String>> course =
          lines.stream()
              .filter(line -> begin.get("connection").equals(line.get("connection")))
              .toList();
      assertThat(course).hasSizeGreaterThan(4);
      assertThat(course.get(course.size() - 2)).containsEntry("doneBytes", "1000000");
      assertThat(last(course)).containsEntry("result", "completed").containsKey("limitedBy");
    }
    assertThat(
            JarProcess.client().run("plot", stats.toString(), "-o", picture.toString()).exitCode())
        .isZero();
    assertThat(picture).content().contains("2 transfers compared");
    JarProcess.Result one =
        JarProcess.client()
            .run("plot", stats.toString(), "--connection", begun.get(1).get("connection"));
    assertThat(one.exitCode()).isZero();
    assertThat(String.join("", one.out())).contains("get name");
  }

  @Test
  void shouldSayThatAFileCannotBeWrittenBeforeAnythingIsSent() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result =
          JarProcess.client()
              .run("127.0.0.1:" + server.port(), file.toString(), "--stats", directory.toString());

      assertThat(result.exitCode()).isEqualTo(73);
      assertThat(result.err().get(0)).startsWith("ferry client: cannot write '" + directory);
      assertThat(root).isEmptyDirectory();
    }
  }

  @Test
  void shouldRejectAnIntervalOutOfRange() throws IOException {
    JarProcess.Result result =
        JarProcess.client().run("127.0.0.1:9", file.toString(), "--stats-interval", "0s");
    assertThat(result.exitCode()).isEqualTo(64);
    assertThat(result.err().get(0)).contains("--stats-interval");
  }

  @Test
  void shouldDrawStatistics() throws IOException {
    Path picture = directory.resolve("picture.svg");
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String address = "127.0.0.1:" + server.port();
      JarProcess.client().run(address, file.toString(), "-q", "--stats", stats.toString());
    }
    JarProcess.Result drawn =
        JarProcess.client().run("plot", stats.toString(), "-o", picture.toString());

    assertThat(drawn.err()).isEmpty();
    assertThat(drawn.exitCode()).isZero();
    assertThat(Files.readString(picture)).contains("put file, 1.0 MB", "Goodput", "Limited by");
    JarProcess.Result shown = JarProcess.client().run("plot", stats.toString(), stats.toString());
    assertThat(String.join("\n", shown.out())).startsWith("<svg").contains("2 transfers");
  }

  @Test
  void shouldNotDrawWhatIsNoStatistics() throws IOException {
    JarProcess.Result result = JarProcess.client().run("plot", file.toString());
    assertThat(result.exitCode()).isEqualTo(65);
    assertThat(JarProcess.client().run("plot", stats.toString()).exitCode()).isEqualTo(66);
    assertThat(JarProcess.client().run("plot").exitCode()).isEqualTo(64);
  }
}
