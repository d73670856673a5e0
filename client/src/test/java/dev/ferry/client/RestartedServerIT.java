package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server that is killed (-9) and started again ten times during one transfer: one command goes on
 * each time, and nowhere waits as long as a client's patience with a silent server.
 */
class RestartedServerIT {
  private static final int RESTARTS = 10;
  private static final int FILE_BYTES = 6_000_000;

  /** Some 0.4 s for what is sent between two restarts. */
  private static final String RATE = "10mbit";

  @TempDir Path directory;

  /** Less than a client waits for a server that says nothing. */
  private static final Duration NO_LONG_WAIT = Duration.ofSeconds(100);

  private static void awaitDone(JarProcess client, long bytes) {
    String atLeast = new AtLeast(bytes).pattern();
    assertTimeoutPreemptively(
        NO_LONG_WAIT,
        () -> client.out().await("\"doneBytes\":" + atLeast + "\\D|\"finished\"|\"failed\""));
  }

  @ParameterizedTest
  @CsvSource({"put, udp", "get, udp", "put, tcp"})
  void shouldGoOnEachTime(String operation, String transport) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path local = directory.resolve("local");
    boolean puts = operation.equals("put");
    Path file = RandomFile.create(puts ? local : root.resolve("f"), FILE_BYTES, 3);
    Path target = puts ? root.resolve("f") : local;
    ServerProcess server = ServerProcess.launcher(root).start();
    int port = server.port();
    String operand = "127.0.0.1:" + port;
    String[] command =
        puts
            ? new String[] {operand, file.toString(), "f"}
            : new String[] {"get", operand, "f", target.toString()};
    try (JarProcess client =
        JarProcess.client().start(with(command, "--json", "--transport", transport))) {
      for (int i = 1; i <= RESTARTS; i++) {
        awaitDone(client, (long) FILE_BYTES * i / (RESTARTS + 2));
        server.kill();
        server = ServerProcess.launcher(root).port(port).start();
      }
      JarProcess.Result result = assertTimeoutPreemptively(NO_LONG_WAIT, client::await);
      assertThat(result.exitCode()).as("%s\n%s", result, server.err()).isZero();
      assertThat(Events.lastNumber(result.out(), "connected", "resumedBytes").orElse(0))
          .as("gone on with, not begun anew")
          .isGreaterThan(FILE_BYTES / 2);
    } finally {
      server.close();
    }
    assertThat(target).hasSameBinaryContentAs(file);
    assertThat(TestFiles.namesBelow(root)).containsExactly("f");
  }

  private static String[] with(String[] command, String... options) {
    String[] all = new String[command.length + options.length + 2];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    all[all.length - 2] = "--max-rate";
    all[all.length - 1] = RATE;
    return all;
  }

  /** A number that is not less than another one, as a regular expression. */
  private record AtLeast(long bytes) {
    String pattern() {
      String digits = Long.toString(bytes);
      StringBuilder pattern = new StringBuilder("(\\d{" + (digits.length() + 1) + ",}");
      for (int i = 0; i < digits.length(); i++) {
        int digit = digits.charAt(i) - '0';
        if (digit < 9) {
          int rest = digits.length() - i - 1;
          pattern.append('|').append(digits, 0, i).append('[').append(digit + 1);
          pattern.append("-9]\\d{").append(rest).append('}');
        }
      }
      return pattern.append('|').append(digits).append(')').toString();
    }
  }
}
