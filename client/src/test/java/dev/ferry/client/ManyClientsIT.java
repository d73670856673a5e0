package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.TestUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at the same time. */
class ManyClientsIT {
  private static final int PATIENCE_SECONDS = 180;
  private static final int READ_EVERY_MS = 2;

  /** So many of the clients are processes of their own. */
  private static final int PROGRAMS = 5;

  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  /** Sizes differ, so that neither a length nor a piece of one fits another. */
  private static byte[] content(int number) {
    return TestFiles.content(100_000 + 7_777 * number, number);
  }

  /** Runs all of them at once, with nobody ahead, and waits for them. */
  private static void runAtOnce(List<Callable<Void>> clients) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(clients.size());
    ExecutorService threads = Executors.newFixedThreadPool(clients.size());
    try {
      List<Future<Void>> running = new ArrayList<>();
      for (Callable<Void> client : clients) {
        running.add(
            threads.submit(
                () -> {
                  barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                  return client.call();
                }));
      }
      for (Future<Void> client : running) {
        client.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Void> client(ServerProcess server, String name, byte[] content) {
    return () -> {
      assertThat(TestUpload.run(server.address(), name, content))
          .as("%s", name)
          .isInstanceOf(SenderEvent.Completed.class);
      return null;
    };
  }

  private Callable<Void> program(ServerProcess server, String name, int number) {
    return () -> {
      Path file = Files.write(directory.resolve("source-" + number), content(number));
      JarProcess.Result result =
          JarProcess.client().run("127.0.0.1:" + server.port(), file.toString(), name);
      assertThat(result.err()).isEmpty();
      assertThat(result.exitCode()).isZero();
      return null;
    };
  }

  @Test
  void shouldTakeFiftyDifferentFilesAtOnce() throws Exception {
    Map<String, String> expected = new HashMap<>();
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      List<Callable<Void>> clients = new ArrayList<>();
      for (int number = 0; number < 50; number++) {
        String name = "file-" + number;
        byte[] content = content(number);
        expected.put(name, TestFiles.sha256(content));
        clients.add(
            number < PROGRAMS ? program(server, name, number) : client(server, name, content));
      }

      runAtOnce(clients);

      for (Map.Entry<String, String> file : expected.entrySet()) {
        server
            .out()
            .await("^finished \\S+ '" + file.getKey() + "', .* sha256 " + file.getValue() + "$");
      }
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    }
    Map<String, String> stored = new HashMap<>();
    for (String name : TestFiles.namesBelow(root)) {
      stored.put(name, TestFiles.sha256(root.resolve(name)));
    }
    assertThat(stored).isEqualTo(expected);
  }

  @Test
  void shouldHoldOneCompleteFileAtAnyTimeIfTwentyWriteTheSameName() throws Exception {
    Path target = root.resolve("same");
    Set<String> complete = new HashSet<>();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      List<Callable<Void>> clients = new ArrayList<>();
      for (int number = 0; number < 20; number++) {
        byte[] content = content(number);
        complete.add(TestFiles.sha256(content));
        clients.add(
            number < PROGRAMS ? program(server, "same", number) : client(server, "same", content));
      }
      CountDownLatch running = new CountDownLatch(1);
      Callable<Set<String>> reader = () -> watch(target, running);
      Future<Set<String>> seen = thread.submit(reader);

      runAtOnce(clients);

      running.countDown();
      assertThat(complete).containsAll(seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
      List<String> finished = finished(server);
      assertThat(finished).hasSize(20);
      assertThat(Set.copyOf(finished)).isEqualTo(complete);
      assertThat(complete).contains(TestFiles.sha256(target));
    } finally {
      thread.shutdownNow();
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("same");
  }

  private static List<String> finished(ServerProcess server) {
    return server.out().awaitAll().stream()
        .filter(line -> line.startsWith("finished "))
        .map(line -> line.replaceAll(".* sha256 ", ""))
        .toList();
  }

  /** Reads the file again and again while it is being replaced, until there is nobody left. */
  private static Set<String> watch(Path file, CountDownLatch clients) throws Exception {
    Set<String> seen = new HashSet<>();
    while (!clients.await(READ_EVERY_MS, TimeUnit.MILLISECONDS)) {
      try {
        seen.add(TestFiles.sha256(file));
      } catch (NoSuchFileException e) {
        assertThat(seen).as("what was there once is never gone").isEmpty();
      }
    }
    return seen;
  }
}
