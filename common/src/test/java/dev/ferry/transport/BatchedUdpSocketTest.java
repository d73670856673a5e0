package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.Transmit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link BatchedUdpSocket} over sockets of this machine. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class BatchedUdpSocketTest {
  private static final int DATAGRAM_BYTES = 1200;
  private static final int LAST_BYTES = 7;
  private static final int EHOSTUNREACH = 113;

  @TempDir Path directory;

  private final Transmit transmit = new Transmit(65_507, Transmit.MAX_DATAGRAMS);
  private ScriptedCalls calls;
  private UdpOffload offload;
  private DatagramChannel receiving;
  private DatagramChannel sending;

  @BeforeEach
  void open() throws Exception {
    calls = new ScriptedCalls(LoadedCode.load(directory));
    offload = UdpOffload.by(calls);
    receiving = DatagramChannel.open().bind(anyPort("127.0.0.1"));
    sending = DatagramChannel.open();
  }

  @AfterEach
  void close() throws IOException {
    if (receiving != null) {
      receiving.close();
      sending.close();
    }
  }

  private static InetSocketAddress anyPort(String host) throws IOException {
    return new InetSocketAddress(InetAddress.getByName(host), 0);
  }

  private BatchedUdpSocket connected() throws IOException {
    sending.connect(receiving.getLocalAddress());
    return new BatchedUdpSocket(sending, offload);
  }

  /** Full datagrams, and a short one at the end. */
  private Transmit run(int datagrams) throws IOException {
    InetSocketAddress to = (InetSocketAddress) receiving.getLocalAddress();
    transmit.clear();
    for (int i = 0; i < datagrams; i++) {
      int bytes = i == datagrams - 1 ? LAST_BYTES : DATAGRAM_BYTES;
      ByteBuffer room = transmit.beginNext();
      for (int j = 0; j < bytes; j++) {
        room.put((byte) (i + j));
      }
      transmit.finish(to);
    }
    return transmit;
  }

  /** Receives so many datagrams of a run, from one of them on. */
  private void shouldArrive(int first, int end, int datagrams) throws IOException {
    ByteBuffer room = ByteBuffer.allocate(2 * DATAGRAM_BYTES);
    for (int i = first; i < end; i++) {
      receiving.receive(room.clear());
      int bytes = i == datagrams - 1 ? LAST_BYTES : DATAGRAM_BYTES;
      assertThat(room.position()).as("length of %d", i).isEqualTo(bytes);
      assertThat(room.get(0)).isEqualTo((byte) i);
      assertThat(room.get(bytes - 1)).isEqualTo((byte) (i + bytes - 1));
    }
  }

  @Test
  void shouldSendARunInOneCall() throws IOException {
    assertThat(connected().send(run(44))).isTrue();

    shouldArrive(0, 44, 44);
    assertThat(calls.sends).isEqualTo(1);
    assertThat(transmit.hasRemaining()).isFalse();
  }

  @Test
  void shouldSendWhatIsLeftOfARun() throws IOException {
    BatchedUdpSocket socket = connected();
    run(4);
    transmit.taken();

    assertThat(socket.send(transmit)).isTrue();

    shouldArrive(1, 4, 4);
    assertThat(calls.sends).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldSendToAnyPeerOverASocketThatIsNotConnected(String host) throws IOException {
    receiving.close();
    receiving = DatagramChannel.open().bind(anyPort(host));

    assertThat(new BatchedUdpSocket(sending, offload).send(run(5))).isTrue();

    shouldArrive(0, 5, 5);
    assertThat(calls.sends).isEqualTo(1);
  }

  @Test
  void shouldSendASingleDatagramAsBefore() throws IOException {
    assertThat(connected().send(run(1))).isTrue();

    shouldArrive(0, 1, 1);
    assertThat(calls.sends).isZero();
  }

  @Test
  void shouldDoWithoutUntilTheLibraryIsThere() throws IOException {
    offload = UdpOffload.off();

    assertThat(connected().send(run(5))).isTrue();

    shouldArrive(0, 5, 5);
    assertThat(calls.sends).isZero();
  }

  @Test
  void shouldKeepARunForWhichThereIsNoRoom() throws IOException {
    BatchedUdpSocket socket = connected();
    calls.sendErrors.add(SocketCalls.EAGAIN);

    assertThat(socket.send(run(5))).isFalse();
    assertThat(socket.send(transmit)).isTrue();

    shouldArrive(0, 5, 5);
  }

  @Test
  void shouldTryAgainAfterASignal() throws IOException {
    calls.sendErrors.add(SocketCalls.EINTR);

    assertThat(connected().send(run(5))).isTrue();

    shouldArrive(0, 5, 5);
  }

  @Test
  void shouldGoBackToSingleDatagramsWhereRunsAreRefused() throws IOException {
    BatchedUdpSocket socket = connected();
    calls.sendErrors.addAll(List.of(SocketCalls.EIO, SocketCalls.EINVAL, SocketCalls.EIO));

    for (int i = 0; i < 4; i++) {
      assertThat(offload.trouble().isPresent()).isEqualTo(i == 3);
      assertThat(socket.send(run(5))).isTrue();
      shouldArrive(0, 5, 5);
    }

    assertThat(calls.sends).isEqualTo(3);
  }

  /** As when the datagrams have become too long for the interface. */
  @Test
  void shouldGoOnWithRunsAfterSomeThatWereRefused() throws IOException {
    BatchedUdpSocket socket = connected();
    for (int i = 0; i < 3; i++) {
      calls.sendErrors.addAll(List.of(SocketCalls.EINVAL, SocketCalls.EINVAL));
      for (int j = 0; j < 3; j++) {
        assertThat(socket.send(run(5))).isTrue();
        shouldArrive(0, 5, 5);
      }
    }

    assertThat(calls.sends).isEqualTo(9);
    assertThat(offload.trouble()).isEmpty();
  }

  /** It is a hint about an earlier datagram, and takes no more than one with it. */
  @Test
  void shouldReportThatNothingListens() throws IOException {
    BatchedUdpSocket socket = connected();
    calls.sendErrors.add(SocketCalls.ECONNREFUSED);

    assertThatThrownBy(() -> socket.send(run(5))).isInstanceOf(PortUnreachableException.class);
    assertThat(socket.send(transmit)).isTrue();

    shouldArrive(1, 5, 5);
  }

  @Test
  void shouldLoseNothingByAnErrorOfAnEarlierDatagram() throws IOException {
    calls.sendErrors.add(EHOSTUNREACH);

    assertThat(connected().send(run(5))).isTrue();

    shouldArrive(0, 5, 5);
  }

  @Test
  void shouldNotUseTheDescriptorOfAClosedSocket() throws IOException {
    List<BatchedUdpSocket> sockets = new ArrayList<>(List.of(connected()));
    sockets.get(0).send(run(2));
    sending.close();

    assertThatThrownBy(() -> sockets.get(0).send(run(5)))
        .isInstanceOf(ClosedChannelException.class);
    assertThat(calls.sends).isEqualTo(1);
  }

  /** A socket for IPv4 only; whoever asks for that is told by the system. */
  @Test
  void shouldLoseWhatItCannotSend() throws IOException {
    receiving.close();
    receiving = DatagramChannel.open().bind(anyPort("::1"));
    sending.close();
    sending = DatagramChannel.open(StandardProtocolFamily.INET);
    BatchedUdpSocket socket = new BatchedUdpSocket(sending, offload);

    assertThatThrownBy(() -> socket.send(run(5)))
        .isInstanceOfAny(IOException.class, UnsupportedAddressTypeException.class);

    assertThat(calls.sends).isZero();
  }

  @Test
  void shouldDoWithoutTheDescriptorWhereItCannotBeHad() throws IOException {
    calls.hasDescriptors = false;

    assertThat(connected().send(run(5))).isTrue();

    shouldArrive(0, 5, 5);
    assertThat(offload.trouble()).isPresent();
  }

  @Test
  void shouldReportWhatTheSystemReports() throws IOException {
    receiving.close();
    receiving = DatagramChannel.open().bind(anyPort("127.0.0.1"));
    BatchedUdpSocket socket = connected();
    Transmit first = run(2);
    receiving.close();

    assertThat(socket.send(first)).isTrue();

    first.buffer().position(0);
    assertThatThrownBy(() -> socket.send(first)).isInstanceOf(PortUnreachableException.class);
    assertThat(first.buffer().position()).isEqualTo(DATAGRAM_BYTES);
  }

  /** Receives once; a socket is ready at once for what was sent on the same machine. */
  private static ReceiveBatch received(BatchedUdpSocket socket) throws IOException {
    ReceiveBatch batch = new ReceiveBatch();
    socket.receive(batch);
    return batch;
  }

  /** Changes over: the kernel gives no runs before. */
  private BatchedUdpSocket changedOver() throws IOException {
    BatchedUdpSocket socket = new BatchedUdpSocket(receiving, offload);
    assertThat(received(socket).datagrams()).isZero();
    return socket;
  }

  private static void shouldHold(ReceiveBatch batch, int at, int datagrams) {
    for (int i = 0; i < datagrams; i++) {
      ByteBuffer datagram = batch.datagram(at + i);
      int bytes = i == datagrams - 1 ? LAST_BYTES : DATAGRAM_BYTES;
      assertThat(datagram.remaining()).as("length of %d", i).isEqualTo(bytes);
      assertThat(datagram.get(datagram.position())).isEqualTo((byte) i);
      assertThat(datagram.get(datagram.limit() - 1)).isEqualTo((byte) (i + bytes - 1));
    }
  }

  @Test
  void shouldKnowHowLongADatagramHasWaited() throws IOException {
    BatchedUdpSocket socket = changedOver();
    connected().send(run(1));

    ReceiveBatch batch = received(socket);

    assertThat(batch.waitedNs(0)).isPositive();
  }

  @Test
  void shouldReceiveARunInOneCall() throws IOException {
    BatchedUdpSocket socket = changedOver();
    connected().send(run(44));

    ReceiveBatch batch = received(socket);

    assertThat(batch.datagrams()).isEqualTo(44);
    shouldHold(batch, 0, 44);
    assertThat(batch.sender(43)).isEqualTo(sending.getLocalAddress());
    assertThat(calls.receives).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldTellSendersApart(String host) throws IOException {
    receiving.close();
    receiving = DatagramChannel.open().bind(anyPort(host));
    BatchedUdpSocket socket = changedOver();
    try (DatagramChannel other = DatagramChannel.open()) {
      other.connect(receiving.getLocalAddress());
      connected().send(run(3));
      new BatchedUdpSocket(other, offload).send(run(2));
      other.write(ByteBuffer.wrap(new byte[LAST_BYTES]));

      ReceiveBatch batch = received(socket);

      assertThat(batch.datagrams()).isEqualTo(6);
      shouldHold(batch, 0, 3);
      shouldHold(batch, 3, 2);
      for (int i = 0; i < 6; i++) {
        DatagramChannel sender = i < 3 ? sending : other;
        assertThat(batch.sender(i)).as("sender of %d", i).isEqualTo(sender.getLocalAddress());
      }
    }
  }

  @Test
  void shouldReceiveSingleDatagrams() throws IOException {
    BatchedUdpSocket socket = changedOver();
    for (int bytes : new int[] {DATAGRAM_BYTES, 0, LAST_BYTES}) {
      sending.send(ByteBuffer.allocate(bytes), receiving.getLocalAddress());
    }

    ReceiveBatch batch = received(socket);

    assertThat(batch.datagrams()).isEqualTo(3);
    assertThat(batch.datagram(0).remaining()).isEqualTo(DATAGRAM_BYTES);
    assertThat(batch.datagram(1).remaining()).isZero();
    assertThat(batch.datagram(2).remaining()).isEqualTo(LAST_BYTES);
  }

  @Test
  void shouldReceiveFromTheOnlyPeer() throws IOException {
    BatchedUdpSocket sender = connected();
    receiving.connect(sending.getLocalAddress());
    BatchedUdpSocket socket = changedOver();
    sender.send(run(5));

    ReceiveBatch batch = received(socket);

    assertThat(batch.datagrams()).isEqualTo(5);
    shouldHold(batch, 0, 5);
    assertThat(batch.sender(4)).isEqualTo(sending.getLocalAddress());
  }

  @Test
  void shouldReceiveTheLargestDatagram() throws IOException {
    receiving.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
    sending.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
    BatchedUdpSocket socket = changedOver();
    sending.connect(receiving.getLocalAddress());
    sending.write(ByteBuffer.allocate(65_507));

    assertThat(received(socket).datagram(0).remaining()).isEqualTo(65_507);
  }

  @Test
  void shouldReceiveSingleDatagramsWhereTheSystemForbidsBatches() throws IOException {
    calls.receiveErrors.add(SocketCalls.ENOSYS);
    BatchedUdpSocket socket = changedOver();
    connected().send(run(44));

    ReceiveBatch batch = received(socket);

    assertThat(batch.datagrams()).isEqualTo(44);
    shouldHold(batch, 0, 44);
    assertThat(calls.receives).isEqualTo(1);
    assertThat(offload.trouble()).isPresent();
  }

  @Test
  void shouldReceiveAgainAfterASignal() throws IOException {
    BatchedUdpSocket socket = changedOver();
    connected().send(run(3));
    calls.receiveErrors.add(SocketCalls.EINTR);

    assertThat(received(socket).datagrams()).isEqualTo(3);
  }

  /** No way back: what is in the socket may be runs already. */
  @Test
  void shouldReportOtherErrorsOfReceiving() throws IOException {
    BatchedUdpSocket socket = changedOver();
    calls.receiveErrors.addAll(
        List.of(SocketCalls.EPERM, SocketCalls.EBADF, SocketCalls.ECONNREFUSED, EHOSTUNREACH));

    assertThatThrownBy(() -> received(socket)).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> received(socket)).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> received(socket)).isInstanceOf(PortUnreachableException.class);
    assertThatThrownBy(() -> received(socket)).hasMessageContaining("route");
    connected().send(run(3));
    assertThat(received(socket).datagrams()).isEqualTo(3);
  }
}
