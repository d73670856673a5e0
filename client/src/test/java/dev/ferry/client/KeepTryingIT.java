package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.Relay.Way;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One command goes on by itself, through whatever ends its connections. */
@Execution(ExecutionMode.SAME_THREAD)
class KeepTryingIT {
  private static final int FILE_BYTES = 6_000_000;

  /** The transfer takes some seconds, so that something can happen in its middle. */
  private static final String RATE = "16mbit";

  /** After the first of them, in the middle. */
  private static final String UNDER_WAY = "\"doneBytes\":[1-9]\\d{6}\\D";

  @TempDir Path directory;
  private Path root;
  private Path local;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    local = Files.createDirectory(directory.resolve("local"));
  }

  private void createFile(Way way) throws IOException {
    RandomFile.create((way == Way.UP ? local : root).resolve("f"), FILE_BYTES, 4);
  }

  private static String[] command(Way way, String address, String... options) {
    List<String> command = new ArrayList<>();
    command.addAll(way == Way.UP ? List.of(address, "f") : List.of("get", address, "f"));
    command.addAll(List.of("--max-rate", RATE));
    command.addAll(List.of(options));
    return command.toArray(String[]::new);
  }

  private void shouldHaveGoneOn(JarProcess.Result result) {
    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(Events.lastNumber(result.out(), "connected", "resumedBytes").orElse(0)).isPositive();
    assertThat(root.resolve("f")).hasSameBinaryContentAs(local.resolve("f"));
  }

  /** The server moves to another machine with its files, and its name with it. */
  @ParameterizedTest
  @EnumSource
  @EnabledOnOs(value = OS.LINUX, disabledReason = "127.0.0.2 is an address there")
  void shouldFollowTheNameOfTheServer(Way way) throws IOException {
    createFile(way);
    Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 ferry.test\n");
    ServerProcess server = ServerProcess.launcher(root).start();
    String port = Integer.toString(server.port());
    try (JarProcess client =
        JarProcess.client()
            .in(local)
            .jvm("-Djdk.net.hosts.file=" + hosts)
            .start(command(way, "ferry.test:" + port, "--json"))) {
      client.out().await(UNDER_WAY);
      server.kill();
      try (JarProcess moved =
          JarProcess.server().start(port, "--root", root.toString(), "--bind", "127.0.0.2")) {
        moved.out().await("^listening on ");
        Files.writeString(hosts, "127.0.0.2 ferry.test\n");
        shouldHaveGoneOn(client.await());
      }
    } finally {
      server.close();
    }
  }

  /**
   * What carries the packets goes away in the middle, and comes back once the client has noticed.
   */
  @ParameterizedTest
  @EnumSource
  void shouldWaitForTheNetwork(Way way) throws IOException {
    createFile(way);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      TcpForwarder network = TcpForwarder.start(0, server.address());
      int port = network.port();
      try (JarProcess client =
          JarProcess.client()
              .in(local)
              .start(command(way, network.address(), "--json", "--transport", "tcp"))) {
        client.out().await(UNDER_WAY);
        network.close();
        Map<String, String> retrying =
            FlatJson.parse(client.out().await(".*\"event\":\"retrying\".*").group());
        assertThat(retrying)
            .containsEntry("cause", "DISCONNECTED")
            .containsKeys("server", "name", "operation", "withoutProgressNs", "pauseNs");
        client.out().await("\"withoutProgressNs\":[1-9]\\d{9}");
        network = TcpForwarder.start(port, server.address());
        JarProcess.Result result = client.await();
        shouldHaveGoneOn(result);
        assertThat(result.err()).isEmpty();
      } finally {
        network.close();
      }
    }
  }

  /** A packet filter that drops UDP, and then TCP instead. */
  @ParameterizedTest
  @EnumSource
  void shouldGoOverToTcpAndBack(Way way) throws IOException {
    createFile(way);
    AtomicLong passed = new AtomicLong();
    AtomicReference<TcpForwarder> tcp = new AtomicReference<>();
    Relay.Script filter =
        (direction, datagram) -> {
          long bytes = passed.addAndGet(direction == way ? datagram.length : 0);
          boolean drops = bytes > FILE_BYTES / 3 && tcp.get().passedBytes(way) < FILE_BYTES / 3;
          return drops ? new byte[0] : datagram;
        };
    try (ServerProcess server = ServerProcess.launcher(root).start();
        Relay relay = Relay.start(server.address(), filter);
        TcpForwarder stream =
            TcpForwarder.cutting(relay.port(), server.address(), way, FILE_BYTES / 3)) {
      tcp.set(stream);
      JarProcess.Result result =
          JarProcess.client().byAnyWay().in(local).run(command(way, relay.address(), "--json"));
      shouldHaveGoneOn(result);
      assertThat(result.err())
          .containsExactly(
              "ferry client: no answer from " + relay.address() + " over UDP; going on over TCP");
      assertThat(stream.connections()).isEqualTo(1);
    }
  }

  /** Ends a transfer's only way to the server in its middle, for good. */
  private JarProcess.Result cutOff(String... options) throws IOException {
    createFile(Way.UP);
    try (ServerProcess server = ServerProcess.launcher(root).start();
        TcpForwarder network = TcpForwarder.start(0, server.address());
        JarProcess client =
            JarProcess.client().in(local).start(command(Way.UP, network.address(), options))) {
      server.out().await("^started ");
      network.goAway();
      return client.await();
    }
  }

  @Test
  void shouldGiveUpAfterTheTime() throws IOException {
    JarProcess.Result result = cutOff("--transport", "tcp", "--keep-trying", "1s");
    assertThat(result.exitCode()).as("%s", result).isEqualTo(75);
    assertThat(result.err())
        .hasSize(2)
        .anyMatch(line -> line.endsWith(" any more; trying again, for up to 1.00 s"))
        .anyMatch(line -> line.contains(" broke; what has arrived is kept: "));
  }

  @Test
  void shouldNotTryAgainIfThatIsNotWanted() throws IOException {
    JarProcess.Result result = cutOff("--transport", "tcp", "--keep-trying", "0");
    assertThat(result.exitCode()).as("%s", result).isEqualTo(75);
    assertThat(result.err())
        .singleElement()
        .asString()
        .contains(" broke; what has arrived is kept: run the same command again");
  }

  /** On a terminal it goes on until Ctrl-C, and the bar says what it waits for. */
  @Test
  void shouldSayOnTheTerminalWhatItWaitsFor() throws Exception {
    PseudoTerminal.assumeAvailable();
    createFile(Way.UP);
    try (ServerProcess server = ServerProcess.launcher(root).start();
        TcpForwarder network = TcpForwarder.start(0, server.address());
        PseudoTerminal terminal =
            PseudoTerminal.start(
                "cd '" + local + "'",
                JarProcess.client()
                    .command(command(Way.UP, network.address(), "--transport", "tcp")))) {
      server.out().await("^started ");
      network.goAway();
      terminal.await("no contact for \\d+ s; trying again in \\d s");
      terminal.type("\u0003");
      assertThat(terminal.awaitExit()).as("%s", terminal).isEqualTo(130);
      assertThat(terminal.screen())
          .element(0)
          .asString()
          .startsWith("ferry client: interrupted; what has arrived is kept");
    }
  }
}
