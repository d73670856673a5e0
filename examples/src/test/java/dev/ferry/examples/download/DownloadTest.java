package dev.ferry.examples.download;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.HostPort;
import dev.ferry.examples.Output;
import dev.ferry.examples.support.Tcp;
import dev.ferry.framing.ControlPacket;
import dev.ferry.framing.ControlPacket.Opcode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client and the server with each other. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DownloadTest {
  private final Output output = new Output();
  private ServerSocket listener;
  private Path root;
  private Path local;

  @BeforeEach
  void listen(@TempDir Path directory) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    root = Files.createDirectory(directory.resolve("root"));
    local = Files.createDirectory(directory.resolve("local"));
    Files.writeString(directory.resolve("secret"), "not below the root");
    Files.createSymbolicLink(root.resolve("link"), directory.resolve("secret"));
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  /** Serves one client. */
  private CompletableFuture<Void> serve() {
    DownloadServer server = new DownloadServer(DownloadServer.filesBelow(root), output.stream());
    return CompletableFuture.runAsync(
        () -> {
          try {
            Tcp.serveNext(listener, server, output.stream());
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private Socket connect() throws CommandException {
    return Tcp.connect(new HostPort("127.0.0.1", listener.getLocalPort()));
  }

  private long fetch(String name, long maxBytes) throws CommandException, IOException {
    try (Socket socket = connect()) {
      return new DownloadClient(DownloadClient.store(local, maxBytes)).fetch(name, socket);
    }
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, 1, 1023, 1024, 1025, 300_000})
  void shouldFetchAFile(int size) throws Exception {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Files.createDirectory(root.resolve("below"));
    Files.write(root.resolve("below/ä file"), content);
    CompletableFuture<Void> served = serve();
    assertThat(fetch("below/ä file", ControlPacket.MAX_SIZE)).isEqualTo(size);
    served.join();
    assertThat(local.resolve("below/ä file")).hasBinaryContent(content);
    assertThat(filesIn(local)).hasSize(1);
    assertThat(output.after("sent ")).containsExactly("'below/ä file', " + size + " bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "../secret, name not allowed",
    "below/../../secret, name not allowed",
    "/etc/hostname, name not allowed",
    "link, no such file",
    "nowhere, no such file",
    ".ferry-part, name not allowed"
  })
  void shouldGetANakAndNoByteOfWhatIsNotBelowTheRoot(String name, String reason) throws Exception {
    CompletableFuture<Void> served = serve();
    byte[] answer;
    try (Socket socket = connect()) {
      write(socket, new ControlPacket(Opcode.REQUEST, 0, name));
      answer = socket.getInputStream().readAllBytes();
    }
    served.join();
    assertThat(answer).hasSize(ControlPacket.BYTES);
    assertThat(ControlPacket.decode(ByteBuffer.wrap(answer)))
        .isEqualTo(new ControlPacket(Opcode.NAK, 0, reason));
  }

  @Test
  void shouldTellTheUserThatTheServerRefuses() throws Exception {
    CompletableFuture<Void> served = serve();
    assertThatThrownBy(() -> fetch("../secret", ControlPacket.MAX_SIZE))
        .isInstanceOf(CommandException.class)
        .hasMessage("the server says: name not allowed")
        .extracting(e -> ((CommandException) e).exitCode())
        .isEqualTo(ExitCode.REFUSED);
    served.join();
    assertThat(filesIn(local)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "file,     10, too large",
    "taken,    11, exists",
    "taken/it, 11, cannot create",
  })
  void shouldSayNakToWhatItCannotStore(String name, long maxBytes, String reason) throws Exception {
    Path served = root.resolve(name);
    Files.createDirectories(served.getParent());
    Files.writeString(served, "eleven byte");
    Files.writeString(local.resolve("taken"), "here before");
    CompletableFuture<Void> server = serve();
    assertThatThrownBy(() -> fetch(name, maxBytes))
        .isInstanceOf(CommandException.class)
        .extracting(e -> ((CommandException) e).exitCode())
        .isEqualTo(ExitCode.CANNOT_CREATE);
    server.join();
    assertThat(output.after("not wanted: ")).containsExactly(reason);
    assertThat(output.text()).endsWith("the client has left\n").doesNotContain("sent");
    assertThat(filesIn(local)).containsExactly(local.resolve("taken"));
    assertThat(local.resolve("taken")).hasContent("here before");
  }

  @Test
  void shouldSendNothingAfterANak() throws Exception {
    Files.writeString(root.resolve("file"), "content");
    CompletableFuture<Void> served = serve();
    byte[] answer;
    try (Socket socket = connect()) {
      write(socket, new ControlPacket(Opcode.REQUEST, 0, "file"));
      write(socket, new ControlPacket(Opcode.NAK, 0, "changed my mind"));
      answer = socket.getInputStream().readAllBytes();
    }
    served.join();
    assertThat(ControlPacket.decode(ByteBuffer.wrap(answer)))
        .isEqualTo(new ControlPacket(Opcode.ACK, 7, "file"));
  }

  @Test
  void shouldLoseAClientThatSpeaksOtherwiseAndServeTheNext() throws Exception {
    Files.writeString(root.resolve("file"), "content");
    for (String rubbish : List.of("GET / HTTP/1.1\r\n", "x".repeat(256), "\3".repeat(5))) {
      CompletableFuture<Void> served = serve();
      try (Socket socket = connect()) {
        socket.getOutputStream().write(rubbish.getBytes(UTF_8));
        socket.shutdownOutput();
        assertThat(socket.getInputStream().read()).isNegative();
      }
      served.join();
    }
    assertThat(output.after("the client is lost: ")).hasSize(3);
    CompletableFuture<Void> served = serve();
    assertThat(fetch("file", ControlPacket.MAX_SIZE)).isEqualTo(7);
    served.join();
  }

  private static void write(Socket socket, ControlPacket packet) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(ControlPacket.BYTES);
    packet.encode(bytes);
    OutputStream stream = socket.getOutputStream();
    stream.write(bytes.array());
  }
}
