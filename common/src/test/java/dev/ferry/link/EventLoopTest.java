package dev.ferry.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.engine.PassiveEngine;
import dev.ferry.time.NanoClock;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What the loop makes of errors of the network. */
class EventLoopTest {
  private static final int PORT = 12300;

  /** Reports so many errors of the path before each datagram. */
  private static final class BadPath extends DatagramSocket {
    private final int errors;
    private int reported;

    BadPath(int errors) throws SocketException {
      super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      this.errors = errors;
    }

    @Override
    public synchronized void receive(DatagramPacket packet) throws IOException {
      if (reported++ < errors) {
        throw new NoRouteToHostException("No route to host");
      }
      reported = 0;
      packet.setLength(1);
      packet.setSocketAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
    }
  }

  /** Counts datagrams. */
  private static final class Counter extends PassiveEngine<Integer> {
    private int handled;
    private int reported;

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      handled++;
    }

    @Override
    public Integer pollEvent() {
      return handled == reported ? null : ++reported;
    }
  }

  private static int datagramsUntil(int enough, DatagramSocket socket) throws IOException {
    Counter counter = new Counter();
    try (EventLoop loop = EventLoop.overConnected(socket, NanoClock.SYSTEM)) {
      loop.run(
          counter,
          (count, nowNs) -> {
            if (count >= enough) {
              loop.stop();
            }
          });
      assertThat(loop.lastError()).hasMessage("No route to host");
    }
    return counter.handled;
  }

  @Test
  void shouldTakeAPathThatCannotBeUsedForLoss() throws IOException {
    try (DatagramSocket socket = new BadPath(90)) {
      assertThat(datagramsUntil(5, socket)).isEqualTo(5);
    }
  }

  @Test
  void shouldGiveUpASocketThatOnlyFails() throws IOException {
    try (DatagramSocket socket = new BadPath(Integer.MAX_VALUE)) {
      assertThatThrownBy(() -> datagramsUntil(1, socket))
          .isInstanceOf(NoRouteToHostException.class);
    }
  }

  @Test
  void shouldNotCountErrorsWithATimeoutBetweenThem() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)) {
          private int calls;

          @Override
          public synchronized void receive(DatagramPacket packet) throws IOException {
            if (++calls % 2 == 0) {
              throw new SocketTimeoutException();
            }
            if (calls < 1001) {
              throw new NoRouteToHostException("No route to host");
            }
            packet.setLength(1);
            packet.setSocketAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
          }
        }) {
      assertThat(datagramsUntil(1, socket)).isEqualTo(1);
    }
  }
}
