package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.Transmit;
import dev.ferry.testkit.PassiveEngine;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port that is to be found at every address of this machine. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class LocalSocketsTest {
  private static final InetSocketAddress ALL = new InetSocketAddress(0);

  /** Answers whatever comes; ends the loop after some. */
  private static final class Echo extends PassiveEngine<Integer> {
    private final List<InetSocketAddress> owed = new ArrayList<>();
    private final boolean unproved;

    Echo(boolean unproved) {
      this.unproved = unproved;
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      owed.add(from);
    }

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      if (owed.isEmpty()) {
        return false;
      }
      transmit.begin().put((byte) 1);
      transmit.finish(owed.remove(0));
      if (unproved) {
        transmit.markUnproved();
      }
      return true;
    }
  }

  private static InetAddress address(int last) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  private static int port(LocalSockets sockets) throws IOException {
    return ((InetSocketAddress) sockets.main().getLocalAddress()).getPort();
  }

  private static List<InetAddress> addressesOfThisMachine() throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    addresses.add(InetAddress.getByName("127.0.1.1"));
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      each.inetAddresses().forEach(addresses::add);
    }
    return addresses;
  }

  /** A connected socket takes answers from the address that it is connected to, and no other. */
  private static void shouldBeAnswered(InetAddress asked, int port) throws IOException {
    try (DatagramChannel client = DatagramChannel.open()) {
      client.connect(new InetSocketAddress(asked, port));
      client.write(ByteBuffer.wrap(new byte[1]));
      assertThat(client.read(ByteBuffer.allocate(9))).as("%s", asked).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldAnswerFromTheAddressThatWasAsked(boolean unproved)
      throws IOException, InterruptedException {
    try (LocalSockets sockets = LocalSockets.bind(ALL);
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      ServerUdp.add(sockets, loop, UdpOffload.off(), new Echo(unproved), (event, nowNs) -> {});
      Thread thread = new Thread(() -> run(loop));
      thread.start();
      for (InetAddress asked : addressesOfThisMachine()) {
        shouldBeAnswered(asked, port(sockets));
      }
      loop.execute(nowNs -> loop.stop());
      thread.join();
    }
  }

  /** Whatever waits at the one must not wait at the other. */
  @Test
  void shouldReceiveNothingAtTheSocketsForAnswers() throws IOException {
    Set<InetAddress> present = Set.of(address(5), address(6));
    try (LocalSockets sockets = LocalSockets.bind(ALL, () -> present);
        DatagramChannel client = DatagramChannel.open()) {
      for (int last = 4; last <= 6; last++) {
        client.send(ByteBuffer.allocate(1), new InetSocketAddress(address(last), port(sockets)));
      }
      List<DatagramChannel> all = new ArrayList<>(sockets.others());
      all.add(sockets.main());
      for (DatagramChannel each : all) {
        DatagramChannel answering = sockets.answering(each);
        assertThat(answering).isNotNull();
        assertThat(answering.getLocalAddress()).isEqualTo(each.getLocalAddress());
        answering.configureBlocking(false);
        assertThat(answering.receive(ByteBuffer.allocate(1))).isNull();
        assertThat(each.receive(ByteBuffer.allocate(1))).isNotNull();
      }
    }
  }

  private static void run(EventLoop loop) {
    try {
      loop.run();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldFollowAddressesThatComeAndGo() throws IOException {
    Set<InetAddress> present = new LinkedHashSet<>(Set.of(address(5)));
    try (LocalSockets sockets = LocalSockets.bind(ALL, () -> present)) {
      DatagramChannel first = sockets.others().iterator().next();
      present.add(address(6));
      assertThat(sockets.follow()).hasSize(1);
      present.remove(address(5));
      assertThat(sockets.follow()).isEmpty();
      assertThat(first.isOpen()).isFalse();
      assertThat(sockets.others()).hasSize(1);
      assertThat(sockets.others().iterator().next().getLocalAddress())
          .isEqualTo(new InetSocketAddress(address(6), port(sockets)));
    }
  }

  @Test
  void shouldLeaveOutAnAddressThatCannotBeBound() throws IOException {
    Set<InetAddress> foreign = Set.of(InetAddress.getByName("192.0.2.1"));
    try (LocalSockets sockets = LocalSockets.bind(ALL, () -> foreign)) {
      assertThat(sockets.others()).isEmpty();
    }
  }

  /** It takes a descriptor to find out, and strangers may have used up all of them. */
  @Test
  void shouldKeepWhatItHasWhenTheAddressesCannotBeFoundOut() throws IOException {
    boolean[] broken = {false};
    LocalSockets.Addresses addresses =
        () -> {
          if (broken[0]) {
            throw new IOException("Too many open files");
          }
          return Set.of(address(5));
        };
    try (LocalSockets sockets = LocalSockets.bind(ALL, addresses)) {
      broken[0] = true;
      assertThat(sockets.follow()).isEmpty();
      assertThat(sockets.others()).hasSize(1);
      assertThat(sockets.others().iterator().next().isOpen()).isTrue();
    }
  }

  @Test
  void shouldHaveOneSocketForOneAddress() throws IOException {
    try (LocalSockets sockets = LocalSockets.bind(new InetSocketAddress(address(1), 0))) {
      assertThat(sockets.others()).isEmpty();
      assertThat(sockets.followsAddresses()).isFalse();
    }
  }

  /** The port is shared among its own sockets only. */
  @Test
  void shouldNotLetAnybodyElseTakeThePort() throws IOException {
    try (LocalSockets sockets = LocalSockets.bind(ALL, () -> Set.of(address(5)));
        DatagramChannel other = DatagramChannel.open()) {
      other.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      assertThatThrownBy(() -> other.bind(new InetSocketAddress(address(5), port(sockets))))
          .isInstanceOf(BindException.class);
      assertThatThrownBy(() -> LocalSockets.bind(new InetSocketAddress(port(sockets))))
          .isInstanceOf(BindException.class);
    }
  }
}
