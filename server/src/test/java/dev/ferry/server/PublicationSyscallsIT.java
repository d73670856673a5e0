package dev.ferry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.server.SyscallLog.Call;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.Strace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The order of system calls on which the promises of docs/guarantees.md rest: the last
 * acknowledgement leaves only after all of the file, and its name, are on the disk.
 */
@EnabledOnOs(OS.LINUX)
@ExtendWith(Strace.class)
class PublicationSyscallsIT {
  private static final String SYSCALLS =
      "openat,open,creat,pwrite64,write,pwritev,ftruncate,fchmod,fchmodat,chmod,fcntl,fsync,"
          + "fdatasync,sync_file_range,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,"
          + "mkdirat,sendto,sendmsg,sendmmsg";

  private static final String CREATE =
      "openat(ROOT, \".ferry-X.part\", O_WRONLY|O_CREAT|O_EXCL, 0600)";
  private static final String GUARD =
      "openat(ROOT, \".ferry-X.journal\", O_WRONLY|O_CREAT|O_EXCL, 0600)";
  private static final String LOCK_GUARD = "lock(ROOT/.ferry-X.journal)";
  private static final String REMOVE_GUARD = "unlinkat(ROOT, \".ferry-X.journal\", 0)";
  private static final String LOCK = "lock(ROOT/.ferry-X.part)";

  @TempDir Path temporary;
  private Path root;
  private Path log;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    log = temporary.resolve("strace.log");
  }

  /** Sends one datagram after the other, each after the answer to the one before. */
  private SyscallLog record(String... datagrams) throws IOException {
    try (ServerProcess server =
            ServerProcess.launcher(root).under(Strace.recording(log, SYSCALLS)).start();
        LabSocket client = LabSocket.to(server.address())) {
      for (String datagram : datagrams) {
        assertThat(client.exchange(datagram)).startsWith("a | ");
      }
      assertThat(server.stop()).isZero();
    }
    SyscallLog syscalls = SyscallLog.read(log, root);
    assertEachEndsBeforeTheNext(syscalls.calls());
    return syscalls;
  }

  private static void assertEachEndsBeforeTheNext(List<Call> calls) {
    for (int i = 1; i < calls.size(); i++) {
      assertThat(calls.get(i - 1).ended())
          .as("%s, then %s", calls.get(i - 1), calls.get(i))
          .isLessThan(calls.get(i).began());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldAcknowledgeTheLastChunkAfterTheFileAndItsNameAreFlushed(boolean replaces)
      throws IOException {
    if (replaces) {
      Files.writeString(root.resolve("file"), "old");
    }

    SyscallLog syscalls = record("s | 0 | file | 6", "d | 1 | abc", "d | 2 | def");

    assertThat(syscalls.textsSince("sendto(\"a | 1 | 1472\")"))
        .containsExactly(
            "sendto(\"a | 1 | 1472\")",
            CREATE,
            LOCK,
            "pwrite64(ROOT/.ferry-X.part, \"abc\", 3, 0)",
            "sendto(\"a | 2\")",
            "pwrite64(ROOT/.ferry-X.part, \"def\", 3, 3)",
            GUARD,
            LOCK_GUARD,
            "fchmod(ROOT/.ferry-X.part)",
            // Changing the permissions lost it.
            LOCK,
            REMOVE_GUARD,
            "fsync(ROOT/.ferry-X.part)",
            "renameat(ROOT, \".ferry-X.part\", ROOT, \"file\")",
            "fsync(ROOT)",
            "sendto(\"a | 3\")");
    assertThat(root.resolve("file")).hasContent("abcdef");
  }

  @Test
  void shouldFlushEachNewDirectoryBeforeTheFileIsMovedIntoIt() throws IOException {
    SyscallLog syscalls = record("s | 0 | a/b/file | 3", "d | 1 | abc");

    assertThat(syscalls.textsSince("fsync(ROOT/.ferry-X.part)"))
        .containsExactly(
            "fsync(ROOT/.ferry-X.part)",
            "mkdir(\"ROOT/.ferry-X.directory\", 0777)",
            "renameat(ROOT, \".ferry-X.directory\", ROOT, \"a\")",
            "fsync(ROOT)",
            "mkdir(\"ROOT/.ferry-X.directory\", 0777)",
            "renameat(ROOT, \".ferry-X.directory\", ROOT/a, \"b\")",
            "fsync(ROOT/a)",
            "renameat(ROOT, \".ferry-X.part\", ROOT/a/b, \"file\")",
            "fsync(ROOT/a/b)",
            "sendto(\"a | 2\")");
    assertThat(root.resolve("a/b/file")).hasContent("abc");
  }

  @Test
  void shouldAcknowledgeAnEmptyFileAfterItIsFlushed() throws IOException {
    SyscallLog syscalls = record("s | 0 | empty | 0");

    assertThat(syscalls.textsSince(CREATE))
        .containsExactly(
            CREATE,
            LOCK,
            GUARD,
            LOCK_GUARD,
            "fchmod(ROOT/.ferry-X.part)",
            LOCK,
            REMOVE_GUARD,
            "fsync(ROOT/.ferry-X.part)",
            "renameat(ROOT, \".ferry-X.part\", ROOT, \"empty\")",
            "fsync(ROOT)",
            "sendto(\"a | 1 | 1472\")");
    assertThat(root.resolve("empty")).isEmptyFile();
  }

  @Test
  void shouldRemoveThePartFileOfAnAbandonedTransferAndPublishNothing() throws IOException {
    SyscallLog syscalls = record("s | 0 | file | 6", "d | 1 | abc");

    assertThat(syscalls.textsSince(CREATE))
        .containsExactly(
            CREATE,
            LOCK,
            "pwrite64(ROOT/.ferry-X.part, \"abc\", 3, 0)",
            "sendto(\"a | 2\")",
            "unlinkat(ROOT, \".ferry-X.part\", 0)");
    assertThat(root).isEmptyDirectory();
  }
}
