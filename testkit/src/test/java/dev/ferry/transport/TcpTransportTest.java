package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.PassiveEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real connection, the time of the test's own, and a peer that does nothing. */
class TcpTransportTest {
  private static final int DATAGRAM_BYTES = 32_768;
  private static final InetSocketAddress ANYWHERE = new InetSocketAddress(9);

  /** Sends until it has ended; counts what was taken from it. */
  private static final class Talker extends PassiveEngine<String> {
    private int sent;
    private int disconnects;
    private boolean ended;

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {}

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      if (ended) {
        return false;
      }
      sent++;
      transmit.begin().put(new byte[DATAGRAM_BYTES]);
      transmit.finish(ANYWHERE);
      return true;
    }

    @Override
    public void onDisconnected(long nowNs) {
      disconnects++;
      ended = true;
    }

    @Override
    public boolean isEnded() {
      return ended;
    }
  }

  private final Talker engine = new Talker();
  private Selector selector;
  private SocketChannel peer;
  private TcpTransport<String> port;

  @BeforeEach
  void connect() throws IOException {
    selector = Selector.open();
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      peer = SocketChannel.open(listener.getLocalAddress());
      port =
          TcpTransport.ofClient(
              listener.accept(), StreamFraming.LENGTH, engine, (event, nowNs) -> {});
    }
    port.joined(port.channel().register(selector, 0));
  }

  @AfterEach
  void close() throws IOException {
    port.channel().close();
    peer.close();
    selector.close();
  }

  private SelectionKey key() {
    return port.channel().keyFor(selector);
  }

  @Test
  void shouldTakeNoMoreThanTheConnectionDoes() {
    port.turn(0);
    int taken = engine.sent;
    assertThat(key().interestOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);

    port.turn(Nanos.SECOND);
    assertThat(engine.sent).isEqualTo(taken);
  }

  @Test
  void shouldNotWaitForEverForAPeerToReadTheLastFrame() {
    port.turn(0);
    engine.ended = true;
    port.turn(Nanos.SECOND);
    assertThat(port.isClosed()).isFalse();
    assertThat(port.nextTimeout()).isEqualTo(6 * Nanos.SECOND);

    port.turn(6 * Nanos.SECOND - 1);
    assertThat(port.isClosed()).isFalse();
    port.turn(6 * Nanos.SECOND);
    assertThat(port.isClosed()).isTrue();
    assertThat(port.nextTimeout()).isEqualTo(Nanos.NEVER);
  }

  @Test
  void shouldEndWhenThePeerHasClosedItsHalf() throws IOException {
    peer.shutdownOutput();
    selector.select();
    port.onReady(() -> 0);

    assertThat(engine.disconnects).isEqualTo(1);
    port.turn(0);
    assertThat(port.isClosed()).isTrue();
    assertThat(engine.disconnects).isEqualTo(1);
  }
}
