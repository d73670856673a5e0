package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.Transmit;
import dev.ferry.transport.BatchEngine.Batch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An engine over a socket that takes and gives what the test says. */
class UdpTransportTest {
  private static final InetSocketAddress PEER = new InetSocketAddress(9);
  private static final int READ_ONLY = SelectionKey.OP_READ;
  private static final int READ_AND_WRITE = SelectionKey.OP_READ | SelectionKey.OP_WRITE;

  /** Takes and gives some datagrams, and then no more, or an error. */
  private static final class ScriptedSocket implements UdpSocket {
    private final DatagramChannel channel;
    private final List<byte[]> taken = new ArrayList<>();
    private int takes;
    private int gives;

    /** How long each of these datagrams has waited, the first one last. */
    private final Deque<Long> waited = new ArrayDeque<>();

    private int calls;
    private IOException error;
    private SelectableChannel blocked;

    ScriptedSocket(DatagramChannel channel) {
      this.channel = channel;
      this.blocked = channel;
    }

    @Override
    public SelectableChannel channel() {
      return channel;
    }

    @Override
    public SelectableChannel blocked() {
      return blocked;
    }

    private void failOnce() throws IOException {
      if (error != null) {
        IOException thrown = error;
        error = null;
        throw thrown;
      }
    }

    @Override
    public boolean send(Transmit transmit) throws IOException {
      calls++;
      for (; transmit.hasRemaining(); transmit.taken()) {
        if (takes == 0) {
          if (error != null) {
            transmit.taken();
          }
          failOnce();
          return false;
        }
        takes--;
        byte[] datagram = new byte[transmit.datagram().remaining()];
        transmit.datagram().get(datagram);
        taken.add(datagram);
      }
      return true;
    }

    @Override
    public void receive(ReceiveBatch batch) throws IOException {
      for (; gives > 0 && !batch.isFull(); gives--) {
        batch.room().put((byte) gives).put((byte) 1);
        batch.add(PEER);
      }
      while (!waited.isEmpty()) {
        batch.add(ByteBuffer.allocate(1), 0, 1, PEER, waited.removeLast());
      }
      failOnce();
    }
  }

  private Selector selector;
  private ScriptedSocket socket;
  private SelectionKey key;

  @BeforeEach
  void open() throws IOException {
    selector = Selector.open();
    DatagramChannel channel = DatagramChannel.open();
    channel.configureBlocking(false);
    socket = new ScriptedSocket(channel);
  }

  @AfterEach
  void close() throws IOException {
    socket.channel().close();
    selector.close();
  }

  private UdpTransport<Integer> over(BatchEngine engine) throws IOException {
    UdpTransport<Integer> transport = new UdpTransport<>(socket, engine, (event, nowNs) -> {});
    key = socket.channel().register(selector, 0);
    transport.joined(key);
    return transport;
  }

  @Test
  void shouldGoOnWhereTheKernelTookNoMore() throws IOException {
    Batch first = new Batch(1, PEER, 5, 100, 7);
    Batch second = new Batch(2, PEER, 2, 50, 0);
    UdpTransport<Integer> transport = over(new BatchEngine(List.of(first, second)));
    List<byte[]> expected = new ArrayList<>(first.contents());
    expected.addAll(second.contents());

    socket.takes = 2;
    transport.turn(0);
    assertThat(socket.taken).hasSize(2);
    assertThat(key.interestOps()).isEqualTo(READ_AND_WRITE);

    socket.takes = 5;
    transport.turn(0);
    assertThat(socket.taken).as("not before the socket is ready").hasSize(2);
    transport.onReady(() -> 0, 0);
    transport.turn(0);
    assertThat(socket.taken).hasSize(7);
    assertThat(key.interestOps()).isEqualTo(READ_AND_WRITE);

    socket.takes = 9;
    transport.onReady(() -> 0, 0);
    transport.turn(0);
    assertThat(key.interestOps()).isEqualTo(READ_ONLY);
    assertThat(socket.taken)
        .usingElementComparator(Arrays::compare)
        .containsExactlyElementsOf(expected);
  }

  /** A server has several sockets, and the others may be ready all the time. */
  @Test
  void shouldWaitForTheSocketThatAcceptsNoMore() throws IOException {
    UdpTransport<Integer> transport = over(new BatchEngine(List.of(new Batch(1, PEER, 3, 100, 7))));
    try (DatagramChannel other = DatagramChannel.open()) {
      other.configureBlocking(false);
      SelectionKey others = other.register(selector, SelectionKey.OP_READ);
      socket.blocked = other;

      socket.takes = 1;
      transport.turn(0);
      assertThat(key.interestOps()).isEqualTo(READ_ONLY);
      assertThat(others.interestOps()).isEqualTo(READ_AND_WRITE);

      socket.takes = 9;
      transport.onReady(() -> 0, 0);
      assertThat(socket.taken).hasSizeGreaterThan(1);
      assertThat(key.interestOps()).isEqualTo(READ_ONLY);
      assertThat(others.interestOps()).isEqualTo(READ_ONLY);
    }
  }

