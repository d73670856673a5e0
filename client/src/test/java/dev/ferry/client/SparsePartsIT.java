package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.ferry.testkit.process.HostileClient;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A stranger leaves part files behind, long ones with little in them, to crowd out others'. */
@EnabledOnOs(OS.LINUX) // Where all of 127.0.0.0/8 are addresses of this machine.
class SparsePartsIT {
  private static final int FILE_BYTES = 4_000_000;
  private static final int ARRIVED_BYTES = 2_500_000;
  private static final InetAddress STRANGER = InetAddresses.forString("127.9.9.9");
  private static final int PARTS = 40;
  private static final long PART_BYTES = 64L << 20;
  private static final int PIECES = 64;
  private static final int PIECE_BYTES = 1200;

  /** Some more than twice the honest part; of what is left behind there is twice as much. */
  private static final String LIMIT = "8MB";

  @TempDir Path directory;

  private void leaveParts(ServerProcess server) throws IOException {
    for (int i = 0; i < PARTS; i++) {
      try (HostileClient stranger = HostileClient.overUdp(STRANGER, server.address())) {
        stranger.put("sparse-" + i, PART_BYTES);
        server.out().await("^started .* 'sparse-" + i + "'");
        for (int piece = 0; piece < PIECES; piece++) {
          stranger.content((long) piece << 12, PIECE_BYTES);
        }
        stranger.leave();
        server.err().await("^failed .* 'sparse-" + i + "'");
      }
    }
  }

  private JarProcess.Result goOn(ServerProcess server, int port, Path file) throws IOException {
    try (Relay relay = Relay.start(port, server.address(), (way, datagram) -> datagram)) {
      return JarProcess.client().run(relay.address(), file.toString(), "f", "--json");
    }
  }

  @Test
  void shouldNotCrowdOutWhatOthersHaveBegun() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path file = TestFiles.create(directory.resolve("file"), FILE_BYTES);
    int port;
    Relay[] relay = new Relay[1];
    KillSwitch kill = new KillSwitch(Relay.Way.UP, ARRIVED_BYTES, () -> relay[0].close());
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      relay[0] = Relay.start(server.address(), kill);
      port = relay[0].port();
      try (JarProcess client =
          JarProcess.client().start(relay[0].address(), file.toString(), "f", "--json")) {
        kill.aimAt(client.virtualMachine());
        client.await();
      }
      server.stop(); // Keeps what has arrived.
    }
    try (ServerProcess server =
        ServerProcess.launcher(root).jvm("-Xmx64m").start("-v", "--max-parts", LIMIT)) {
      leaveParts(server);
      JarProcess.Result result = goOn(server, port, file);
      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(Events.only(result.out(), "connected").get("resumedBytes"))
          .matches("[12][0-9]{6}");
    }
    assertThat(root.resolve("f")).hasSameBinaryContentAs(file);
  }
}
