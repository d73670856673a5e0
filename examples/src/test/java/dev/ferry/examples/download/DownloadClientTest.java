package dev.ferry.examples.download;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.examples.support.Tcp;
import dev.ferry.framing.ControlPacket;
import dev.ferry.framing.ControlPacket.Opcode;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client with servers that do what ours does not. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DownloadClientTest {
  @TempDir Path local;
  private ServerSocket listener;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  /** What a server does when it has read the request. */
  private interface Script {
    void run(Socket client) throws IOException;
  }

  private CompletableFuture<Void> serve(Script script) {
    return CompletableFuture.runAsync(
        () -> {
          try (Socket client = listener.accept()) {
            read(client);
            script.run(client);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static ControlPacket read(Socket client) throws IOException {
    byte[] packet = client.getInputStream().readNBytes(ControlPacket.BYTES);
    return ControlPacket.decode(ByteBuffer.wrap(packet));
  }

  private static byte[] header(long size, String content) {
    byte[] data = content.getBytes(UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(ControlPacket.BYTES + data.length);
    new ControlPacket(Opcode.ACK, size, "file").encode(bytes);
    return bytes.put(data).array();
  }

  private long fetch() throws CommandException, IOException {
    try (Socket socket = Tcp.connect(new HostPort("127.0.0.1", listener.getLocalPort()))) {
      return new DownloadClient(DownloadClient.store(local, 1 << 20)).fetch("file", socket);
    }
  }

  @Test
  void shouldTakeDataThatIsGluedToTheHeader() throws Exception {
    String content = "content\n".repeat(300);
    CompletableFuture<Void> served =
        serve(
            client -> {
              client.getOutputStream().write(header(content.length(), content + "and more"));
              assertThat(read(client).opcode()).isEqualTo(Opcode.ACK);
              assertThat(read(client).opcode()).isEqualTo(Opcode.END);
            });
    assertThat(fetch()).isEqualTo(content.length());
    served.join();
    assertThat(local.resolve("file")).hasContent(content);
  }

  @Test
  void shouldTakeAHeaderInPieces() throws Exception {
    CompletableFuture<Void> served =
        serve(
            client -> {
              client.setTcpNoDelay(true);
              for (byte b : header(7, "content")) {
                client.getOutputStream().write(b);
              }
              assertThat(read(client).opcode()).isEqualTo(Opcode.ACK);
            });
    assertThat(fetch()).isEqualTo(7);
    served.join();
    assertThat(local.resolve("file")).hasContent("content");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepNothingOfAFileWhoseServerDies(boolean reset) {
    CompletableFuture<Void> served =
        serve(
            client -> {
              client.getOutputStream().write(header(10, ""));
              assertThat(read(client).opcode()).isEqualTo(Opcode.ACK);
              client.getOutputStream().write("cont".getBytes(UTF_8));
              if (reset) {
                client.setSoLinger(true, 0);
              }
            });
    assertThatThrownBy(this::fetch).isInstanceOfAny(EOFException.class, SocketException.class);
    served.join();
    assertThat(local).isEmptyDirectory();
  }

  @Test
  void shouldShowNothingUnderTheNameBeforeAllIsThere() throws Exception {
    CompletableFuture<Void> served =
        serve(
            client -> {
              client.getOutputStream().write(header(8, ""));
              assertThat(read(client).opcode()).isEqualTo(Opcode.ACK);
              for (char letter : "content".toCharArray()) {
                client.getOutputStream().write(letter);
                requirePart();
                assertThat(local.resolve("file")).doesNotExist();
              }
              client.getOutputStream().write('s');
              assertThat(read(client).opcode()).isEqualTo(Opcode.END);
              assertThat(local.resolve("file")).hasContent("contents");
            });
    fetch();
    served.join();
    assertThat(local).isDirectoryNotContaining(path -> !path.endsWith("file"));
  }

  /** There is a part file by the time the client says ACK. */
  private void requirePart() throws IOException {
    try (Stream<Path> files = Files.list(local)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void shouldSucceedWithAServerThatLeavesBeforeTheEnd() throws Exception {
    CompletableFuture<Void> served =
        serve(
            client -> {
              client.getOutputStream().write(header(7, "content"));
              assertThat(read(client).opcode()).isEqualTo(Opcode.ACK);
            });
    assertThat(fetch()).isEqualTo(7);
    served.join();
    assertThat(local.resolve("file")).hasContent("content");
  }

  @Test
  void shouldNotTakeAnotherPacketForAHeader() {
    CompletableFuture<Void> served =
        serve(
            client -> {
              ByteBuffer end = ByteBuffer.allocate(ControlPacket.BYTES);
              new ControlPacket(Opcode.END, 0, "").encode(end);
              client.getOutputStream().write(end.array());
            });
    assertThatThrownBy(this::fetch).hasMessageContaining("out of place");
    served.join();
    assertThat(local).isEmptyDirectory();
  }

  @Test
  void shouldNotAskForANameThatDoesNotFit() {
    assertThatThrownBy(
            () -> {
              try (Socket socket =
                  Tcp.connect(new HostPort("127.0.0.1", listener.getLocalPort()))) {
                new DownloadClient(DownloadClient.store(local, 1)).fetch("x".repeat(252), socket);
              }
            })
        .isInstanceOf(CommandException.class)
        .extracting(e -> ((CommandException) e).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }
}
