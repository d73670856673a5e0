package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.TestPut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Ferry mode with much of everything, and little memory. */
@Execution(ExecutionMode.SAME_THREAD)
class BigAndManyIT {
  private static final int PATIENCE_SECONDS = 180;
  private static final String LITTLE_MEMORY = "-Xmx64m";

  /** Without the compiler of the second tier there are no instructions for AES. */
  private static final String FAST = "-XX:TieredStopAtLevel=4";

  private static final long BIG_BYTES = 5L << 30;
  private static final int SMALL_FILES = Boolean.getBoolean("ferry.big") ? 2_000 : 50;
  private static final int CLIENTS = 200;

  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  /** Both ways, with something at the beginning, beyond 4 GiB and at the end. */
  @Test
  @EnabledIfSystemProperty(named = "ferry.big", matches = "true")
  void shouldTransferFilesOfMoreThanFourGigabytes() throws IOException {
    Path file = directory.resolve("big");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at : new long[] {0, (4L << 30) - 3, BIG_BYTES - 6}) {
        channel.write(ByteBuffer.wrap("marked".getBytes(UTF_8)), at);
      }
    }
    Path back = directory.resolve("back");
    try (ServerProcess server = ServerProcess.launcher(root).jvm(LITTLE_MEMORY, FAST).start()) {
      String operand = "127.0.0.1:" + server.port();
      shouldRun(operand, file.toString(), "big");
      assertThat(Files.mismatch(root.resolve("big"), file)).isEqualTo(-1);
      Files.delete(file);
      shouldRun("get", operand, "big", back.toString());
      assertThat(Files.mismatch(root.resolve("big"), back)).isEqualTo(-1);
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    }
  }

  private static void shouldRun(String... arguments) throws IOException {
    JarProcess.Result result = JarProcess.client().jvm(LITTLE_MEMORY, FAST).run(arguments);
    assertThat(result.exitCode()).as("%s", result).isZero();
    System.out.println(result.out());
  }

  /** By a loop of the shell, as somebody would do it who has a directory to send. */
  @Test
  void shouldTakeOneSmallFileAfterTheOther() throws IOException, InterruptedException {
    Path from = Files.createDirectory(directory.resolve("from"));
    for (int number = 0; number < SMALL_FILES; number++) {
      RandomFile.create(from.resolve("file " + number), number * 7L, number);
    }
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      List<String> command = new ArrayList<>(List.of("sh", "-c"));
      command.add("to=$0; for f in *; do \"$@\" \"$to\" \"$f\" \"all/$f\" || exit; done");
      command.add("127.0.0.1:" + server.port());
      command.addAll(JarProcess.client().command("--quiet", "--ferry"));
      Process loop = new ProcessBuilder(command).directory(from.toFile()).inheritIO().start();
      try {
        assertThat(loop.waitFor()).isZero();
      } finally {
        loop.descendants().forEach(ProcessHandle::destroyForcibly);
        loop.destroyForcibly();
      }
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    }
    assertThat(TestFiles.namesBelow(root)).hasSize(SMALL_FILES);
    for (int number = 0; number < SMALL_FILES; number++) {
      Path file = Path.of("file " + number);
      assertThat(Files.mismatch(root.resolve("all").resolve(file), from.resolve(file)))
          .isEqualTo(-1);
    }
  }

  /** One address may have seven eighths of the places only, which are fewer in a small heap. */
  private ServerProcess manyFromHere() throws IOException {
    return ServerProcess.launcher(root)
        .jvm(LITTLE_MEMORY)
        .start("--trusted-proxies", "127.0.0.1/32");
  }

  @Test
  void shouldServeManyClientsAtOnceWithLittleMemory() throws Exception {
    ExecutorService diskWorkers = Executors.newFixedThreadPool(2);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    CyclicBarrier barrier = new CyclicBarrier(CLIENTS);
    try (ServerProcess server = manyFromHere()) {
      List<Future<ClientEvent>> ends = new ArrayList<>();
      for (int number = 0; number < CLIENTS; number++) {
        String name = "file-" + number;
        Path file = RandomFile.create(directory.resolve(name), 50_000 + 777 * number, number);
        ends.add(
            threads.submit(
                () -> {
                  barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                  return TestPut.run(server.address(), name, file, diskWorkers);
                }));
      }
      for (Future<ClientEvent> end : ends) {
        assertThat(end.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .isInstanceOf(ClientEvent.Completed.class);
      }
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
      assertThat(server.out().awaitAll())
          .filteredOn(l -> l.startsWith("finished "))
          .hasSize(CLIENTS);
    } finally {
      threads.shutdownNow();
      diskWorkers.shutdownNow();
    }
    assertThat(TestFiles.namesBelow(root)).hasSize(CLIENTS);
    for (int number = 0; number < CLIENTS; number++) {
      String name = "file-" + number;
      assertThat(Files.mismatch(root.resolve(name), directory.resolve(name))).isEqualTo(-1);
    }
  }
}
