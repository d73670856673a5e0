package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ctrl-C in the middle of a transfer, and the command that it prints. */
@DisabledOnOs(OS.WINDOWS)
class InterruptedIT {
  private static final int SIZE_BYTES = 3_000_000;
  private static final int STALL_BYTES = 1_500_000;
  private static final int CONTENT_DATAGRAM_BYTES = 1_000;
  private static final int PATIENCE_SECONDS = 120;

  /** Passes half of the file, and then nothing large until it is released. */
  private static final class Stall implements Relay.Script {
    private final CountDownLatch reached = new CountDownLatch(1);
    private volatile boolean released;
    private int passedBytes;

    @Override
    public synchronized byte[] pass(Relay.Way way, byte[] datagram) {
      boolean content = datagram.length > CONTENT_DATAGRAM_BYTES;
      passedBytes += content ? datagram.length : 0;
      if (released || !content || passedBytes < STALL_BYTES) {
        return datagram;
      }
      reached.countDown();
      return new byte[0];
    }
  }

  @TempDir Path directory;

  /** Runs the line as a shell does to which {@code ferry} is known. */
  private static Process shell(String line, Path in) throws IOException {
    String java = "java() { command \"$JAVA\" \"$@\"; }";
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", java + "\n" + line)
            .directory(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder
        .environment()
        .putAll(Map.of("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    return builder.start();
  }

  /** Which way the file goes. */
  enum Operation {
    PUT,
    GET
  }

  @ParameterizedTest
  @EnumSource
  void shouldPrintTheCommandThatGoesOn(Operation operation)
      throws IOException, InterruptedException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path home = Files.createDirectory(directory.resolve("home"));
    String name = "it's $HOME & more";
    Path source = (operation == Operation.PUT ? home : root).resolve(name);
    Path target = (operation == Operation.PUT ? root : home).resolve("a copy");
    TestFiles.create(source, SIZE_BYTES);
    Stall stall = new Stall();
    try (ServerProcess server = ServerProcess.launcher(root).start("--json");
        Relay relay = Relay.start(server.address(), stall)) {
      List<String> interrupted = interrupted(operation, name, home, relay, stall);
      stall.released = true;
      assertThat(interrupted.get(0))
          .isEqualTo(
              "ferry client: interrupted; what has arrived is kept, and this goes on with it:");
      assertThat(target).doesNotExist();
      server.out().await("\"event\":\"failed\".*\"message\":\"the client was interrupted");

      Process again = shell(interrupted.get(1), home);

      assertThat(again.waitFor()).as(interrupted.get(1)).isZero();
      assertThat(target).hasSameBinaryContentAs(source);
      assertThat(server.stop()).isZero();
      assertResumed(operation, server);
    }
  }

  /** What the client says in the end. */
  private static List<String> interrupted(
      Operation operation, String name, Path home, Relay relay, Stall stall)
      throws IOException, InterruptedException {
    JarProcess.Launcher launcher =
        JarProcess.client().in(home).under("env", "--default-signal=INT");
    try (JarProcess client =
        operation == Operation.PUT
            ? launcher.start(relay.address(), name, "a copy")
            : launcher.start("get", relay.address(), name, "a copy")) {
      assertThat(stall.reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      client.signal("INT");
      JarProcess.Result result = client.await();
      assertThat(result.exitCode()).as("%s", result).isEqualTo(130);
      assertThat(result.err()).hasSize(2);
      return result.err();
    }
  }

  private static void assertResumed(Operation operation, ServerProcess server) {
    long resumed =
        Events.lastNumber(server.out().awaitAll(), "started", "resumedBytes").orElseThrow();
    if (operation == Operation.PUT) {
      assertThat(resumed).isGreaterThan(STALL_BYTES / 2);
    }
  }
}
