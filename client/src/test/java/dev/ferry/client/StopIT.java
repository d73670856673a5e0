package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server is asked to end while there is work. */
class StopIT {
  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void shouldKeepWhatIsCompleteAndDropTheRest(String signal) throws IOException {
    try (JarProcess server =
        JarProcess.server()
            .under("env", "--default-signal=INT")
            .start("0", "--root", root.toString(), "--bind", "127.0.0.1", "--idle", "1h")) {
      int port = Integer.parseInt(server.out().await("^listening on \\S+:(\\d+),").group(1));
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      try (LabSocket complete = LabSocket.to(address);
          LabSocket half = LabSocket.to(address)) {
        complete.exchange("s | 0 | complete | 8");
        assertThat(complete.exchange("d | 1 | complete")).isEqualTo("a | 2");
        half.exchange("s | 0 | half | 8");
        assertThat(half.exchange("d | 1 | half")).isEqualTo("a | 2");

        server.signal(signal);

        JarProcess.Result result = server.await();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).last().isEqualTo("stopped");
        assertThat(result.err())
            .singleElement()
            .asString()
            .matches("failed   \\S+ 'half', 4 B of 8 B: the server was stopped");
      }
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("complete");
  }

  @Test
  void shouldTellTheClientThatTheServerIsGone() throws Exception {
    Path file = TestFiles.create(directory.resolve("file"), 200_000_000);
    try (ServerProcess server = ServerProcess.launcher(root).start();
        JarProcess client =
            JarProcess.client().start("--lab", "127.0.0.1:" + server.port(), file.toString())) {
      server.out().await("^started ");

      assertThat(server.stop()).isZero();

      JarProcess.Result result = client.await();
      assertThat(result.err())
          .containsExactly(
              "ferry client: nothing listens at 127.0.0.1:"
                  + server.port()
                  + " any more; nothing was stored, send it again");
      assertThat(result.exitCode()).isEqualTo(75);
    }
    assertThat(root).isEmptyDirectory();
  }
}
