package dev.ferry.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.ferry.client.ServerLoads.Load;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.testkit.process.HostileClient;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A server with a heap of 64 MiB, of which strangers from everywhere hold all that they can at the
 * same time. {@code ServerMemoryTest} compares what that takes with what there is.
 */
@Execution(ExecutionMode.SAME_THREAD)
class AllLimitsIT {
  private static final int FILE_BYTES = 3_000_000;
  private static final int PATIENCE_MS = 30_000;

  /** Makes many directories, and so the disk slow: what is sent meanwhile is early. */
  private static final String DEEP = "d/".repeat(200);

  private static final List<Operation> ASKED_FOR =
      List.of(Operation.PUT, Operation.GET, Operation.LIST);
  private static final int CONNECTIONS_OF_MANY = 20;

  /** Fewer than a server takes, whatever its heap. */
  private static final int FILES_OF_A_CONNECTION = 300;

  private static final int EARLY_PACKETS = 40;
  private static final int PACKET_BYTES = 1000;
  private static final int ISLANDS = 100;
  private static final int STRANGERS_BYTES = 4_000_000;

  /** Such a start counts for three. */
  private static final String LONG_NAME = ("x".repeat(240) + "/").repeat(4) + "x";

  @TempDir Path directory;
  private Path root;
  private ServerLoads loads;
  private Load limits;
  private final List<HostileClient> strangers = new ArrayList<>();
  private int hosts;

