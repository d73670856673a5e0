package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers over a TCP connection because the user wants it so, with the real jars. */
class TcpIT {
  @TempDir Path directory;
  private Path root;
  private Path local;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    local = Files.createDirectory(directory.resolve("local"));
  }

  private static String operand(ServerProcess server) {
    return "127.0.0.1:" + server.port();
  }

  private static JarProcess.Result run(
      JarProcess.Launcher client, List<String> line, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(line);
    arguments.addAll(List.of("--transport", "tcp"));
    arguments.addAll(List.of(more));
    return client.run(arguments.toArray(String[]::new));
  }

  /** There and back again. */
  private void shouldCarry(int bytes, ServerProcess server, String... options) throws IOException {
    Path file = TestFiles.create(local.resolve("file"), bytes);
    List<String> put = List.of(operand(server), file.toString(), "there");
    JarProcess.Result sent = run(JarProcess.client(), put, options);
    assertThat(sent.exitCode()).as("%s\n%s", sent, server.err()).isZero();
    assertThat(sent.err()).isEmpty();
    assertThat(sent.out()).singleElement().asString().contains(" 0 retransmission(s)");
    server.out().await("^started  \\S+ 'there', ");
    server.out().await("^finished \\S+ 'there', ");
    assertThat(root.resolve("there")).hasSameBinaryContentAs(file);

    List<String> get = List.of("get", operand(server), "there", "back");
    JarProcess.Result fetched = run(JarProcess.client().in(local), get, options);
    assertThat(fetched.exitCode()).as("%s\n%s", fetched, server.err()).isZero();
    assertThat(fetched.err()).isEmpty();
    server.out().await("^started  \\S+ get 'there', ");
    server.out().await("^finished \\S+ get 'there', ");
    assertThat(local.resolve("back")).hasSameBinaryContentAs(file);
    assertThat(TestFiles.namesBelow(root)).containsExactly("there");
    assertThat(TestFiles.namesBelow(local)).containsExactly("back", "file");
  }

  @ParameterizedTest
  @CsvSource({
    "length, 0", "length, 1", "length, 5000000",
    "tlv, 0", "tlv, 1", "tlv, 5000000",
    "delimiter, 0", "delimiter, 1", "delimiter, 5000000"
  })
  void shouldCarryFilesInEveryFraming(String framing, int bytes) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      shouldCarry(bytes, server, "--framing", framing);
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    }
  }

  @Test
  void shouldTakeAKey() throws IOException {
    String key = local.resolveSibling("key").toString();
    assertThat(JarProcess.client().run("keygen", key).exitCode()).isZero();
    try (ServerProcess server = ServerProcess.launcher(root).start("--key-file", key)) {
      shouldCarry(100_000, server, "--key-file", key);

      List<String> put = List.of(operand(server), local.resolve("file").toString(), "stranger");
      JarProcess.Result result = run(JarProcess.client(), put);
      assertThat(result.exitCode()).as("%s", result).isEqualTo(75);
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("there");
  }

  @Test
  void shouldSayThatNothingListensOnTcp() throws IOException {
    Path file = TestFiles.create(local.resolve("file"), 10);
    try (ServerProcess server = ServerProcess.launcher(root).start("--no-tcp")) {
      String operand = operand(server);
      JarProcess.Result result = run(JarProcess.client(), List.of(operand, file.toString()));

      assertThat(result.err())
          .containsExactly(
              "ferry client: no answer from "
                  + operand
                  + " over TCP (Connection refused); is a server running there, and does it take"
                  + " TCP?");
      assertThat(result.exitCode()).isEqualTo(75);
      assertThat(result.out()).isEmpty();
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void shouldPingOverUdpOnly() throws IOException {
    JarProcess.Result result =
        JarProcess.client().run("--ping", "127.0.0.1:9", "--transport", "tcp");

    assertThat(result.exitCode()).as("%s", result).isEqualTo(64);
    assertThat(result.err())
        .first()
        .isEqualTo("ferry client: --ping asks over UDP and takes no --transport tcp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--lab --transport tcp",
        "--transport tcp --impair-in loss=1%",
        "--transport tcp --impair-out delay=1ms",
        "--transport tcp --impair dup=1%",
        "--transport tcp --framing lines",
        "--transport carrier-pigeon"
      })
  void shouldRejectWhatTcpCannotDo(String options) throws IOException {
    Path file = TestFiles.create(local.resolve("file"), 10);
    List<String> line = new ArrayList<>(List.of("127.0.0.1:9", file.toString()));
    line.addAll(List.of(options.split(" ")));

    JarProcess.Result result = JarProcess.client().run(line.toArray(String[]::new));

    assertThat(result.exitCode()).as("%s", result).isEqualTo(64);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).hasSize(2);
    assertThat(result.err().get(0)).startsWith("ferry client: ");
    assertThat(result.err().get(1)).startsWith("Try '").endsWith(" --help'.");
  }
}
