package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testing.JarProcess;
import dev.ferry.testing.JarProcess.Result;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A client behind a NAT that forgets it, as an echo server sees it. */
class RebindingIT {
  private static final String LISTENING = "^listening on \\S+:(\\d+), .*$";
  private static final int PATIENCE_MS = 60_000;
  private static final int MOVES = 3;

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
    socket.setSoTimeout(PATIENCE_MS);
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
}
