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
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link OtherWay}, and a server that accepts. */
class OtherWayTest {
  private static final OtherWay.Silence SILENCE = OtherWay.Silence.OF_STREAM;

  /** The server would see an end of the stream within that on the slowest machine. */
  private static final int PATIENCE_MS = 60_000;

  private ServerSocket server;
  private InetSocketAddress address;
  private EventLoop loop;
  private long nowNs;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    loop = EventLoop.open(NanoClock.SYSTEM);
  }

  @AfterEach
  void close() throws IOException {
    loop.close();
    server.close();
  }

  private OtherWay otherWay(@Nullable InetAddress local, boolean dials, Resolver resolver) {
    ServerLookup lookup = new ServerLookup(List.of(address), resolver);
    return new OtherWay(address, local, lookup, dials, SILENCE, loop);
  }

  private OtherWay dialling() {
    OtherWay way = otherWay(null, true, () -> List.of(address));
    assertThat(way.isFound(SILENCE.leaveNs(), 0)).isFalse();
    return way;
  }

  /** Looks until something is found; each look is due. */
  private void awaitFound(OtherWay way, long silentNs) {
    while (!way.isFound(silentNs, nowNs)) {
      nowNs += Nanos.SECOND;
      Thread.onSpinWait();
    }
  }

  private static void shouldBeClosed(Socket accepted) throws IOException {
    accepted.setSoTimeout(PATIENCE_MS);
    assertThat(accepted.getInputStream().read()).isEqualTo(-1);
  }

  /** Else each transfer that ends while it is dialling leaves a socket open. */
  @Test
  void shouldCloseWhatIsConnectedAfterTheLoopHasEnded() throws IOException {
    dialling().end();
    try (Socket accepted = server.accept()) {
      shouldBeClosed(accepted);
    }
  }

  @Test
  void shouldHandOverWhatIsConnected() throws IOException {
    OtherWay way = dialling();
    try (Socket accepted = server.accept()) {
      awaitFound(way, SILENCE.leaveNs());
      OtherWay.closeQuietly(way.take());
      way.end();
      shouldBeClosed(accepted);
    }
  }

  /** The server may be heard again while it is dialled. */
  @Test
  void shouldForgetWhatIsConnectedIfTheServerIsHeard() throws IOException {
    OtherWay way = dialling();
    try (Socket accepted = server.accept()) {
      awaitFound(way, SILENCE.leaveNs());
      assertThat(way.isFound(0, nowNs)).isFalse();
      shouldBeClosed(accepted);
    }
  }

  /** A stream that was silent for as long before, and was heard again, is slow. */
  @Test
  void shouldWaitLongerForWhatIsSlow() throws IOException {
    OtherWay way = otherWay(null, true, () -> List.of(address));
    long slowNs = 2 * SILENCE.leaveNs();
    way.isFound(slowNs, 0);
    way.isFound(0, 0);
    server.accept().close();
    assertThat(way.isFound(4 * slowNs - 1, 0)).isFalse();
    awaitFound(way, 4 * slowNs);
    way.end();
  }

  @Test
  void shouldNoticeThatTheNameLeadsElsewhere() {
    InetSocketAddress other = new InetSocketAddress("127.0.0.2", address.getPort());
    OtherWay way = otherWay(null, false, () -> List.of(other));
    awaitFound(way, SILENCE.lookNs());
    assertThat(way.take()).isNull();
  }

  /** Without a network no name resolves, and there is no way. */
  @Test
  void shouldStayIfTheNameDoesNotResolve() throws InterruptedException {
    BlockingQueue<Thread> looking = new LinkedBlockingQueue<>();
    OtherWay way =
        otherWay(
            null,
            false,
            () -> {
              looking.add(Thread.currentThread());
              throw new UnknownHostException("no network");
            });
    way.isFound(SILENCE.lookNs(), 0);
    looking.take().join();
    assertThat(way.isFound(SILENCE.leaveNs(), 0)).isFalse();
  }

  /** A stream keeps the address that it began with, and no answer arrives there any more. */
  @Test
  void shouldNoticeThatThisMachineHasAnotherAddress() throws UnknownHostException {
    OtherWay way = otherWay(InetAddress.getByName("192.0.2.1"), false, () -> List.of(address));
    awaitFound(way, SILENCE.lookNs());
    assertThat(way.take()).isNull();
  }
}
