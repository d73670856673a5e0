package dev.ferry.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.Relay.Way;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client does that is not told what carries its packets. */
@Execution(ExecutionMode.SAME_THREAD)
@Isolated("a machine that is busy for seconds looks like a path that is blocked")
class TcpFallbackIT {
  private static final int BYTES = 300_000;
  private static final int LARGE_BYTES = 20_000_000;
  private static final int PORT_ATTEMPTS = 20;

  @TempDir Path directory;
  private Path root;
  private Path file;

  @BeforeEach
  void createFile() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = TestFiles.create(directory.resolve("file"), BYTES);
  }

  private static DatagramSocket bind(int port) throws IOException {
    return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** Where UDP does not get through to the server, but TCP does. */
  private static final class BlockedUdp implements AutoCloseable {
    private final TcpForwarder tcp;
    private final DatagramSocket udp;

    private BlockedUdp(TcpForwarder tcp, DatagramSocket udp) {
      this.tcp = tcp;
      this.udp = udp;
    }

    static BlockedUdp start(ServerProcess server) throws IOException {
      for (int attempt = 1; ; attempt++) {
        TcpForwarder tcp = TcpForwarder.start(0, server.address());
        try {
          return new BlockedUdp(tcp, bind(tcp.port()));
        } catch (BindException e) {
          tcp.close();
          if (attempt == PORT_ATTEMPTS) {
            throw e;
          }
        }
      }
    }

    /** The host says from now on that nothing listens there, rather than nothing at all. */
    void unbindUdp() {
      udp.close();
    }

    @Override
    public void close() throws IOException {
      udp.close();
      tcp.close();
    }
  }

  private static void assertWentOverToTcp(JarProcess.Result result, BlockedUdp path) {
    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(result.err())
        .containsExactly(
            "ferry client: no answer from " + path.tcp.address() + " over UDP; going on over TCP");
    assertThat(path.tcp.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--ferry"})
  void shouldGoOnOverTcpIfNothingAnswersOverUdp(String option) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start();
        BlockedUdp path = BlockedUdp.start(server)) {
      List<String> put = new ArrayList<>(List.of(path.tcp.address(), file.toString(), "there"));
      if (!option.isEmpty()) {
        put.add(option);
      }
      assertWentOverToTcp(JarProcess.client().byAnyWay().run(put.toArray(String[]::new)), path);
    }
    assertThat(root.resolve("there")).hasSameBinaryContentAs(file);
  }

  @Test
  void shouldGoOnOverTcpAtOnceIfNothingListensOnUdp() throws IOException {
    TestFiles.create(root.resolve("there"), BYTES);
    Path back = directory.resolve("back");
    try (ServerProcess server = ServerProcess.launcher(root).start();
        BlockedUdp path = BlockedUdp.start(server)) {
      path.unbindUdp();
      assertWentOverToTcp(
          JarProcess.client().byAnyWay().run("get", path.tcp.address(), "there", back.toString()),
          path);
    }
    assertThat(back).hasSameBinaryContentAs(root.resolve("there"));
  }

  @Test
  void shouldSayNothingIfItIsToBeQuiet() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start();
        BlockedUdp path = BlockedUdp.start(server)) {
      path.unbindUdp();
      JarProcess.Result result =
          JarProcess.client()
              .byAnyWay()
              .run(path.tcp.address(), file.toString(), "there", "--quiet");
      assertThat(result).isEqualTo(new JarProcess.Result(0, List.of(), List.of()));
    }
  }

  /** Transfers a file through a network that spoils UDP, and looks at what passed over TCP. */
  private void goOnOverTcp(
      Way content, int sizeBytes, Relay.Script network, Consumer<TcpForwarder> check)
      throws IOException {
    Path local = Files.createDirectory(directory.resolve("local"));
    RandomFile.create((content == Way.UP ? local : root).resolve("f"), sizeBytes, 7);
    try (ServerProcess server = ServerProcess.launcher(root).start();
        Relay relay = Relay.start(server.address(), network);
        TcpForwarder tcp = TcpForwarder.start(relay.port(), server.address())) {
      String[] command =
          content == Way.UP
              ? new String[] {relay.address(), "f", "f"}
              : new String[] {"get", relay.address(), "f", "f"};
      JarProcess.Result result = JarProcess.client().byAnyWay().in(local).run(command);

      assertThat(result.exitCode()).as("%s\n%s", result, server.err()).isZero();
      assertThat(result.err())
          .containsExactly(
              "ferry client: no answer from " + relay.address() + " over UDP; going on over TCP");
      check.accept(tcp);
    }
    assertThat(root.resolve("f")).hasSameBinaryContentAs(local.resolve("f"));
  }

  /** As a packet filter may from one moment to the next. */
  @ParameterizedTest
  @EnumSource
  void shouldGoOnOverTcpIfUdpIsDroppedInMidTransfer(Way content) throws IOException {
    AtomicLong passed = new AtomicLong();
    goOnOverTcp(
        content,
        LARGE_BYTES,
        (way, datagram) ->
            passed.addAndGet(way == content ? datagram.length : 0) < LARGE_BYTES / 2
                ? datagram
                : new byte[0],
        tcp -> assertThat(tcp.passedBytes(content)).isLessThan(LARGE_BYTES * 3L / 4));
  }

  /** The server answers every hello, and is never heard after that. */
  @ParameterizedTest
  @EnumSource
  void shouldGoOnOverTcpIfOnlyHandshakesGetThrough(Way content) throws IOException {
    goOnOverTcp(
        content,
        BYTES,
        (way, datagram) -> handshakeOrNothing(datagram),
        tcp -> assertThat(tcp.connections()).isEqualTo(1));
  }

  private static byte[] handshakeOrNothing(byte[] datagram) {
    boolean passes =
        !HandshakeCodec.isFerry(datagram[0]) || HandshakeCodec.isHandshake(datagram[0]);
    return passes ? datagram : new byte[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--ferry"})
  void shouldNeverTryTcpIfUdpWorks(String option) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--no-tcp");
        ServerSocketChannel trap = ServerSocketChannel.open().bind(server.address())) {
      List<String> put =
          new ArrayList<>(List.of("127.0.0.1:" + server.port(), file.toString(), "there"));
      if (!option.isEmpty()) {
        put.add(option);
      }
      JarProcess.Result result = JarProcess.client().byAnyWay().run(put.toArray(String[]::new));

      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(result.err()).isEmpty();
      trap.configureBlocking(false);
      assertThat(trap.accept()).isNull();
    }
    assertThat(root.resolve("there")).hasSameBinaryContentAs(file);
  }

  /** As long as only UDP was there, nobody was told of TCP either. */
  @Test
  void shouldSayThatNothingAnswersIfNeitherWorks() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start();
        BlockedUdp path = BlockedUdp.start(server)) {
      path.tcp.close();
      JarProcess.Result result =
          JarProcess.client().byAnyWay().run(path.tcp.address(), file.toString());

      assertThat(result.err())
          .containsExactly(
              "ferry client: no answer from "
                  + path.tcp.address()
                  + ", which is also how a server behaves that wants a key file;"
                  + " is a server running there, and does UDP get through?");
      assertThat(result.exitCode()).isEqualTo(75);
      assertThat(result.out()).isEmpty();
    }
  }

  /** Somebody else's server has the TCP port, and hangs up. */
  @Test
  void shouldGoBackToUdpIfWhoeverTakesTcpHangsUp() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LateServer server = new LateServer(bind(other.getLocalPort()))) {
      Thread hangingUp = new Thread(() -> hangUp(other), "hanging-up");
      hangingUp.setDaemon(true);
      hangingUp.start();
      server.start();

      JarProcess.Result result =
          JarProcess.client()
              .byAnyWay()
              .run("127.0.0.1:" + other.getLocalPort(), file.toString(), "f");

      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(result.out()).singleElement().asString().startsWith("sent 'f': ");
    }
  }

  private static void hangUp(ServerSocket other) {
    try {
      while (!other.isClosed()) {
        other.accept().close();
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  /**
   * A server of the lab, far away: it ignores the first address that a client comes from, and of
   * the second one more than a client sends that does not have the time.
   */
  private static final class LateServer implements AutoCloseable {
    private static final int IGNORED = 12;
    private static final int DATAGRAM_BYTES = 65_535;

    private final DatagramSocket socket;
    private final Set<SocketAddress> clients = new LinkedHashSet<>();

    LateServer(DatagramSocket socket) {
      this.socket = socket;
    }

    void start() {
      Thread thread = new Thread(this::serve, "late-server");
      thread.setDaemon(true);
      thread.start();
    }

    private void serve() {
      try {
        int ofSecond = 0;
        while (!socket.isClosed()) {
          DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
          socket.receive(packet);
          clients.add(packet.getSocketAddress());
          if (clients.size() == 2 && ++ofSecond > IGNORED) {
            answer(packet);
          }
        }
      } catch (IOException e) {
        // The test is over.
      }
    }

    private void answer(DatagramPacket packet) throws IOException {
      String datagram = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
      String[] fields = datagram.split(" \\| ", 3);
      String answer =
          fields[0].equals("s") ? "a | 1 | 1472" : "a | " + (Integer.parseInt(fields[1]) + 1);
      byte[] bytes = answer.getBytes(ISO_8859_1);
      socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
