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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TCP connections that break in the middle of a transfer, which is gone on with. */
@Execution(ExecutionMode.SAME_THREAD)
class TcpBrokenIT {
  private static final int FILE_BYTES = 30_000_000;
  private static final int CUT_AFTER_BYTES = 20_000_000;

  /** What may have to be sent again: what had arrived, but was not durable. */
  private static final int REPEATED_BYTES = 1 << 20;

  /** What had passed by, but not arrived: in the buffers of two sockets, and those of the ends. */
  private static final int IN_FLIGHT_BYTES = 8 << 20;

  @TempDir Path directory;
  private Path root;
  private Path local;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    local = Files.createDirectory(directory.resolve("local"));
  }

  private JarProcess start(Way way, String address, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(way == Way.UP ? List.of(address, "f") : List.of("get", address, "f"));
    command.addAll(List.of("--json"));
    command.addAll(List.of(options));
    return JarProcess.client().byAnyWay().in(local).start(command.toArray(String[]::new));
  }

  private JarProcess.Result overTcp(Way way, String address) throws IOException {
    try (JarProcess client = start(way, address, "--transport", "tcp", "--keep-trying", "0")) {
      return client.await();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldGoOnAfterABreak(Way way) throws IOException {
    Path source = (way == Way.UP ? local : root).resolve("f");
    RandomFile.create(source, FILE_BYTES, 4);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      int port;
      long passedBytes;
      try (TcpForwarder cutting = TcpForwarder.cutting(server.address(), way, CUT_AFTER_BYTES)) {
        port = cutting.port();
        JarProcess.Result broken = overTcp(way, cutting.address());
        passedBytes = cutting.passedBytes(way);

        assertThat(broken.exitCode()).as("%s", broken).isEqualTo(75);
        assertThat(broken.err())
            .containsExactly(
                "ferry client: the TCP connection to "
                    + cutting.address()
                    + " broke; what has arrived is kept: run the same command again to go on");
      }
      assertThat(passedBytes).isLessThan(FILE_BYTES);
      try (TcpForwarder intact = TcpForwarder.start(port, server.address())) {
        JarProcess.Result result = overTcp(way, intact.address());

        assertThat(result.exitCode()).as("%s\n%s", result, server.err()).isZero();
        assertThat(Events.lastNumber(result.out(), "connected", "resumedBytes").getAsLong())
            .isPositive();
        assertThat(intact.passedBytes(way))
            .isLessThan(FILE_BYTES - passedBytes + REPEATED_BYTES + IN_FLIGHT_BYTES);
      }
    }
    assertThat(root.resolve("f")).hasSameBinaryContentAs(local.resolve("f"));
    assertThat(TestFiles.namesBelow(root)).containsExactly("f");
    assertThat(TestFiles.namesBelow(local)).containsExactly("f");
  }

  /** What carries the packets is not what makes a transfer. */
  @Test
  void shouldGoOnOverTcpWithWhatBeganOverUdp() throws IOException {
    RandomFile.create(local.resolve("f"), FILE_BYTES, 5);
    KillSwitch kill = new KillSwitch(Way.UP, CUT_AFTER_BYTES, () -> {});
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      int port;
      try (Relay relay = Relay.start(server.address(), kill);
          JarProcess client = start(Way.UP, relay.address())) {
        port = relay.port();
        kill.aimAt(client.virtualMachine());
        client.await();
      }
      assertThat(kill.hasFired()).isTrue();
      try (TcpForwarder tcp = TcpForwarder.start(port, server.address());
          JarProcess client = start(Way.UP, tcp.address())) {
        JarProcess.Result result = client.await();

        assertThat(result.exitCode()).as("%s\n%s", result, server.err()).isZero();
        assertThat(result.err()).singleElement().asString().endsWith("going on over TCP");
        assertThat(Events.lastNumber(result.out(), "connected", "resumedBytes").getAsLong())
            .isGreaterThan(CUT_AFTER_BYTES - REPEATED_BYTES - IN_FLIGHT_BYTES);
        assertThat(tcp.passedBytes(Way.UP))
            .isLessThan(FILE_BYTES - CUT_AFTER_BYTES + REPEATED_BYTES + IN_FLIGHT_BYTES);
      }
    }
    assertThat(root.resolve("f")).hasSameBinaryContentAs(local.resolve("f"));
  }
}
