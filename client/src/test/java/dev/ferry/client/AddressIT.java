package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.net.InetAddresses;
import dev.ferry.testkit.process.JarProcess;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to name a server, and which address of several is used. */
class AddressIT {
  @TempDir Path directory;
  private Path root;
  private Path file;

  @BeforeEach
  void createFile() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = TestFiles.create(directory.resolve("file"), 5_000);
  }

  private static void assumeIpv6() throws IOException {
    boolean available = true;
    try (DatagramSocket socket = new DatagramSocket(null)) {
      socket.bind(new InetSocketAddress(InetAddresses.forString("::1"), 0));
    } catch (SocketException e) {
      available = false;
    }
    assumeTrue(available, "this machine has no IPv6");
  }

  /** Starts a server and uploads to it. */
  private void upload(String bind, String host, String... jvmOptions) throws IOException {
    String[] all = {"0", "--root", root.toString()};
    String[] one = {"0", "--root", root.toString(), "--bind", bind};
    try (JarProcess server = JarProcess.server().start(bind.equals("all") ? all : one)) {
      String port = server.out().await("^listening on \\S+:(\\d+),").group(1);

      JarProcess.Result result =
          JarProcess.client().jvm(jvmOptions).run(host + ":" + port, file.toString());

      assertThat(result.err()).isEmpty();
      assertThat(result.exitCode()).isZero();
      assertThat(root.resolve("file")).hasSameBinaryContentAs(file);
    }
  }

  /** A resolver of the test's own: names and their addresses. */
  private String hosts(String... lines) throws IOException {
    Path hosts = Files.write(directory.resolve("hosts"), List.of(lines));
    return "-Djdk.net.hosts.file=" + hosts;
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "127.0.0.1, localhost",
    "all, 127.0.0.1",
    // The unspecified address is this machine, as with every other program.
    "127.0.0.1, 0.0.0.0",
  })
  void shouldReachTheServerOverIpv4(String bind, String host) throws IOException {
    upload(bind, host);
  }

  @ParameterizedTest
  @CsvSource({"::1, [::1]", "all, [::1]", "::1, [0:0:0:0:0:0:0:1]", "::1, [::]"})
  void shouldReachTheServerOverIpv6(String bind, String host) throws IOException {
    assumeIpv6();

    upload(bind, host);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, true", "127.0.0.1, false", "::1, true", "::1, false"})
  void shouldTryTheAddressesOfANameInTurn(String bind, String preferIpv6) throws IOException {
    assumeIpv6();

    upload(
        bind,
        "several.test",
        hosts("127.0.0.1 several.test", "::1 several.test"),
        "-Djava.net.preferIPv6Addresses=" + preferIpv6);
  }

  @Test
  void shouldGoOnToTheNextAddressIfThereIsNoWayToOne() throws IOException {
    upload(
        "127.0.0.1",
        "several.test",
        // A link-local address without an interface cannot even be connected to.
        hosts("fe80::1 several.test", "127.0.0.1 several.test"),
        "-Djava.net.preferIPv6Addresses=true");
  }

  @Test
  void shouldSayWhyThereIsNoWayToTheOnlyAddress() throws IOException {
    JarProcess.Result result = JarProcess.client().run("[fe80::1]:12300", file.toString());

    assertThat(result.exitCode()).isEqualTo(75);
    assertThat(result.err())
        .singleElement()
        .asString()
        .matches("ferry client: no answer from \\[fe80::1]:12300 \\(.+\\); is a server running .*");
  }

  @Test
  void shouldNotKnowAnUnknownHost() throws IOException {
    JarProcess.Result result =
        JarProcess.client()
            .jvm(hosts("127.0.0.1 localhost"))
            .run("name.invalid:12300", file.toString());

    assertThat(result.exitCode()).isEqualTo(68);
    assertThat(result.err())
        .containsExactly(
            "ferry client: unknown host 'name.invalid'; check the name, or use an address");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void shouldSayThatNothingListens(String host) throws IOException {
    int port;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    JarProcess.Result result = JarProcess.client().run(host + ":" + port, file.toString());

    assertThat(result.exitCode()).isEqualTo(75);
    assertThat(result.err())
        .containsExactly(
            "ferry client: nothing listens at "
                + host
                + ":"
                + port
                + "; is the server running, and is the port right?");
  }

  @Test
  void shouldNotKnowAnUnknownAddressToListenOn() throws IOException {
    JarProcess.Result result =
        JarProcess.server()
            .jvm(hosts("127.0.0.1 localhost"))
            .run("0", "--root", root.toString(), "--bind", "name.invalid");

    assertThat(result.exitCode()).isEqualTo(68);
    assertThat(result.err()).containsExactly("ferry server: --bind: unknown host 'name.invalid'");
  }
}
