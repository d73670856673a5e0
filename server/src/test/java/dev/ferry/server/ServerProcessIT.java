package dev.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.TestUpload;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: from "listening" to its exit code. */
class ServerProcessIT {
  @TempDir Path root;

  @Test
  void shouldStoreWhatIsUploaded() throws IOException {
    byte[] content = "a | b | c\n".repeat(1_000).getBytes(UTF_8);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      SenderEvent end = TestUpload.run(server.address(), "sub/file", content);
      assertThat(end).as("%s", server.err()).isInstanceOf(SenderEvent.Completed.class);
      assertThat(root.resolve("sub/file")).hasBinaryContent(content);
      assertThat(server.stop()).isZero();
    }
  }

  @Test
  void shouldRemovePartFilesWhenStopped() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start();
        LabSocket client = LabSocket.to(server.address())) {
      client.exchange("s | 0 | file | 8");
      assertThat(client.exchange("d | 1 | half")).isEqualTo("a | 2");
      assertThat(root).isNotEmptyDirectory();
      assertThat(server.stop()).isZero();
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void shouldTellThePortInJsonToo() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--json")) {
      assertThat(server.port()).isPositive();
    }
  }

  @Test
  void shouldReportAServerThatDoesNotStart() {
    assertThatThrownBy(() -> ServerProcess.launcher(root.resolve("missing/too")).start())
        .hasMessageContaining("is not a directory; create it first");
  }
}
