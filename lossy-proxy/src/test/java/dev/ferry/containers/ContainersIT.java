package dev.ferry.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that only separate machines have: here each program has a container of its own. */
@ExtendWith(ContainersEnabled.class)
class ContainersIT {
  private static final long CONTENT_SEED = 12;

  private static final int LONG_BYTES = 1_000_000;

  /** A client prints a line at most every 0.5 s, so these take 5 s. */
  private static final int LINES_OF_5_SECONDS = 11;

  private static byte[] content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(CONTENT_SEED).nextBytes(content);
    return content;
  }

  @Test
  void shouldArriveThroughALossyProxy() throws IOException {
    byte[] content = content(150_000);
    try (Harbour harbour = new Harbour()) {
      FerryContainer server = harbour.startServer();
      FerryContainer proxy = harbour.startProxy("--loss", "30%", "--seed", "5");

      FerryContainer client = harbour.startClient(content, "grüße/datei");

      assertThat(client.awaitExit()).as(client.getLogs()).isZero();
      assertThat(server.files()).containsOnlyKeys("grüße/datei");
      assertThat(server.files().get("grüße/datei")).isEqualTo(content);
      assertThat(proxy.terminate()).isZero();
      assertThat(proxy.getLogs())
          .containsPattern("(?m)^up .* lost [1-9]\\d+,")
          .containsPattern("(?m)^down .* lost [1-9]\\d+,");
    }
  }

  @Test
  void shouldHaveToSendAgainWhenTheServerWasKilledAndRestarted() throws IOException {
    byte[] content = content(LONG_BYTES);
    try (Harbour harbour = new Harbour()) {
      FerryContainer server = harbour.startServer();
      harbour.startProxy();
      FerryContainer client = harbour.startSlowClient(content, "file");
      server.awaitLines(1, "^started ");

      server.kill();

      assertThat(server.files().keySet()).singleElement().asString().matches("\\.ferry-.*\\.part");
      server.startAgain();
      server.awaitLines(2, "^listening ");
      assertThat(server.files()).isEmpty();
      FerryContainer again = harbour.startClient(content, "file");
      assertThat(again.awaitExit()).as(again.getLogs()).isZero();
      assertThat(client.awaitExit()).as(client.getLogs()).isEqualTo(75);
      assertThat(client.getLogs()).contains("nothing was stored, send it again");
      assertThat(server.files()).containsOnlyKeys("file");
      assertThat(server.files().get("file")).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "proxy", "client"})
  void shouldGoOnWhenAContainerWasOffTheNetworkFor5Seconds(String which) throws IOException {
    byte[] content = content(LONG_BYTES);
    try (Harbour harbour = new Harbour()) {
      FerryContainer server = harbour.startServer();
      FerryContainer proxy = harbour.startProxy();
      FerryContainer client = harbour.startSlowClient(content, "file");
      client.awaitLines(1, "\"doneBytes\":[1-9]");
      FerryContainer victim =
          which.equals("server") ? server : which.equals("proxy") ? proxy : client;

      victim.disconnect();
      awaitStandstill(client);
      victim.reconnect();
      Harbour.letGoFast(client);

      assertThat(client.awaitExit()).as(client.getLogs()).isZero();
      assertThat(server.files()).containsOnlyKeys("file");
      assertThat(server.files().get("file")).isEqualTo(content);
    }
  }

  /** Waits until the client has made no progress for 5 s by its own clock. */
  private static void awaitStandstill(FerryContainer client) {
    Pattern same =
        Pattern.compile(
            "(\"doneBytes\":[1-9]\\d*,).*(\\n.*\\1.*){" + (LINES_OF_5_SECONDS - 1) + "}");
    await("the client stands still")
        .dontCatchUncaughtExceptions()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> same.matcher(client.getLogs()).find());
  }

  /** Each of the two protections by itself; and without them it would listen. */
  @ParameterizedTest
  @CsvSource({
    "0, false, 'listening on .*, storing in /opt/ferry'",
    "0, true, 'ferry server: --root /opt/ferry cannot be used: .*Read-only file system'",
    "10001, false, 'ferry server: --root /opt/ferry is not writable for this user'"
  })
  void shouldNotBeAbleToChangeItsOwnImage(String user, boolean readOnlyRoot, String outcome) {
    try (Harbour harbour = new Harbour()) {
      harbour.startMeddlingServer(user, readOnlyRoot).awaitLines(1, "^" + outcome);
    }
  }

  @Test
  void shouldRunWithoutPrivileges() throws IOException {
    try (Harbour harbour = new Harbour()) {
      FerryContainer server = harbour.startServer();
      assertThat(server.getCurrentContainerInfo().getConfig().getUser()).isEqualTo("10001:10001");
      // The kernel's word counts more than the engine's, but is only to be had beside it.
      Path process =
          Path.of(
              "/proc", String.valueOf(server.getCurrentContainerInfo().getState().getPidLong()));
      assumeTrue(Files.exists(process), "the engine runs on another machine");

      assertThat(Files.readString(process.resolve("cmdline"))).contains("server.jar");
      assertThat(Files.readString(process.resolve("status")))
          .containsPattern("Uid:(\\s10001){4}\n")
          .containsPattern("Gid:(\\s10001){4}\n")
          .containsPattern("CapPrm:\\s0+\n")
          .containsPattern("CapBnd:\\s0+\n")
          .containsPattern("NoNewPrivs:\\s1\n");
    }
  }
}
