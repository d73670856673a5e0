package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.JarProcess.Result;
import dev.ferry.testkit.process.ProxyProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client behind a NAT that forgets it: as an echo server sees it, and as our server does. */
class RebindingIT {
  private static final String LISTENING = "^listening on \\S+:(\\d+), .*$";
  private static final int TIMEOUT_MS = 60_000;
  private static final int MOVES = 3;

  /** At the rate below a transfer of this lasts for ten moves at least. */
  private static final int SLOW_BYTES = 1_250_000;

  private static final String RATE = "5mbit";

  @TempDir Path directory;

  /** The addresses at which the server sees the client until it has moved often enough. */
  private static Set<String> addressesSeen(boolean wholeAddress, String... options)
      throws IOException {
    try (DatagramSocket server = socket();
        DatagramSocket client = socket()) {
      List<String> arguments =
          new ArrayList<>(
              List.of("0", "127.0.0.1:" + server.getLocalPort(), "--bind", "localhost"));
      arguments.addAll(List.of(options));
      try (JarProcess proxy = JarProcess.lossyProxy().start(arguments.toArray(String[]::new))) {
        String port = proxy.out().await(LISTENING).group().replaceAll(LISTENING, "$1");
        InetSocketAddress target =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        Set<String> seen = new TreeSet<>();
        for (int i = 0; seen.size() <= MOVES; i++) {
          byte[] ping = ("ping " + i).getBytes(US_ASCII);
          client.send(new DatagramPacket(ping, ping.length, target));
          DatagramPacket request = receive(server);
          seen.add(
              wholeAddress ? request.getAddress().getHostAddress() : "port " + request.getPort());
          server.send(request);
          assertThat(new String(receive(client).getData(), US_ASCII)).startsWith("ping " + i);
        }
        return seen;
      }
    }
  }

  private static DatagramSocket socket() throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout(TIMEOUT_MS);
    return socket;
  }

  private static DatagramPacket receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[64], 64);
    socket.receive(packet);
    return packet;
  }

  @Test
  void shouldShowTheClientAtOtherPorts() throws IOException {
    assertThat(addressesSeen(false, "--rebind", "20ms")).hasSize(MOVES + 1);
  }

  @Test
  void shouldShowTheClientAtOtherAddresses() throws IOException {
    assertThat(addressesSeen(true, "--rebind", "20ms:address"))
        .hasSize(MOVES + 1)
        .allMatch(address -> address.startsWith("127.0.0."));
  }

  @Test
  void shouldSayThatItNeedsAddressesToMoveTo() throws IOException {
    Result result = JarProcess.lossyProxy().run("0", "192.0.2.1:9", "--rebind", "1s:address");
    assertThat(result.exitCode()).isEqualTo(64);
    assertThat(result.err().get(0)).contains("--rebind-addresses");
  }

  @ParameterizedTest
  @CsvSource({"put, 200ms", "get, 200ms", "put, 200ms:address", "get, 200ms:address"})
  void shouldGoOnWithATransfer(String operation, String rebind) throws IOException {
    Path file = RandomFile.create(directory.resolve("file"), SLOW_BYTES, 1);
    Path root = Files.createDirectory(directory.resolve("root"));
    Path target = operation.equals("put") ? root.resolve("dest") : directory.resolve("local");
    if (operation.equals("get")) {
      Files.copy(file, root.resolve("dest"));
    }
    try (ServerProcess server = ServerProcess.launcher(root).start("--json");
        ProxyProcess proxy = ProxyProcess.start(server, "--rebind", rebind, "--rate", RATE)) {
      Result result =
          operation.equals("put")
              ? JarProcess.client().run(proxy.address(), file.toString(), "dest")
              : JarProcess.client().run("get", proxy.address(), "dest", target.toString());

      assertThat(result.exitCode()).as("%s: %s\n%s", proxy, result, server.out()).isZero();
      assertThat(target).hasSameBinaryContentAs(file);
      String finished = peerOf(server.out().await("\"event\":\"finished\".*").group());
      assertThat(server.stop()).isZero();
      List<String> started =
          server.out().awaitAll().stream()
              .filter(line -> line.contains("\"event\":\"started\""))
              .map(RebindingIT::peerOf)
              .toList();
      assertThat(started).as("one connection, which moved").hasSize(1).doesNotContain(finished);
    }
  }

  private static String peerOf(String line) {
    return line.replaceAll(".*\"peer\":\"([^\"]*)\".*", "$1");
  }
}
