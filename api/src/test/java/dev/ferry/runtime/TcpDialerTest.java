package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.transport.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link TcpDialer}, and a server that accepts. */
class TcpDialerTest {
  private static final long SILENT_NS = 10 * Nanos.SECOND;

  /** The server would see an end of the stream within that on the slowest machine. */
  private static final int PATIENCE_MS = 60_000;

  private ServerSocket server;
  private EventLoop loop;
  private TcpDialer dialer;

  @BeforeEach
  void dial() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    loop = EventLoop.open(NanoClock.SYSTEM);
    dialer =
        new TcpDialer(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), loop);
    assertThat(dialer.isConnected(SILENT_NS, 0)).isFalse();
  }

  @AfterEach
  void close() throws IOException {
    loop.close();
    server.close();
  }

  private static void shouldBeClosed(Socket accepted) throws IOException {
    accepted.setSoTimeout(PATIENCE_MS);
    assertThat(accepted.getInputStream().read()).isEqualTo(-1);
  }

  /** Else each transfer that ends while it is dialling leaves a socket open. */
  @Test
  void shouldCloseWhatIsConnectedAfterTheLoopHasEnded() throws IOException {
    dialer.end();
    try (Socket accepted = server.accept()) {
      shouldBeClosed(accepted);
    }
  }

  @Test
  void shouldHandOverWhatIsConnected() throws IOException {
    try (Socket accepted = server.accept()) {
      while (!dialer.isConnected(SILENT_NS, 0)) {
        Thread.onSpinWait();
      }
      dialer.take().close();
      dialer.end();
      shouldBeClosed(accepted);
    }
  }
}
