package dev.ferry.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.cli.HostPort;
import dev.ferry.examples.support.Shown;
import dev.ferry.examples.support.Tcp;
import dev.ferry.examples.tlv.TlvClient;
import dev.ferry.examples.tlv.TlvServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TlvTest {
  private final Output server = new Output();
  private final Output client = new Output();
  private ServerSocket listener;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  private CompletableFuture<Void> serve(int bufferBytes) {
    TlvServer service = new TlvServer(bufferBytes, server.stream());
    return CompletableFuture.runAsync(
        () -> {
          try {
            Tcp.serveNext(listener, service, server.stream());
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1024, 65536})
  void shouldReceiveDatagramsAsTheyWereSent(int bufferBytes) throws Exception {
    CompletableFuture<Void> served = serve(bufferBytes);
    TlvClient.run(List.of("127.0.0.1:" + listener.getLocalPort()), client.stream());
    served.join();
    List<String> shown =
        TlvClient.datagrams().stream().map(ByteBuffer::wrap).map(Shown::of).toList();
    assertThat(server.after("datagram of ")).isEqualTo(shown);
    assertThat(client.after("sent ")).isEqualTo(shown);
    assertThat(server.text()).doesNotContain("dropped", "cut off");
  }

  @Test
  void shouldDropWhatIsNoDatagramAndTakeTheNextOne() throws Exception {
    CompletableFuture<Void> served = serve(1024);
    try (Socket socket = Tcp.connect(new HostPort("127.0.0.1", listener.getLocalPort()))) {
      OutputStream stream = socket.getOutputStream();
      TlvClient.send("one".getBytes(UTF_8), stream);
      server.await("datagram of ", 1);
      stream.write("hello?".getBytes(UTF_8));
      server.await("dropped ", 1);
      TlvClient.send("two".getBytes(UTF_8), stream);
      stream.write(new byte[] {0x72, 0, 1});
    }
    served.join();
    assertThat(server.after(" datagram "))
        .containsExactly("of 3 bytes 'one'", "begins with 0x68", "of 3 bytes 'two'", "is cut off");
    assertThat(server.after("dropped ")).containsExactly("6 bytes: no datagram begins with 0x68");
  }
}
