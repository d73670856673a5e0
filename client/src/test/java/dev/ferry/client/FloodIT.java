package dev.ferry.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a small heap, and strangers who begin transfers that they do not go on with. */
class FloodIT {
  private static final int STARTS = 10_000;
  private static final int PATIENCE_MS = 30_000;

  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  /** A client with a loopback address of its own, or an address used before. */
  private static DatagramSocket socket(InetSocketAddress local, ServerProcess server)
      throws IOException {
    DatagramSocket socket = new DatagramSocket(local);
    socket.setSoTimeout(PATIENCE_MS);
    socket.connect(server.address());
    return socket;
  }

  private static InetSocketAddress stranger(int number) {
    return new InetSocketAddress(
        InetAddresses.forString("127.1." + number / 250 + "." + (1 + number % 250)), 0);
  }

  private static String exchange(DatagramSocket socket, String datagram) throws IOException {
    byte[] bytes = datagram.getBytes(US_ASCII);
    socket.send(new DatagramPacket(bytes, bytes.length));
    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
    socket.receive(answer);
    return new String(answer.getData(), 0, answer.getLength(), US_ASCII);
  }

  /** Begins a transfer from an address of its own, which is returned, and says no more. */
  private static InetSocketAddress begin(ServerProcess server, int number, long sizeBytes)
      throws IOException {
    try (DatagramSocket socket = socket(stranger(number), server)) {
      // Padded as our own client does it: such a start is kept longest.
      String start = String.format(Locale.ROOT, "s | 0 | flood-%d | %020d", number, sizeBytes);
      assertThat(exchange(socket, start)).startsWith("a | 1 | ");
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  private void uploadHonestly(ServerProcess server, String name) throws IOException {
    Path file = TestFiles.create(directory.resolve(name), 1_000_000);
    JarProcess.Result result =
        JarProcess.client().run("127.0.0.1:" + server.port(), file.toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(root.resolve(name)).hasSameBinaryContentAs(file);
  }

  private static void assumeLoopbackNetwork() {
    try (DatagramSocket probe = new DatagramSocket(stranger(0))) {
      assertThat(probe.isBound()).isTrue();
    } catch (SocketException e) {
      Assumptions.abort("only 127.0.0.1 is a loopback address here: " + e.getMessage());
    }
  }

  /** How many descriptors the server has open; always zero where there is no /proc. */
  private static long descriptors(ServerProcess server) throws IOException {
    Path directory = Path.of("/proc/" + server.virtualMachine().pid() + "/fd");
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(directory)) {
      return open.count();
    }
  }

  @Test
  void shouldHoldTenThousandHalfOpenTransfersAtNoCost() throws IOException {
    assumeLoopbackNetwork();
    try (ServerProcess server =
        ServerProcess.launcher(root).jvm("-Xmx64m", "-XX:+ExitOnOutOfMemoryError").start()) {
      uploadHonestly(server, "before");
      long descriptors = descriptors(server);
      List<InetSocketAddress> strangers = new ArrayList<>();
      for (int number = 0; number < STARTS; number++) {
        // A size that nobody could reserve, and one that is none.
        strangers.add(begin(server, number, number % 2 == 0 ? Long.MAX_VALUE / 2 : 4));
      }

      assertThat(TestFiles.namesBelow(root)).containsExactly("before");
      assertThat(descriptors(server)).isLessThanOrEqualTo(descriptors + 5);
      uploadHonestly(server, "after");

      for (int number : List.of(1, STARTS / 2 + 1, STARTS - 1)) {
        try (DatagramSocket socket = socket(strangers.get(number), server)) {
          assertThat(exchange(socket, "d | 1 | done")).as("held until now").isEqualTo("a | 2");
        }
        assertThat(root.resolve("flood-" + number)).hasContent("done");
      }
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    }
    assertThat(TestFiles.namesBelow(root))
        .containsExactly("after", "before", "flood-1", "flood-5001", "flood-9999");
  }

  @Test
  void shouldCreateAFileForAStartOfSizeZeroOnly() throws IOException {
    assumeLoopbackNetwork();
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      try (DatagramSocket foreign = socket(stranger(1), server)) {
        assertThat(exchange(foreign, "s | 0 | flood-1 | 0")).startsWith("a | 1 | ");
      }
      begin(server, 2, 1);
      begin(server, 3, 0); // Our own client sends the empty chunk behind it.

      assertThat(TestFiles.namesBelow(root)).containsExactly("flood-1");
      assertThat(root.resolve("flood-1")).isEmptyFile();
    }
  }
}
