package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.client.Contents.Content;
import dev.ferry.clock.NanoClock;
import dev.ferry.testkit.labpeers.ClientKind;
import dev.ferry.testkit.labpeers.PeerEvent;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.SlowClock;
import dev.ferry.testkit.process.SocketHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients as they are met in the lab against the real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class LabClientsIT {
  /** The clocks of the clients go slower than the server's. */
  private static final String PATIENCE = "60s";

  private Path root;
  private Path smallRoot;
  private Path largeRoot;
  private ServerProcess server;

  @BeforeAll
  void startServer(@TempDir Path directory) throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    smallRoot = Files.createDirectory(directory.resolve("small"));
    largeRoot = Files.createDirectory(directory.resolve("large"));
    server = ServerProcess.launcher(root).start("--idle", PATIENCE);
  }

  @AfterAll
  void shouldHaveStoppedWithoutComplaint() throws IOException {
    try (ServerProcess stopped = server) {
      assertThat(stopped.stop()).isZero();
      assertThat(stopped.err().awaitAll()).isEmpty();
      assertThat(TestFiles.namesBelow(root)).noneMatch(name -> name.startsWith(".ferry"));
    }
  }

  /** Uploads, and compares with what is stored and with what the server prints. */
  private static void upload(
      ServerProcess server, Path root, ClientKind kind, String name, Content content)
      throws IOException {
    SplittableRandom random = new SplittableRandom(content.bytes().length);
    // The faulty one has to wait for its timer now and then.
    NanoClock clock = SlowClock.slowerBy(kind == ClientKind.FAULTY_REFERENCE ? 4 : 20);
    try (SocketHost<PeerEvent> client =
        SocketHost.run(kind.create(server.address(), name, content.bytes(), random), clock)) {
      assertThat(client.awaitEvent()).as("%s", server.err()).isInstanceOf(PeerEvent.Done.class);

      String sha256 = TestFiles.sha256(content.bytes());
      String stored =
          server
              .out()
              .await(
                  "^finished 127.0.0.1:"
                      + client.address().getPort()
                      + " '(.*)', .* sha256 "
                      + sha256
                      + "$")
              .group(1);
      if (kind.namesOnlyAnExtension()) {
        assertThat(stored).matches("upload-[0-9a-f]+\\.txt");
      } else {
        assertThat(stored).isEqualTo(name);
      }
      assertThat(TestFiles.sha256(root.resolve(stored))).isEqualTo(sha256);
      client.stop();
      assertThat(client.pollEvent()).as("nothing unsolicited came").isNull();
    }
  }

  static Stream<Arguments> kindsAndContents() {
    List<Content> contents =
        Contents.all().stream().filter(content -> content.bytes().length < 1_000_000).toList();
    return Contents.with(ClientKind.values(), contents);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("kindsAndContents")
  void shouldServeEveryClient(ClientKind kind, Content content) throws IOException {
    upload(server, root, kind, kind + "-" + content + ".bin", content);
  }

  /** Half a second for each chunk in twenty would take the faulty one too long. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "FAULTY_REFERENCE")
  void shouldTakeAMillionBytes(ClientKind kind) throws IOException {
    Content content = Contents.random(1_000_000);

    upload(server, root, kind, kind + "-" + content + ".bin", content);
  }

  @ParameterizedTest
  @EnumSource(names = {"REFERENCE", "COMPACT_ALTERNATING"})
  void shouldTakeALargeFile(ClientKind kind) throws IOException {
    Content content = Contents.random(50_000_000);

    upload(server, root, kind, kind + "-" + content + ".bin", content);
  }

  @ParameterizedTest
  @CsvSource({"256", "65507"})
  void shouldServeEveryClientWithAnyBuffer(int bufferBytes) throws IOException {
    Path ownRoot = bufferBytes == 256 ? smallRoot : largeRoot;
    try (ServerProcess other =
        ServerProcess.launcher(ownRoot)
            .start("--idle", PATIENCE, "--buffer", Integer.toString(bufferBytes))) {
      for (ClientKind kind : ClientKind.values()) {
        Content content = Contents.random(kind == ClientKind.FAULTY_REFERENCE ? 3_000 : 200_000);
        upload(other, ownRoot, kind, kind + ".bin", content);
      }
      assertThat(other.stop()).isZero();
    }
  }
}
