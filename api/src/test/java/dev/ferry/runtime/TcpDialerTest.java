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
import org.junit.jupiter.api.Test;

/** {@link TcpDialer}, and a server that accepts. */
class TcpDialerTest {
  private static final long SILENT_NS = 10 * Nanos.SECOND;

  /** The server would see an end of the stream within that on the slowest machine. */
  private static final int PATIENCE_MS = 60_000;

  /** Else each transfer that ends while it is dialling leaves a socket open. */
  @Test
  void shouldCloseWhatIsConnectedAfterTheLoopHasEnded() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      TcpDialer dialer =
          new TcpDialer(
              new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), loop);
      assertThat(dialer.isConnected(SILENT_NS, 0)).isFalse();
      dialer.end();
      try (Socket accepted = server.accept()) {
        accepted.setSoTimeout(PATIENCE_MS);
        assertThat(accepted.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void shouldHandOverWhatIsConnected() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      TcpDialer dialer =
          new TcpDialer(
              new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), loop);
      assertThat(dialer.isConnected(SILENT_NS, 0)).isFalse();
      try (Socket accepted = server.accept()) {
        while (!dialer.isConnected(SILENT_NS, 0)) {
          Thread.onSpinWait();
        }
        dialer.take().close();
        dialer.end();
        accepted.setSoTimeout(PATIENCE_MS);
        assertThat(accepted.getInputStream().read()).isEqualTo(-1);
      }
    }
  }
}