  @BeforeEach
  void prepare() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    loads = new ServerLoads(directory.resolve("stats"));
    try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(address(1), 0))) {
      assertThat(probe.isBound()).isTrue();
    } catch (SocketException e) {
      Assumptions.abort("only 127.0.0.1 is a loopback address here: " + e.getMessage());
    }
  }

  @AfterEach
  void closeAll() throws IOException {
    for (HostileClient stranger : strangers) {
      stranger.close();
    }
  }

  private static InetAddress address(int number) {
    return InetAddresses.forString("127.20." + number / 250 + "." + (1 + number % 250));
  }

  /** A host that nobody has been before, so that no limit for one network counts. */
  private InetAddress stranger() {
    return address(hosts++);
  }

  private ServerProcess start() throws IOException {
    ServerProcess server =
        ServerProcess.launcher(root)
            .jvm("-Xmx64m", "-XX:+ExitOnOutOfMemoryError")
            .start("--stats", directory.resolve("stats").toString(), "--stats-interval", "50ms");
    loads.until(load -> true);
    limits = loads.limits();
    return server;
  }

  private static String exchange(DatagramSocket socket, String datagram) throws IOException {
    byte[] bytes = datagram.getBytes(US_ASCII);
    socket.send(new DatagramPacket(bytes, bytes.length));
    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
    socket.receive(answer);
    return new String(answer.getData(), 0, answer.getLength(), US_ASCII);
  }

  /** A lab start, padded as our own client does it, and perhaps content behind it. */
  private void startInLabMode(ServerProcess server, boolean sends) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(stranger(), 0))) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.connect(server.address());
      String name = sends ? "lab-" + hosts : hosts + LONG_NAME;
      String start = String.format(Locale.ROOT, "s | 0 | %s | %020d", name, STRANGERS_BYTES);
      assertThat(exchange(socket, start)).startsWith("a | 1 | ");
      if (sends) {
        assertThat(exchange(socket, "d | 1 | x")).isEqualTo("a | 2");
      }
    }
  }

  private HostileClient overUdp(ServerProcess server) throws IOException {
    HostileClient client = HostileClient.overUdp(stranger(), server.address());
    strangers.add(client);
    return client;
  }

  private HostileClient overTcp(ServerProcess server) throws IOException {
    HostileClient client = HostileClient.overTcp(stranger(), server.address());
    strangers.add(client);
    return client;
  }

  /** Opens a file far below, sends what belongs there before it is open, and then islands. */
  private void put(HostileClient client) throws IOException {
    client.put(DEEP + strangers.size(), STRANGERS_BYTES);
    for (int i = 0; i < EARLY_PACKETS; i++) {
      client.content(10_000L + 2L * PACKET_BYTES * i, PACKET_BYTES);
    }
    for (int i = 0; i < ISLANDS; i++) {
      client.content(1 + 2L * i, 1);
    }
  }

  private void holdEverything(ServerProcess server) throws IOException {
    for (long i = 0; i < limits.of("labStarts") / 3; i++) {
      startInLabMode(server, false);
    }
    // From here on they last for two minutes.
    for (long i = 0; i < limits.of("labFiles"); i++) {
      startInLabMode(server, true);
    }
    long streams = limits.of("streams");
    long files = limits.of("files") - 1; // One is the honest client's.
    for (long i = 0; i < Math.min(streams, files); i++) {
      put(overTcp(server));
    }
    for (long i = streams; i < files; i++) {
      put(overUdp(server));
    }
    for (long i = Math.max(0, files - streams);
        i < limits.of("connections") - 1 - CONNECTIONS_OF_MANY;
        i++) {
      overUdp(server).ping();
    }
    openManyFiles(server);
    holdMemory();
    for (int i = 0; i < limits.of("halfOpen"); i++) {
      HostileClient.overUdp(stranger(), server.address()).close();
    }
  }

  /**
   * Connections of many files, which take the place of some that ask for nothing: as many opens as
   * each takes, content that comes before its file is open, with gaps and with an end that is none,
   * and lists. There is no place for these files, of which the strangers do not want to hear.
   */
  private void openManyFiles(ServerProcess server) throws IOException {
    for (int i = 0; i < CONNECTIONS_OF_MANY; i++) {
      HostileClient client = HostileClient.ofManyFiles(stranger(), server.address());
      strangers.add(client);
      for (int file = 0; file < FILES_OF_A_CONNECTION; file++) {
        Operation operation = ASKED_FOR.get(file % ASKED_FOR.size());
        String name = "many-" + strangers.size() + "-" + file;
        if (operation == Operation.PUT) {
          client.content(file, 1 + 2L * PACKET_BYTES, PACKET_BYTES);
          client.open(file, operation, name, STRANGERS_BYTES);
          client.content(file, 1, 1);
          client.finish(file, STRANGERS_BYTES);
        } else {
          client.open(file, operation, name, 0);
        }
      }
    }
  }

  /** Frames of which most has been sent. */
  private void holdMemory() throws IOException {
    byte[] most = ByteBuffer.allocate(60_000).putInt(65_507).array();
    for (int i = 0; i < limits.of("streams"); i++) {
      strangers.get(i).raw(most);
    }
  }

  private boolean isFull(Load load) {
    return load.of("files") == limits.of("files")
        && load.of("labFiles") == limits.of("labFiles")
        && load.of("connections") == limits.of("connections")
        && load.of("streams") == limits.of("streams")
        && load.of("halfOpen") > limits.of("halfOpen") / 10 * 9
        && load.of("labPeers") > limits.of("labStarts") / 4
        && load.of("heldBytes") > limits.of("heldBytes") / 10 * 9;
  }

  private void leave() throws IOException {
    for (HostileClient stranger : strangers) {
      stranger.leave();
      stranger.close();
    }
  }

  @Test
  void shouldServeAnHonestClientWhileEverythingIsHeld() throws Exception {
    Path file = TestFiles.create(directory.resolve("file"), FILE_BYTES);
    Gate gate = new Gate(FILE_BYTES / 3);
    try (ServerProcess server = start();
        Relay relay = Relay.start(server.address(), gate);
        gate;
        JarProcess honest =
            JarProcess.client().start(relay.address(), file.toString(), "honest", "--ferry")) {
      gate.awaitClosed();
      holdEverything(server);
      loads.until(this::isFull);

      gate.open();
      JarProcess.Result result = honest.await();
      assertThat(result.exitCode()).as("%s\n%s", result, server.err()).isZero();
      assertThat(root.resolve("honest")).hasSameBinaryContentAs(file);

      // Streams with half a frame do not last until their idle time.
      leave();
      loads.until(load -> load.of("connections") == 0 && load.of("files") == 0);
      JarProcess.Result later =
          JarProcess.client().run("127.0.0.1:" + server.port(), file.toString(), "l", "--ferry");
      assertThat(later.exitCode()).as("%s", later).isZero();
      assertThat(server.stop()).as("%s", server.err()).isZero();
      for (String table : List.of("files", "labFiles", "connections", "streams", "halfOpen")) {
        assertThat(loads.most(table)).as(table).isEqualTo(limits.of(table));
      }
      assertThat(loads.most("heldBytes")).isLessThanOrEqualTo(limits.of("heldBytes"));
    }
  }

  /** Lets some content pass, and then nothing for a while. */
  private static final class Gate implements Relay.Script, AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);
    private final long afterBytes;
    private long passedBytes;

    Gate(long afterBytes) {
      this.afterBytes = afterBytes;
    }

    void awaitClosed() throws InterruptedException {
      closed.await();
    }

    void open() {
      opened.countDown();
    }

    /** So that the relay can be closed. */
    @Override
    public void close() {
      open();
    }

    @Override
    public byte[] pass(Relay.Way way, byte[] datagram) {
      if (way == Relay.Way.UP) {
        passedBytes += datagram.length;
        if (passedBytes > afterBytes) {
          closed.countDown();
          awaitOpened();
        }
      }
      return datagram;
    }

    private void awaitOpened() {
      try {
        opened.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
