package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
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

/**
 * A real connection, the time of the test's own, and a peer that reads only where a test says so.
 */
class TcpTransportTest {
  private static final int DATAGRAM_BYTES = 32_768;
  private static final int BUDGET_BYTES = 1 << 20;

  /** What a connection holds without memory from the budget. */
  private static final int FREE_BYTES = 4 << 10;

  private static final InetSocketAddress ANYWHERE = new InetSocketAddress(9);

  /** Sends until it has ended; counts what was taken from it. */
  private static final class Talker extends PassiveEngine<String> {
    private int sent;
    private long sentBytes;
    private int received;
    private int disconnects;
    private int datagramBytes = DATAGRAM_BYTES;
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
      ByteBuffer datagram = transmit.begin();
      datagram.put(new byte[Math.min(datagramBytes, datagram.remaining())]);
      sentBytes += datagram.position();
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
  private final ByteBudget budget = new ByteBudget(BUDGET_BYTES, BUDGET_BYTES, 0);

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
    return connectWithMemory(0);
  }

  /** A server's end, with so much memory left in the budget, in bytes. */
  private ByteBudget.Share connectWithMemory(int leftBytes) throws IOException {
    close();
    ByteBudget.Share others = budget.share(InetAddress.getLoopbackAddress());
    others.hold(BUDGET_BYTES - leftBytes);
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
      port.onReady(() -> 0, 0);
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
      port.onReady(() -> 50 * Nanos.MILLISECOND, 0);
    }
    assertThat(engine.disconnects).isZero();
    assertThat(others.leftBytes()).isEqualTo(1 << 20);
  }

  /** A whole message, and half of one that takes memory of the budget. */
  private ByteBudget.Share connectWithHalfAMessage() throws IOException {
    engine.silent = true;
    ByteBudget.Share others = connectWithMemory(2 * DATAGRAM_BYTES);
    ByteBuffer sent = ByteBuffer.allocate(4 + 1000 + 4 + 9000);
    peer.write(sent.putInt(1000).putInt(1004, DATAGRAM_BYTES).clear());
    while (engine.received < 1 || budget.heldBytes() == others.bytes()) {
      selector.select();
      selector.selectedKeys().clear();
      port.onReady(() -> 0, 0);
    }
    return others;
  }

  @Test
  void shouldGiveUpHalfAMessageWhileOthersNeedItsMemory() throws IOException {
    ByteBudget.Share others = connectWithHalfAMessage();
    others.hold(others.bytes() + others.leftBytes());
    port.turn(10 * Nanos.SECOND - 1);
    assertThat(engine.disconnects).isZero();
    assertThat(port.nextTimeout()).isEqualTo(10 * Nanos.SECOND);
    port.turn(10 * Nanos.SECOND);
    assertThat(engine.disconnects).isOne();
    assertThat(budget.heldBytes()).isEqualTo(others.bytes());
  }

  @Test
  void shouldKeepHalfAMessageWhileNobodyNeedsItsMemory() throws IOException {
    ByteBudget.Share others = connectWithHalfAMessage();
    others.hold(0);
    for (int second = 0; second <= 60; second++) {
      port.turn(second * Nanos.SECOND);
    }
    assertThat(engine.disconnects).isZero();
    assertThat(port.nextTimeout()).isEqualTo(61 * Nanos.SECOND);

    others.hold(others.leftBytes());
    port.turn(61 * Nanos.SECOND);
    assertThat(engine.disconnects).isOne();
  }

  @Test
  void shouldCountTheTimeOfEachMessageAnew() throws IOException {
    ByteBudget.Share others = connectWithHalfAMessage();
    ByteBuffer next = ByteBuffer.allocate(DATAGRAM_BYTES - 9000 + 4 + 9000);
    peer.write(next.putInt(DATAGRAM_BYTES - 9000, DATAGRAM_BYTES).clear());
    while (engine.received < 2 || key().interestOps() == 0 || isReadable()) {
      port.turn(9 * Nanos.SECOND);
      port.onReady(() -> 9 * Nanos.SECOND, 0);
    }
    others.hold(others.bytes() + others.leftBytes());
    port.turn(19 * Nanos.SECOND - 1);
    assertThat(engine.disconnects).isZero();
    port.turn(19 * Nanos.SECOND);
    assertThat(engine.disconnects).isOne();
  }

  private boolean isReadable() throws IOException {
    selector.selectedKeys().clear();
    return selector.selectNow() > 0;
  }

  /** The sibling of half a message: what is sent, and not read. */
  @Test
  void shouldGiveUpWhoReadsNothingWhileOthersNeedTheMemory() throws IOException {
    engine.silent = true;
    ByteBudget.Share others = connectWithMemory(BUDGET_BYTES);
    receiveMessageAndPiece();
    fillConnection();
    port.turn(0);
    assertThat(budget.heldBytes()).isPositive();
    port.turn(20 * Nanos.SECOND);
    assertThat(engine.disconnects).isZero();

    others.hold(others.leftBytes());
    port.turn(21 * Nanos.SECOND);
    assertThat(engine.disconnects).isOne();
  }

  /** Else strangers who hold all memory stop every transfer over TCP. */
  @Test
  void shouldSendWithoutMemoryToAPeerThatReads() throws IOException {
    ByteBudget.Share others = connectWithoutMemory();
    peer.write(ByteBuffer.allocate(4 + 1000).putInt(1000).clear());
    selector.select();
    port.onReady(() -> 0, 0);
    port.turn(0);
    assertThat(engine.sentBytes).isPositive();
    int sent = engine.sent;
    readAll(sent * 4L + engine.sentBytes);
    port.turn(Nanos.SECOND);
    assertThat(engine.sent).isGreaterThan(sent);
    assertThat(budget.heldBytes()).as("beyond what others hold").isEqualTo(others.bytes());
    assertThat(engine.disconnects).isZero();
  }

  /** The peer reads so much of what the transport writes. */
  private void readAll(long bytes) throws IOException {
    engine.silent = true;
    ByteBuffer in = ByteBuffer.allocate(DATAGRAM_BYTES);
    for (long left = bytes; left > 0; left -= in.position()) {
      peer.read(in.clear());
      port.onReady(() -> 0, 0);
    }
    engine.silent = false;
  }

  @Test
  void shouldHoldWithoutMemoryWhatIsNotCountedOnly() throws IOException {
    ByteBudget.Share others = connectWithoutMemory();
    engine.silent = true;
    peer.write(ByteBuffer.allocate(4 + 1000).putInt(1000).clear());
    selector.select();
    port.onReady(() -> 0, 0);
    engine.silent = false;
    fillConnection();
    port.turn(0);
    port.turn(Nanos.SECOND);
    assertThat(engine.sent).isEqualTo(1);
    assertThat(engine.sentBytes).isLessThanOrEqualTo(1200);
    assertThat(budget.heldBytes()).isEqualTo(others.bytes());
    assertThat(engine.disconnects).isZero();
  }

  /** The peer sends a message of 1000 bytes, which makes its framing known, and 3000 of another. */
  private void receiveMessageAndPiece() throws IOException {
    engine.silent = true;
    peer.write(ByteBuffer.allocate(4008).putInt(1000).putInt(1004, 4000).clear());
    selector.select();
    port.onReady(() -> 0, 0);
    engine.silent = false;
  }

  /** Nothing that the transport writes is accepted as long as the peer does not read. */
  private void fillConnection() throws IOException {
    SocketChannel channel = (SocketChannel) port.channel();
    ByteBuffer filler = ByteBuffer.allocate(DATAGRAM_BYTES);
    while (channel.write(filler.clear()) > 0) {}
  }

  @Test
  void shouldSendWithLittleMemoryToAPeerThatReads() throws IOException {
    int leftBytes = 10 << 10;
    ByteBudget.Share others = connectWithMemory(leftBytes);
    receiveMessageAndPiece();
    port.turn(0);
    assertThat(engine.sent).isPositive();

    readAll(engine.sent * (4L + DATAGRAM_BYTES));
    assertThat(engine.disconnects).isZero();
    assertThat(others.leftBytes()).isEqualTo(leftBytes);
  }

  @Test
  void shouldCountWhatAPeerDoesNotReadBeyondTheMemory() throws IOException {
    int leftBytes = 10 << 10;
    ByteBudget.Share others = connectWithMemory(leftBytes);
    receiveMessageAndPiece();
    fillConnection();
    port.turn(0);
    assertThat(engine.sent).isEqualTo(1);
    assertThat(engine.disconnects).isZero();
    assertThat(budget.heldBytes() - others.bytes())
        .isEqualTo(3000 + 4 + DATAGRAM_BYTES - FREE_BYTES);
    assertThat(others.leftBytes()).isZero();
  }

  @Test
  void shouldCountPiecesAndWhatIsNotReadTogether() throws IOException {
    engine.datagramBytes = Udp.MAX_PAYLOAD_BYTES;
    int longestTransmit = Udp.MAX_PAYLOAD_BYTES + 4 * Transmit.MAX_DATAGRAMS;
    connectWithMemory(4 + Udp.MAX_PAYLOAD_BYTES + longestTransmit - FREE_BYTES);
    receiveMessageAndPiece();
    fillConnection();
    port.turn(0);
    assertThat(engine.sent).isPositive();
    assertThat(engine.disconnects).isZero();
    assertThat(budget.heldBytes()).isLessThanOrEqualTo(BUDGET_BYTES);
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
    port.onReady(() -> 0, 0);

    assertThat(engine.disconnects).isEqualTo(1);
    port.turn(0);
    assertThat(port.isClosed()).isTrue();
    assertThat(engine.disconnects).isEqualTo(1);
  }
}
