package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.SmallDisk;
import dev.ferry.testkit.process.Strace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * In Ferry mode the disk of the server, or that of a client that fetches, reports an error: who
 * hears what, what is left behind, and that the same command goes through afterwards.
 */
@EnabledOnOs(OS.LINUX)
@ExtendWith(Strace.class)
class DiskFaultsIT {
  private static final String OLD = "as before";

  /** More than is written between two flushes. */
  private static final int BYTES = 9 << 20;

  /** Less than a block. */
  private static final int STALL_BYTES = 100_000;

  private static final int PATIENCE_SECONDS = 120;

  /** More than there are disk workers, each of which meets the fault once. */
  private static final int PATIENCE_COMMANDS = 16;

  @TempDir Path directory;
  private Path root;
  private Path local;

  @BeforeEach
  void createDirectories() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    local = Files.createDirectory(directory.resolve("local"));
  }

  private String[] failing(String call, String error) {
    return Strace.failing(directory.resolve("strace.log"), call, error);
  }

  @ParameterizedTest
  @CsvSource({
    "pwrite64:when=1, EIO, ': cannot open a part file: Input/output error'",
    "pwrite64:when=1, ENOSPC, ': cannot open a part file: No space left on device'",
    "pwrite64:when=9, EIO, ': cannot .*: Input/output error'",
    "pwrite64:when=9, ENOSPC, ': cannot .*: No space left on device'",
    "fdatasync:when=1, EIO, ': cannot flush the part file: Input/output error'",
    "fsync:when=1, EIO, ': cannot (publish the|flush the part) file: Input/output error'",
    "renameat:when=1, EIO, ': cannot publish the file: Input/output error'",
  })
  void shouldSayThatTheServersDiskFails(String call, String error, String message)
      throws IOException {
    Path file = TestFiles.create(local.resolve("f"), BYTES);
    Files.writeString(root.resolve("f"), OLD);
    try (ServerProcess server = ServerProcess.launcher(root).under(failing(call, error)).start()) {
      String operand = "127.0.0.1:" + server.port();
      String[] put = {operand, file.toString(), "f", "--ferry", "--quiet"};
      JarProcess.Result result = JarProcess.client().run(put);

      assertThat(result.exitCode()).as("%s", result).isEqualTo(74);
      assertThat(result.err())
          .containsExactly(
              "ferry client: "
                  + (error.equals("ENOSPC")
                      ? "the disk of " + operand + " is full"
                      : operand + " had an I/O error when storing the file; see its log"));
      server.err().await("^failed   \\S+ 'f', .*" + message + "$");
      assertThat(root.resolve("f")).hasContent(OLD);

      runUntilItSucceeds(put);
      assertThat(server.stop()).isZero();
    }
    assertThat(root.resolve("f")).hasSameBinaryContentAs(file);
    assertThat(TestFiles.namesBelow(root)).containsExactly("f");
  }

  private static void runUntilItSucceeds(String... command) throws IOException {
    for (int i = 0; i < PATIENCE_COMMANDS; i++) {
      JarProcess.Result result = JarProcess.client().run(command);
      if (result.exitCode() == 0) {
        return;
      }
      assertThat(result.exitCode()).as("%s", result).isEqualTo(74);
    }
    throw new AssertionError("it never succeeds");
  }

  @ParameterizedTest
  @CsvSource({
    "pwrite64:when=1, EIO, cannot open a part file: Input/output error",
    "pwrite64:when=9, EIO, cannot .*: Input/output error",
    "pwrite64:when=9, ENOSPC, cannot .*: No space left on device",
    "fdatasync:when=1, EIO, cannot flush the part file: Input/output error",
    "fsync:when=1, EIO, cannot (publish the|flush the part) file: Input/output error",
    "renameat:when=1, EIO, cannot publish the file: Input/output error",
  })
  void shouldSayThatTheClientsDiskFails(String call, String error, String message)
      throws IOException {
    Path file = TestFiles.create(root.resolve("f"), BYTES);
    Files.writeString(local.resolve("f"), OLD);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String[] get = {"get", "127.0.0.1:" + server.port(), "f", "--quiet"};
      JarProcess.Result result = JarProcess.client().in(local).under(failing(call, error)).run(get);

      assertThat(result.exitCode()).as("%s", result).isEqualTo(74);
      assertThat(result.err())
          .singleElement()
          .asString()
          .matches("ferry client: 'f' cannot be stored: " + message);
      server
          .err()
          .await(
              "^failed   \\S+ get 'f', .*: the client turned it down: "
                  + (error.equals("ENOSPC") ? "no space" : "io error")
                  + "$");
      assertThat(local.resolve("f")).hasContent(OLD);
      assertThat(TestFiles.namesBelow(local)).containsExactly("f");

      assertThat(JarProcess.client().in(local).run(get).exitCode()).isZero();
    }
    assertThat(local.resolve("f")).hasSameBinaryContentAs(file);
    assertThat(TestFiles.namesBelow(local)).containsExactly("f");
  }

  /** Pieces of a block are worth keeping, however slow the disk writes that they are there. */
  @Test
  void shouldNoteWhatHasArrivedBeforeAnInterruptedClientEnds()
      throws IOException, InterruptedException {
    TestFiles.create(root.resolve("f"), STALL_BYTES * 2);
    CountDownLatch stalled = new CountDownLatch(1);
    AtomicInteger passedBytes = new AtomicInteger();
    Relay.Script stall =
        (way, datagram) -> {
          if (datagram.length < 1000 || passedBytes.addAndGet(datagram.length) < STALL_BYTES) {
            return datagram;
          }
          stalled.countDown();
          return new byte[0];
        };
    try (ServerProcess server = ServerProcess.launcher(root).start();
        Relay relay = Relay.start(server.address(), stall);
        JarProcess client =
            JarProcess.client()
                .in(local)
                .under("env", "--default-signal=INT")
                .under(Strace.delaying(directory.resolve("strace.log"), "pwrite64", 20))
                .start("get", relay.address(), "f", "--json")) {
      assertThat(stalled.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      client.out().await("\"event\":\"connected\"");
      client.signal("INT");
      client.await();
      assertThat(TestFiles.namesBelow(local)).hasSize(2);

      passedBytes.set(Integer.MIN_VALUE);
      JarProcess.Result result =
          JarProcess.client().in(local).run("get", relay.address(), "f", "--json");
      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(Long.parseLong(Events.only(result.out(), "connected").get("resumedBytes")))
          .isPositive();
    }
    assertThat(TestFiles.namesBelow(local)).containsExactly("f");
  }

  /** A flush takes long, and the server is stopped meanwhile: what follows the flush is done. */
  @Test
  void shouldKeepWhatHasArrivedIfTheServerStopsDuringAFlush() throws Exception {
    TestFiles.create(root.resolve("f"), 2 * BYTES);
    CountDownLatch stalled = new CountDownLatch(1);
    AtomicInteger passedBytes = new AtomicInteger();
    Relay.Script stall =
        (way, datagram) -> {
          if (datagram.length < 1000 || passedBytes.addAndGet(datagram.length) < BYTES) {
            return datagram;
          }
          stalled.countDown();
          return new byte[0];
        };
    int port;
    try (ServerProcess server = ServerProcess.launcher(root).start();
        Relay relay = Relay.start(server.address(), stall);
        JarProcess client =
            JarProcess.client()
                .in(local)
                .under(Strace.delaying(directory.resolve("strace.log"), "fdatasync", 900))
                .start("get", relay.address(), "f", "--json", "--keep-trying", "0")) {
      port = relay.port();
      assertThat(stalled.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(server.stop()).isZero();
      JarProcess.Result result = client.await();
      assertThat(result.exitCode()).as("%s", result).isEqualTo(75);
      assertThat(result.err())
          .filteredOn(line -> !line.startsWith("strace: "))
          .singleElement()
          .asString()
          .startsWith("ferry client: ");
      assertThat(TestFiles.namesBelow(local)).as("part file and journal").hasSize(2);
    }
    try (ServerProcess server = ServerProcess.launcher(root).start();
        Relay relay = Relay.start(port, server.address(), (way, datagram) -> datagram)) {
      JarProcess.Result result =
          JarProcess.client().in(local).run("get", relay.address(), "f", "--json");
      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(Long.parseLong(Events.only(result.out(), "connected").get("resumedBytes")))
          .isGreaterThan(BYTES / 2);
    }
    assertThat(TestFiles.namesBelow(local)).containsExactly("f");
  }

  /** Of which the server learns only on the way: somebody else has filled it meanwhile. */
  @Test
  void shouldSayThatTheServersDiskIsFull() throws IOException, InterruptedException {
    Path file = TestFiles.create(local.resolve("f"), 100_000);
    try (ServerProcess server =
        ServerProcess.launcher(root).under(SmallDisk.command(root)).start("--reserve", "0")) {
      Path disk = SmallDisk.view(server, root);
      SmallDisk.fill(disk.resolve("filler"));
      List<String> put =
          List.of("127.0.0.1:" + server.port(), file.toString(), "f", "--ferry", "--quiet");
      JarProcess.Result result = JarProcess.client().run(put.toArray(String[]::new));
      assertThat(result.exitCode()).as("%s", result).isEqualTo(74);
      assertThat(result.err()).singleElement().asString().contains(" has no room: 100000 bytes ");
      assertThat(TestFiles.namesBelow(disk)).containsExactly("filler");

      Files.delete(disk.resolve("filler"));
      assertThat(JarProcess.client().run(put.toArray(String[]::new)).exitCode()).isZero();
      assertThat(disk.resolve("f")).hasSameBinaryContentAs(file);
      assertThat(TestFiles.namesBelow(disk)).containsExactly("f");
    }
  }
}
