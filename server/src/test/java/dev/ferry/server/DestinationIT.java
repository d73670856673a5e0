package dev.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.TestUpload;
import dev.ferry.testkit.process.Unprivileged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Destinations at which no file can be created: a name for the reason, and no harm to others. */
class DestinationIT {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
  }

  /** Uploads in the middle of somebody else's transfer, which is to finish. */
  private void assertRefused(ServerProcess server, String name, RefusalReason reason)
      throws IOException {
    try (LabSocket other = LabSocket.to(server.address())) {
      assertThat(other.exchange("s | 0 | other | 8")).isEqualTo("a | 1 | 1472");
      assertThat(other.exchange("d | 1 | half")).isEqualTo("a | 2");

      assertThat(TestUpload.refusal(TestUpload.run(server.address(), name, CONTENT)))
          .isEqualTo(reason);
      RootView.awaitUnfinished(root, 1);

      assertThat(other.exchange("d | 2 | full")).isEqualTo("a | 3");
      assertThat(root.resolve("other")).hasContent("halffull");
    }
    assertThat(TestUpload.run(server.address(), "later", CONTENT))
        .isInstanceOf(SenderEvent.Completed.class);
    assertThat(server.stop()).isZero();
    assertThat(RootView.unfinished(root)).isEmpty();
  }

  @Test
  void shouldNotReplaceADirectory() throws IOException {
    Files.createDirectory(root.resolve("taken"));
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertRefused(server, "taken", RefusalReason.CANNOT_CREATE);
    }
    assertThat(RootView.tree(root)).containsExactly("later", "other", "taken");
  }

  @Test
  void shouldNotReplaceADirectoryThatAppearsDuringTheTransfer() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start();
        LabSocket client = LabSocket.to(server.address())) {
      client.exchange("s | 0 | file | 00000000000000000008");
      assertThat(client.exchange("d | 1 | half")).isEqualTo("a | 2");
      Files.createDirectory(root.resolve("file"));
      assertThat(client.exchange("d | 2 | full")).isEqualTo("r | 2 | 7");
      assertThat(RootView.tree(root)).containsExactly("file");
      assertRefused(server, "file/", RefusalReason.NAME_NOT_ALLOWED);
    }
    assertThat(root.resolve("file")).isEmptyDirectory();
  }

  @ParameterizedTest
  @DisabledOnOs(OS.WINDOWS)
  @ValueSource(strings = {"closed/file", "closed/new/file"})
  void shouldSayThatADirectoryIsNotWritable(String name) throws IOException, InterruptedException {
    String[] unprivileged =
        Unprivileged.command(root, System.getProperty("ferry.server.jar"), temporary, root);
    Path closed = Files.createDirectory(root.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    try (ServerProcess server = ServerProcess.launcher(root).under(unprivileged).start()) {
      assertRefused(server, name, RefusalReason.NOT_PERMITTED);
      server.err().await("^failed   .*: cannot publish the file: permission denied: ");
    }
    assertThat(RootView.tree(root)).containsExactly("closed", "later", "other");
  }
}
