package dev.ferry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.Strace;
import dev.ferry.testkit.process.TestPut;
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

/**
 * The order of system calls in Ferry mode: a file gets its name after all of it is on the disk, and
 * what a journal says is flushed after what it speaks of. That <i>done</i> follows the flush of the
 * name cannot be seen here, because it is encrypted; the fault tests see it.
 */
@EnabledOnOs(OS.LINUX)
@ExtendWith(Strace.class)
class FerryPublicationSyscallsIT {
  private static final String SYSCALLS =
      "openat,pwrite64,fchmod,fcntl,fsync,fdatasync,renameat,renameat2,unlinkat";
  private static final String PART = "ROOT/.ferry-X.part";
  private static final String JOURNAL = "ROOT/.ferry-X.journal";
  private static final String RENAME = "renameat(ROOT, \".ferry-X.part\", ROOT, \"file\")";

  /** More than is written between two flushes. */
  private static final int LARGE_BYTES = 9 << 20;

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
  }

  /** What the server does to put a file there. */
  private List<String> put(int bytes) throws IOException {
    Path log = temporary.resolve("strace.log");
    Path file = RandomFile.create(temporary.resolve("from"), bytes, 1);
    String[] strace = Strace.recording(log, SYSCALLS);
    try (ServerProcess server = ServerProcess.launcher(root).under(strace).start()) {
      assertThat(TestPut.run(server.address(), "file", file, Runnable::run))
          .isInstanceOf(ClientEvent.Completed.class);
      assertThat(server.stop()).isZero();
    }
    assertThat(root.resolve("file")).hasSameBinaryContentAs(file);
    return SyscallLog.read(log, root)
        .textsSince("openat(ROOT, \".ferry-X.part\", O_RDWR|O_CREAT|O_EXCL, 0600)");
  }

  private static String kind(String call) {
    return call.startsWith("pwrite64(") ? call.substring(0, call.indexOf(',')) : call;
  }

  @Test
  void shouldFlushTheFileBeforeItIsRenamedAndTheNameAfterwards() throws IOException {
    List<String> calls = put(1000);

    assertThat(calls.stream().map(FerryPublicationSyscallsIT::kind))
        .containsExactly(
            "openat(ROOT, \".ferry-X.part\", O_RDWR|O_CREAT|O_EXCL, 0600)",
            "lock(" + PART + ")",
            "openat(ROOT, \".ferry-X.journal\", O_RDWR|O_CREAT|O_EXCL, 0600)",
            "lock(" + JOURNAL + ")",
            "pwrite64(" + JOURNAL,
            "pwrite64(" + PART,
            "pwrite64(" + JOURNAL,
            "fchmod(" + PART + ")",
            "lock(" + PART + ")",
            "fsync(" + PART + ")",
            RENAME,
            "fsync(ROOT)",
            "unlinkat(ROOT, \".ferry-X.journal\", 0)");
  }

  @Test
  void shouldFlushTheContentBeforeTheJournalAndThenTheirNames() throws IOException {
    List<String> calls = put(LARGE_BYTES);

    assertThat(calls.stream().filter(call -> call.contains("sync(")))
        .containsExactly(
            "fdatasync(" + PART + ")",
            "fdatasync(" + JOURNAL + ")",
            "fsync(ROOT)",
            "fsync(" + PART + ")",
            "fsync(ROOT)");
    int renamed = calls.indexOf(RENAME);
    assertThat(calls.indexOf("fsync(" + PART + ")")).isLessThan(renamed);
    assertThat(calls.subList(calls.indexOf("fsync(" + PART + ")"), calls.size()))
        .as("after the last flush")
        .noneMatch(call -> call.startsWith("pwrite64(" + PART));
  }
}
