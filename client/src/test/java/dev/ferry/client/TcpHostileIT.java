package dev.ferry.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.testkit.process.HostileClient;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.TestPut;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP connections by others than our client, to the real server. */
@Execution(ExecutionMode.SAME_THREAD)
class TcpHostileIT {
  private static final int PATIENCE_MS = 60_000;

  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  private static Socket connect(ServerProcess server) throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.port());
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  /** Without a byte; a reset is as good. */
  private static void assertClosed(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  private void shouldStillServe(ServerProcess server) throws IOException {
    Path file = TestFiles.create(directory.resolve("file"), 100_000);
    JarProcess.Result result =
        JarProcess.client()
            .run("127.0.0.1:" + server.port(), file.toString(), "f", "--transport", "tcp");
    assertThat(result.exitCode()).as("%s\n%s", result, server.err()).isZero();
    assertThat(root.resolve("f")).hasSameBinaryContentAs(file);
  }

  /**
   * Another protocol; a frame of 8 MB, or of more than a hello; a marker that is missing; nothing,
   * and the end.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "\0\u007f\u007f\u007f",
        "\0\0\u0008\1",
        "r\u0008\1",
        "r\0\1xyz",
        ""
      })
  void shouldHangUpOnWhoSpeaksSomethingElse(String said) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start();
        Socket socket = connect(server)) {
      socket.getOutputStream().write(said.getBytes(US_ASCII));
      if (said.isEmpty()) {
        socket.shutdownOutput();
      }
      assertClosed(socket);
      shouldStillServe(server);
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    }
  }

  /** A frame of 1200 bytes would take it ten minutes; it has ten seconds where places are few. */
  @Test
  void shouldHangUpOnWhoSendsAByteNowAndThen() throws IOException {
    byte[] said = new byte[1204];
    said[2] = 1200 >> 8;
    said[3] = (byte) 1200;
    try (ServerProcess server = ServerProcess.launcher(root).start("--max-sessions", "1");
        Socket socket = connect(server)) {
      socket.setSoTimeout(500);
      int next = 0;
      while (next < 2 * PATIENCE_MS / 1000 && sendsAndStaysOpen(socket, said[next])) {
        next++;
      }
      assertThat(next).as("bytes").isBetween(4, 2 * PATIENCE_MS / 1000 - 1);
      shouldStillServe(server);
    }
  }

  /** Waits for an answer as long as the socket lets it. */
  private static boolean sendsAndStaysOpen(Socket socket, byte next) throws IOException {
    try {
      socket.getOutputStream().write(next);
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  @Test
  void shouldHangUpOnWhoComesWhenThereAreTooMany() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try (ServerProcess server = ServerProcess.launcher(root).start("--max-sessions", "2")) {
      try {
        for (int i = 0; i < 4; i++) {
          idle.add(connect(server));
        }
        try (Socket next = connect(server)) {
          assertClosed(next);
        }
      } finally {
        for (Socket socket : idle) {
          socket.close();
        }
      }
      shouldStillServe(server);
    }
  }

  /** Connections of Ferry mode, which are kept for minutes without a word. */
  @Test
  @EnabledOnOs(OS.LINUX) // Where all of 127.0.0.0/8 are addresses of this machine.
  void shouldServeOthersWhereOneAddressHoldsAllThatItCan() throws IOException {
    InetAddress stranger = InetAddresses.forString("127.9.9.9");
    List<HostileClient> held = new ArrayList<>();
    try (ServerProcess server = ServerProcess.launcher(root).start("--max-sessions", "20")) {
      try {
        while (held.size() < 40) {
          HostileClient next = HostileClient.overTcp(stranger, server.address());
          held.add(next);
          next.ping();
        }
      } catch (IOException e) {
        // It has had enough, as it should.
      }
      assertThat(held).hasSize(30);
      shouldStillServe(server);
      for (HostileClient each : held) {
        each.ping();
      }
    } finally {
      for (HostileClient each : held) {
        each.close();
      }
    }
  }

  /** As over UDP; with the default limits and little memory. */
  @Test
  void shouldServeAHundredClientsAtOnceWithLittleMemory() throws Exception {
    int clients = 100;
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    ExecutorService diskWorkers = Executors.newFixedThreadPool(2);
    try (ServerProcess server = ServerProcess.launcher(root).jvm("-Xmx64m").start()) {
      List<Future<?>> ends = new ArrayList<>();
      for (int number = 0; number < clients; number++) {
        String name = "file-" + number;
        Path file = RandomFile.create(directory.resolve(name), 50_000 + 7_777 * number, number);
        ends.add(
            threads.submit(
                () ->
                    assertThat(TestPut.overTcp(server.address(), name, file, diskWorkers))
                        .isInstanceOf(ClientEvent.Completed.class)));
      }
      for (Future<?> end : ends) {
        end.get(PATIENCE_MS * 3L, TimeUnit.MILLISECONDS);
      }
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    } finally {
      threads.shutdownNow();
      diskWorkers.shutdownNow();
    }
    for (int number = 0; number < clients; number++) {
      String name = "file-" + number;
      assertThat(Files.mismatch(root.resolve(name), directory.resolve(name))).isEqualTo(-1);
    }
  }
}
