package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Closer;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What the programs print where, with {@code --json}, {@code --quiet} and {@code --verbose}. */
class OutputIT {
  private static final int REFUSALS = 200;
  private static final int FLOOD = 3000;

  /** Of lines about refusals; with those about what was not printed, and a start and an end. */
  private static final int LINES_PER_SECOND = 25;

  private static final int LONGEST_LINE = 1500;

  @TempDir Path directory;
  private Path root;
  private Path file;

  @BeforeEach
  void createFile() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = TestFiles.create(directory.resolve("file"), 1_000_000);
  }

  private JarProcess.Result send(ServerProcess server, String name, String option)
      throws IOException {
    return JarProcess.client().run("127.0.0.1:" + server.port(), file.toString(), name, option);
  }

  private static List<Map<String, String>> parse(List<String> lines, String schema) {
    List<Map<String, String>> events = lines.stream().map(FlatJson::parse).toList();
    assertThat(events).isNotEmpty().allMatch(event -> event.get("schema").equals(schema));
    return events;
  }

  private static Map<String, String> last(List<Map<String, String>> events) {
    return events.get(events.size() - 1);
  }

  private static List<Map<String, String>> named(List<Map<String, String>> events, String name) {
    return events.stream().filter(event -> event.get("event").equals(name)).toList();
  }

  @Test
  void shouldPrintOneObjectALineAboutAnUpload() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--json")) {
      JarProcess.Result result = send(server, "a \"b\"", "--json");

      assertThat(result.exitCode()).isZero();
      assertThat(result.err()).isEmpty();
      List<Map<String, String>> sent = parse(result.out(), "ferry.client.v1");
      assertThat(sent).allMatch(event -> event.get("name").equals("a \\\"b\\\""));
      assertThat(named(sent, "connected"))
          .singleElement()
          .satisfies(event -> assertThat(event).containsEntry("serverKind", "ferry"));
      assertThat(named(sent, "progress"))
          .hasSize(sent.size() - 2)
          .isNotEmpty()
          .allMatch(event -> event.get("sizeBytes").equals("1000000"));
      assertThat(last(sent))
          .containsEntry("event", "finished")
          .containsEntry("doneBytes", "1000000")
          .containsKeys("durationNs", "datagramsSent", "retransmissions", "smoothedRttNs")
          .containsKeys("limitedBy", "limitedShare");

      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
      List<Map<String, String>> stored = parse(server.out().awaitAll(), "ferry.server.v1");
      assertThat(stored)
          .extracting(event -> event.get("event"))
          .containsExactly("listening", "started", "finished", "stopped");
      assertThat(stored.get(0)).containsEntry("port", Integer.toString(server.port()));
      assertThat(stored.get(2))
          .containsEntry("name", "a \\\"b\\\"")
          .containsEntry("sizeBytes", "1000000")
          .containsEntry("sha256", TestFiles.sha256(file))
          .containsKeys("peer", "durationNs", "duplicates", "limitedBy", "limitedShare");
    }
  }

  @Test
  void shouldPrintOneObjectALineAboutARefusal() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--json")) {
      JarProcess.Result result = send(server, "../out", "--json");

      assertThat(result.exitCode()).isEqualTo(77);
      assertThat(last(parse(result.out(), "ferry.client.v1")))
          .containsEntry("event", "failed")
          .containsEntry("exitCode", "77");
      assertThat(result.err())
          .singleElement()
          .asString()
          .startsWith("ferry client: 127.0.0.1:" + server.port() + " does not take that name");

      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
      assertThat(named(parse(server.out().awaitAll(), "ferry.server.v1"), "failed"))
          .singleElement()
          .satisfies(
              event ->
                  assertThat(event)
                      .containsEntry("name", "../out")
                      .containsEntry("doneBytes", "0")
                      .containsEntry("cause", "REFUSED")
                      .containsEntry("message", "turned down: name not allowed"));
    }
  }

  @Test
  void shouldPrintNothingButErrorsIfTheClientIsQuiet() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result sent = send(server, "file", "--quiet");
      assertThat(sent).isEqualTo(new JarProcess.Result(0, List.of(), List.of()));

      JarProcess.Result refused = send(server, "..", "--quiet");
      assertThat(refused.exitCode()).isEqualTo(77);
      assertThat(refused.out()).isEmpty();
      assertThat(refused.err()).hasSize(1);
    }
  }

  /** JSON tells the port, which the test needs, and otherwise only how it ended. */
  @Test
  void shouldPrintNothingAboutUploadsIfTheServerIsQuiet() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--quiet", "--json")) {
      assertThat(send(server, "file", "--quiet").exitCode()).isZero();

      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
      assertThat(parse(server.out().awaitAll(), "ferry.server.v1"))
          .extracting(event -> event.get("event"))
          .containsExactly("listening", "stopped");
    }
  }

  @Test
  void shouldSayInWordsWhyAnUploadWasTurnedDown() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      send(server, "../out", "--quiet");

      server.err().await("^failed   \\S+ '\\.\\./out', 0 B of .*: turned down: name not allowed$");
    }
  }

  /** Has many uploads turned down, and returns everything that the server prints about them. */
  private List<String> complaints(String... options) throws IOException {
    // Open until all are done, because a port that is used again is answered from memory.
    try (ServerProcess server = ServerProcess.launcher(root).start(options);
        Closer clients = Closer.create()) {
      for (int i = 0; i < REFUSALS; i++) {
        LabSocket client = LabSocket.to(server.address());
        clients.register(client::close);
        assertThat(client.exchange("s | 0 | .. | 00000000000000000005")).startsWith("r | 0 | ");
      }
      assertThat(server.stop()).isZero();
      return Stream.concat(server.out().awaitAll().stream(), server.err().awaitAll().stream())
          .filter(line -> line.startsWith("failed ") || line.startsWith("{"))
          .toList();
    }
  }

  @Test
  void shouldCountRefusalsInsteadOfPrintingEach() throws IOException {
    List<String> complaints = complaints();

    List<String> counts = complaints.stream().filter(line -> line.contains(" more that ")).toList();
    assertThat(counts).isNotEmpty();
    int counted =
        counts.stream()
            .mapToInt(line -> Integer.parseInt(line.replaceAll("^failed   (\\d+) more .*", "$1")))
            .sum();
    assertThat(complaints.size() - counts.size() + counted).isEqualTo(REFUSALS);
  }

  @Test
  void shouldCountRefusalsInJsonToo() throws IOException {
    List<Map<String, String>> events = parse(complaints("--json"), "ferry.server.v1");

    List<Map<String, String>> counts = named(events, "unprinted");
    assertThat(counts).isNotEmpty();
    int counted = counts.stream().mapToInt(event -> Integer.parseInt(event.get("failed"))).sum();
    assertThat(named(events, "failed").size() + counted).isEqualTo(REFUSALS);
  }

  /** Of names that are four times as long when they are printed; however long the flood takes. */
  @ParameterizedTest
  @ValueSource(strings = {"--if-exists=overwrite", "--json"})
  void shouldPrintABoundedNumberOfShortLinesASecond(String option) throws IOException {
    String start = "s | 0 | " + "\u0001".repeat(200) + " | 00000000000000000005";
    long beganNs = System.nanoTime();
    try (ServerProcess server = ServerProcess.launcher(root).start(option)) {
      for (int i = 0; i < FLOOD; i++) {
        try (LabSocket client = LabSocket.to(server.address())) {
          assertThat(client.exchange(start)).startsWith("r | 0 | ");
        }
      }
      assertThat(server.stop()).isZero();
      long seconds = 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beganNs);
      List<String> printed =
          Stream.concat(server.out().awaitAll().stream(), server.err().awaitAll().stream())
              .toList();
      assertThat(printed).allMatch(line -> line.length() < LONGEST_LINE);
      assertThat((long) printed.size()).isLessThan((seconds + 2) * LINES_PER_SECOND);
    }
  }

  @Test
  void shouldPrintEachRefusalIfVerbose() throws IOException {
    assertThat(complaints("--verbose"))
        .hasSize(REFUSALS)
        .allMatch(line -> line.endsWith(" turned down: name not allowed"));
  }
}