  @Test
  void shouldNotWaitForASocketWhoseAddressIsGone() throws IOException {
    UdpTransport<Integer> transport = over(new BatchEngine(List.of(new Batch(1, PEER, 3, 100, 7))));
    try (DatagramChannel other = DatagramChannel.open()) {
      other.configureBlocking(false);
      other.register(selector, SelectionKey.OP_READ);
      socket.blocked = other;
      transport.turn(0);
      assertThat(socket.taken).isEmpty();
    }
    socket.takes = 9;
    transport.turn(0);
    assertThat(socket.taken).isNotEmpty();
  }

  /** What the user is told of errors is of use only if nothing gets through. */
  @Test
  void shouldTellTheEngineOfALongDatagramThatCannotBeSent() throws IOException {
    BatchEngine engine = new BatchEngine(List.of(new Batch(1, PEER, 1, 1472, 0)));
    UdpTransport<Integer> transport = over(engine);

    socket.error = new IOException("Message too long");
    transport.turn(0);

    assertThat(engine.tooLong).isEqualTo(1472);
    assertThat(transport.lastError()).isEmpty();
  }

  @Test
  void shouldLoseNoMoreThanTheDatagramThatCannotBeSent() throws IOException {
    Batch batch = new Batch(1, PEER, 5, 100, 7);
    BatchEngine engine = new BatchEngine(List.of(batch));
    UdpTransport<Integer> transport = over(engine);

    socket.takes = 2;
    socket.error = new NoRouteToHostException("No route to host");
    transport.turn(0); // The third is lost, and for the fourth there is no room.
    socket.takes = 9;
    transport.onReady(() -> 0, 0);
    transport.turn(0);

    List<byte[]> expected = new ArrayList<>(batch.contents());
    expected.remove(2);
    assertThat(socket.taken)
        .usingElementComparator(Arrays::compare)
        .containsExactlyElementsOf(expected);
    assertThat(transport.lastError())
        .hasValueSatisfying(e -> assertThat(e).hasMessage("No route to host"));
    assertThat(engine.unreachable).isZero();
  }

  @Test
  void shouldTellTheEngineThatNothingListens() throws IOException {
    BatchEngine engine = new BatchEngine(List.of(new Batch(1, PEER, 1, 100, 0)));
    UdpTransport<Integer> transport = over(engine);

    socket.error = new PortUnreachableException();
    transport.turn(0);
    assertThat(engine.unreachable).isEqualTo(1);

    socket.gives = 3;
    socket.error = new PortUnreachableException();
    transport.onReady(() -> 0, 0);
    assertThat(engine.unreachable).isEqualTo(2);
    assertThat(engine.handled).as("what came before").hasSize(3);
  }

  @Test
  void shouldLetTheEngineSendOnceForABatch() throws IOException {
    BatchEngine engine = new BatchEngine(List.of());
    UdpTransport<Integer> transport = over(engine);

    socket.gives = 100;
    transport.onReady(() -> 0, 0);
    assertThat(engine.handled).hasSize(ReceiveBatch.MAX_DATAGRAMS);
    assertThat(engine.sendRounds).isEqualTo(1);

    transport.onReady(() -> 0, 0);
    assertThat(engine.handled).hasSize(100);
    assertThat(engine.handled.get(99)).containsExactly(1, 1);
    assertThat(engine.sendRounds).isEqualTo(2);
  }

  /** Time that a datagram has spent in the socket is none of the path's. */
  @Test
  void shouldTellTheEngineWhenADatagramHasArrived() throws IOException {
    BatchEngine engine = new BatchEngine(List.of());
    UdpTransport<Integer> transport = over(engine);

    for (long waitedNs : new long[] {500, 100, 150, 0}) {
      socket.waited.addFirst(waitedNs);
    }
    transport.onReady(() -> 1_000, 700);

    assertThat(engine.handledNs)
        .as("not before what it was told last, and never back")
        .containsExactly(700L, 900L, 900L, 1_000L);
  }

  @Test
  void shouldHandSeveralDatagramsToTheKernelInOneCall() throws IOException {
    UdpTransport<Integer> transport =
        over(new BatchEngine(List.of(new Batch(1, PEER, 43, 1472, 9))));

    socket.takes = 44;
    transport.turn(0);

    assertThat(socket.taken).hasSize(44);
    assertThat(socket.calls).isEqualTo(1);
  }
}
