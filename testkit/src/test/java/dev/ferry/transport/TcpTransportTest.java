package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.ByteBudget;
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
    private int received;
    private int disconnects;
    private boolean ended;
    private boolean silent;

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      received++;
    }

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      if (ended || silent) {
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

  /** A server's end, with no memory left but what each connection has of its own. */
  private ByteBudget.Share connectWithoutMemory() throws IOException {
    close();
    ByteBudget budget = new ByteBudget(1 << 20, 1 << 20, 0);
    ByteBudget.Share others = budget.share(InetAddress.getLoopbackAddress());
    others.hold(1 << 20);
    selector = Selector.open();
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      peer = SocketChannel.open(listener.getLocalAddress());
      port =
          TcpTransport.ofServer(
              listener.accept(), engine, (event, nowNs) -> {}, new TcpBuffers(), budget);
    }
    port.joined(port.channel().register(selector, 0));
    return others;
  }

  private void readUntilHeldBack() throws IOException {
    while (key().interestOps() != 0) {
      selector.select();
      selector.selectedKeys().clear();
      port.onReady(() -> 0);
    }
  }

  @Test
  void shouldHoldBackWhoSendsWhatThereIsNoMemoryFor() throws IOException {
    engine.silent = true;
    ByteBudget.Share others = connectWithoutMemory();
    peer.write(ByteBuffer.allocate(4 + 1000).putInt(1000).clear());
    peer.write(ByteBuffer.allocate(4 + DATAGRAM_BYTES).putInt(DATAGRAM_BYTES).clear());
    readUntilHeldBack();
    assertThat(engine.received).as("what fits").isEqualTo(1);
    assertThat(engine.disconnects).isZero();
    assertThat(port.nextTimeout()).isEqualTo(50 * Nanos.MILLISECOND);

    others.hold(0);
    port.turn(50 * Nanos.MILLISECOND);
    while (engine.received < 2) {
      selector.select();
      selector.selectedKeys().clear();
      port.onReady(() -> 50 * Nanos.MILLISECOND);
    }
    assertThat(engine.disconnects).isZero();
    assertThat(others.leftBytes()).isEqualTo(1 << 20);
  }

  @Test
  void shouldAskForNothingThatThereIsNoMemoryFor() throws IOException {
    ByteBudget.Share others = connectWithoutMemory();
    peer.write(ByteBuffer.allocate(4 + 1000).putInt(1000).clear());
    selector.select();
    port.onReady(() -> 0);
    port.turn(0);
    assertThat(engine.sent).isZero();
    assertThat(port.nextTimeout()).isEqualTo(50 * Nanos.MILLISECOND);

    others.hold(0);
    port.turn(50 * Nanos.MILLISECOND);
    assertThat(engine.sent).isPositive();
    assertThat(engine.disconnects).isZero();
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
