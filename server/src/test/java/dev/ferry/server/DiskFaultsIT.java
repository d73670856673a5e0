package dev.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.server.SyscallLog.Call;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.Strace;
import dev.ferry.testkit.process.TestUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The disk reports errors: what the client hears, what is left behind, and who else suffers. */
@EnabledOnOs(OS.LINUX)
@ExtendWith(Strace.class)
class DiskFaultsIT {
  private static final byte[] OLD = "old".getBytes(UTF_8);
  private static final byte[] NEW = "0123456789".repeat(300).getBytes(UTF_8);
  private static final int LONG_ENOUGH_FOR_A_FLUSH_BYTES = 9 << 20;

  /** More than there are disk workers, each of which meets the fault once. */
  private static final int PATIENCE_UPLOADS = 16;

  @TempDir Path temporary;
  private Path root;
  private Path log;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    log = temporary.resolve("strace.log");
  }

  private ServerProcess serverWith(String call, String error) throws IOException {
    return ServerProcess.launcher(root).under(Strace.failing(log, call, error)).start();
  }

  @ParameterizedTest
  @CsvSource({
    "pwrite64:when=1, ENOSPC, NO_SPACE, cannot write the part file: No space left on device",
    "pwrite64:when=3, ENOSPC, NO_SPACE, cannot write the part file: No space left on device",
    "pwrite64:when=2, EDQUOT, NO_SPACE, cannot write the part file: Disk quota exceeded",
    "pwrite64:when=2, EIO, IO_ERROR, cannot write the part file: Input/output error",
    "fchmod:when=1, EPERM, NOT_PERMITTED, cannot publish the file: Operation not permitted",
    // A second attempt would succeed: there must be none, because the kernel has dropped the pages.
    "fsync:when=1, EIO, IO_ERROR, cannot publish the file: Input/output error",
    "renameat:when=1, EIO, IO_ERROR, cannot publish the file: Input/output error",
    "renameat:when=1, ENOSPC, NO_SPACE, cannot publish the file: No space left on device",
    "renameat:when=1, EROFS, NOT_PERMITTED, cannot publish the file: Read-only file system",
  })
  void shouldFailTheTransferAndKeepTheOldFile(
      String call, String error, RefusalReason reason, String message) throws IOException {
    Files.write(root.resolve("file"), OLD);
    try (ServerProcess server = serverWith(call, error)) {
      assertThat(TestUpload.refusal(TestUpload.run(server.address(), "file", NEW)))
          .isEqualTo(reason);
      server.err().await("^failed   \\S+ 'file', .*: " + message + "$");
      RootView.awaitUnfinished(root, 0);
      assertThat(root.resolve("file")).hasBinaryContent(OLD);

      String survivor = uploadUntilOneFinishes(server);
      assertThat(server.stop()).isZero();
      assertThat(RootView.tree(root)).containsExactlyInAnyOrder("file", survivor);
    }
  }

  @Test
  void shouldFailTheTransferIfTheNameCannotBeFlushed() throws IOException {
    Files.write(root.resolve("file"), OLD);
    try (ServerProcess server = serverWith("fsync:when=2", "EIO")) {
      assertThat(TestUpload.refusal(TestUpload.run(server.address(), "file", NEW)))
          .isEqualTo(RefusalReason.IO_ERROR);
      server.err().await("^failed   \\S+ 'file', .*: cannot publish the file: Input/output error$");
      assertThat(root.resolve("file")).as("whole, if not durable").hasBinaryContent(NEW);
      assertThat(RootView.tree(root)).containsExactly("file");

      uploadUntilOneFinishes(server);
      assertThat(server.stop()).isZero();
      assertThat(RootView.unfinished(root)).isEmpty();
    }
  }

  @Test
  void shouldFailTheTransferIfAFlushInItsMiddleFails() throws IOException {
    try (ServerProcess server = serverWith("fdatasync:when=1", "EIO")) {
      byte[] content = new byte[LONG_ENOUGH_FOR_A_FLUSH_BYTES];
      assertThat(TestUpload.refusal(TestUpload.run(server.address(), "file", content)))
          .isEqualTo(RefusalReason.IO_ERROR);
      server.err().await("^failed   .*: cannot flush the part file: Input/output error$");
      RootView.awaitUnfinished(root, 0);
      assertThat(root).isEmptyDirectory();

      // Too short to be flushed before its end.
      assertThat(TestUpload.run(server.address(), "other", NEW))
          .isInstanceOf(SenderEvent.Completed.class);
      assertThat(server.stop()).isZero();
      assertThat(RootView.tree(root)).containsExactly("other");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fsync:when=1", "renameat:when=1", "fsync:when=2"})
  void shouldNotAcknowledgeTheLastChunkToALabClient(String call) throws IOException {
    try (ServerProcess server = serverWith(call, "EIO");
        LabSocket client = LabSocket.to(server.address())) {
      assertThat(client.exchange("s | 0 | file | 6")).isEqualTo("a | 1 | 1472");
      assertThat(client.exchange("d | 1 | abc")).isEqualTo("a | 2");
      client.send("d | 2 | def");
      server.err().await("^failed   \\S+ 'file', ");
      client.send("d | 2 | def");
      // Answered after whatever would have answered the repetition.
      client.send("s | 0 | file | 6");
      assertThat(client.receive()).isEqualTo("a | 1 | 1472");
      assertThat(server.stop()).isZero();
    }
    assertThat(SyscallLog.read(log, root).calls())
        .extracting(Call::text)
        .filteredOn(text -> text.startsWith("sendto("))
        .containsExactly(
            "sendto(\"a | 1 | 1472\")", "sendto(\"a | 2\")", "sendto(\"a | 1 | 1472\")");
  }

  private String uploadUntilOneFinishes(ServerProcess server) throws IOException {
    for (int i = 0; i < PATIENCE_UPLOADS; i++) {
      String name = "other-" + i;
      if (TestUpload.run(server.address(), name, NEW) instanceof SenderEvent.Completed) {
        assertThat(root.resolve(name)).hasBinaryContent(NEW);
        return name;
      }
    }
    throw new AssertionError("no upload finishes any more\n" + server.err());
  }
}
