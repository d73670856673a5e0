package dev.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.testkit.process.JarProcess;
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
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code kill -9} of the server at every step of a publication: the name holds the old file,
 * nothing, or the whole new one, and the next server cleans up.
 */
@EnabledOnOs(OS.LINUX)
@ExtendWith(Strace.class)
class KilledServerIT {
  private static final int KILLED = 128 + 9;
  private static final String OLD = "as it was before";
  private static final String FIRST = "0123456789".repeat(100);
  private static final String LAST = "abcdefghij".repeat(100);
  private static final String NEW = FIRST + LAST;

  /** The system call at whose beginning the server dies. */
  enum Step {
    NOTHING_WRITTEN("pwrite64", 1, false),
    LAST_CHUNK_NOT_WRITTEN("pwrite64", 2, false),
    PERMISSIONS_NOT_SET("fchmod", 1, false),
    NOT_FLUSHED("fsync", 1, false),
    NOT_RENAMED("renameat", 1, false),
    DIRECTORY_NOT_FLUSHED("fsync", 2, true),
    NOT_ACKNOWLEDGED("sendto", 3, true);

    final String call;
    final boolean published;

    Step(String syscall, int number, boolean published) {
      this.call = syscall + ":when=" + number;
      this.published = published;
    }
  }

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
  }

  private ServerProcess serverThatDiesAt(String call) throws IOException {
    Path log = temporary.resolve("strace.log");
    return ServerProcess.launcher(root).under(Strace.killingAt(log, call)).start();
  }

  /** Sends the file in two chunks to a server that does not live to acknowledge the last one. */
  private static void uploadToItsDeath(ServerProcess server, String name) throws IOException {
    try (LabSocket client = LabSocket.to(server.address())) {
      client.exchange("s | 0 | " + name + " | " + NEW.length());
      client.send("d | 1 | " + FIRST);
      // Waits in the socket until the first is stored; without a reader it is lost, which is fine.
      client.send("d | 2 | " + LAST);
      assertThat(server.awaitExit()).isEqualTo(KILLED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLeaveAWholeFileOrNone(Step step) throws IOException {
    Files.writeString(root.resolve("old"), OLD);

    try (ServerProcess server = serverThatDiesAt(step.call)) {
      uploadToItsDeath(server, "old");
    }
    assertThat(root.resolve("old")).hasContent(step.published ? NEW : OLD);
    // While the permissions are set the part file has a journal, which is locked in its stead.
    int unfinished = step == Step.PERMISSIONS_NOT_SET ? 2 : 1;
    assertThat(RootView.unfinished(root)).hasSize(step.published ? 0 : unfinished);

    try (ServerProcess server = serverThatDiesAt(step.call)) {
      assertThat(RootView.tree(root)).as("after the next start").containsExactly("old");
      uploadToItsDeath(server, "new");
    }
    if (step.published) {
      assertThat(root.resolve("new")).hasContent(NEW);
    } else {
      assertThat(root.resolve("new")).doesNotExist();
    }
    shouldBeSafeToRepeat("old", "new");
  }

  /** Starts another server on what was left, and sends the file again. */
  private void shouldBeSafeToRepeat(String... names) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertThat(RootView.unfinished(root)).as("after the next start").isEmpty();
      for (String name : names) {
        assertThat(TestUpload.run(server.address(), name, NEW.getBytes(UTF_8)))
            .isInstanceOf(SenderEvent.Completed.class);
        assertThat(root.resolve(name)).hasContent(NEW);
      }
      assertThat(server.stop()).isZero();
    }
    assertThat(RootView.unfinished(root)).isEmpty();
  }

  @Test
  void shouldLeaveNoDirectoryUnderAMadeUpName() throws IOException {
    try (ServerProcess server = serverThatDiesAt("renameat:when=1")) {
      uploadToItsDeath(server, "a/b/file");
    }
    assertThat(RootView.tree(root))
        .hasSize(2)
        .anyMatch(name -> name.endsWith(".directory"))
        .anyMatch(name -> name.endsWith(".part"));

    try (ServerProcess server = serverThatDiesAt("renameat:when=3")) {
      assertThat(root).as("after the next start").isEmptyDirectory();
      uploadToItsDeath(server, "a/b/file");
    }
    assertThat(root.resolve("a/b")).isEmptyDirectory();
    shouldBeSafeToRepeat("a/b/file");
  }

  @Test
  void shouldLeaveNoProbe() throws IOException {
    String[] strace = Strace.killingAt(temporary.resolve("strace.log"), "unlink:when=1");
    // Else its first unlink may be that of what another killed virtual machine has left in /tmp.
    JarProcess.Launcher launcher = JarProcess.server().under(strace).jvm("-XX:-UsePerfData");
    JarProcess.Result result = launcher.run("0", "--root", root.toString());
    assertThat(result.exitCode()).isEqualTo(KILLED);
    assertThat(RootView.tree(root)).singleElement().asString().endsWith(".probe");

    shouldBeSafeToRepeat("file");
  }
}
