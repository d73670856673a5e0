package dev.ferry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.clock.NanoClock;
import dev.ferry.framing.StreamFraming;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.transport.BatchEngine.Batch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for everything that drives an engine: each datagram of a batch arrives whole, in order
 * and once, and the engine learns what happens to its path.
 */
@Timeout(60)
class DriverContractTest {
  private static final ByteBudget NO_LIMIT = new ByteBudget(Long.MAX_VALUE, Long.MAX_VALUE, 0);
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int PEERS = 2;

  @TempDir private static Path unpacked;
  private static final int SOCKET_BUFFER_BYTES = 1 << 20;

  /** Carries what is sent to each of the peers there. */
  private interface Driver {
    /** What each peer is given. */
    List<BatchEngine> run(Batches batches) throws IOException;
  }

  /** What is to be sent, once it is known where the peers are. */
  private interface Batches {
    List<Batch> to(List<InetSocketAddress> peers);
  }

  /** Of several sizes, in turn, with a shorter one at the end and without. */
  private static List<Batch> batches(List<InetSocketAddress> peers) {
    InetSocketAddress a = peers.get(0);
    InetSocketAddress b = peers.get(1);
    return List.of(
        new Batch(1, a, 10, 1200, 700),
        new Batch(2, b, 3, 64, 1),
        new Batch(3, a, 1, 1472, 0),
        new Batch(4, b, 12, 1472, 1471),
        new Batch(5, a, 2 * Transmit.MAX_DATAGRAMS, 10, 3),
        new Batch(6, b, 1, 1, 0),
        new Batch(7, a, 5, 20_000, 19_999));
  }

  private static List<byte[]> contents(List<Batch> batches, InetSocketAddress to) {
    return batches.stream()
        .filter(batch -> batch.to().equals(to))
        .flatMap(batch -> batch.contents().stream())
        .toList();
  }

  static Stream<Named<Driver>> drivers() {
    return Stream.of(
        Named.of("UDP", batches -> overUdp(batches, UdpOffload.off())),
        Named.of("UDP, in batches", batches -> overUdp(batches, loaded())),
        Named.of("TCP, length", batches -> overTcp(batches, StreamFraming.LENGTH)),
        Named.of("TCP, TLV", batches -> overTcp(batches, StreamFraming.TLV)),
        Named.of("TCP, delimiter", batches -> overTcp(batches, StreamFraming.DELIMITER)),
        Named.of("simulated", batches -> simulated(batches, 1, engine -> engine)),
        Named.of("simulated, in batches", batches -> simulated(batches, 7, engine -> engine)),
        Named.of("impaired", batches -> simulated(batches, 1, DriverContractTest::impaired)),
        Named.of(
            "impaired, in batches",
            batches -> simulated(batches, Transmit.MAX_DATAGRAMS, DriverContractTest::impaired)));
  }

  private static Engine<Integer> impaired(Engine<Integer> engine) {
    ImpairmentSpec late = Simulation.path("delay=3ms");
    return ImpairedEngine.of(engine, late, late, 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("drivers")
  void shouldCarryEachDatagramWholeInOrderAndOnce(Driver driver) throws IOException {
    List<List<byte[]>> expected = new ArrayList<>();

    List<BatchEngine> receivers =
        driver.run(
            peers -> {
              List<Batch> batches = batches(peers);
              peers.forEach(peer -> expected.add(contents(batches, peer)));
              return batches;
            });

    for (int i = 0; i < PEERS; i++) {
      assertThat(receivers.get(i).handled)
          .as("peer %d", i)
          .usingElementComparator(Arrays::compare)
          .containsExactlyElementsOf(expected.get(i));
    }
  }

  /** Where there is none, each datagram is a system call here, too. */
  private static UdpOffload loaded() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    UdpOffload offload = UdpOffload.of(true);
    offload.prepare(() -> Optional.of(unpacked), () -> done.complete(null));
    done.join();
    return offload;
  }

  private static List<BatchEngine> overUdp(Batches batches, UdpOffload offload) throws IOException {
    List<DatagramChannel> channels = new ArrayList<>();
    List<InetSocketAddress> peers = new ArrayList<>();
    try (EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      Receivers receivers = new Receivers(loop);
      for (int i = 0; i < PEERS + 1; i++) {
        channels.add(DatagramChannel.open().bind(ANY_PORT));
        channels.get(i).setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      }
      for (DatagramChannel channel : channels.subList(0, PEERS)) {
        peers.add((InetSocketAddress) channel.getLocalAddress());
        loop.add(new UdpTransport<>(channel, offload, receivers.add(), receivers));
      }
      List<Batch> sent = batches.to(peers);
      receivers.expect(sent);
      loop.add(
          new UdpTransport<>(
              channels.get(PEERS), offload, new BatchEngine(sent), (e, nowNs) -> {}));
      loop.run();
      return receivers.engines;
    } finally {
      for (DatagramChannel channel : channels) {
        channel.close();
      }
    }
  }

  /** A connection to each peer, with an engine of its own; when that has ended it is closed. */
  private static List<BatchEngine> overTcp(Batches batches, StreamFraming framing)
      throws IOException {
    List<SocketChannel> channels = new ArrayList<>();
    List<InetSocketAddress> peers = new ArrayList<>();
    try (EventLoop loop = EventLoop.open(NanoClock.SYSTEM);
        ServerSocketChannel listener = ServerSocketChannel.open().bind(ANY_PORT)) {
      Receivers receivers = new Receivers(loop);
      for (int i = 0; i < PEERS; i++) {
        SocketChannel connected = SocketChannel.open(listener.getLocalAddress());
        peers.add((InetSocketAddress) connected.getLocalAddress());
        channels.add(connected);
        TcpBuffers buffers = new TcpBuffers();
        loop.add(TcpTransport.ofServer(connected, receivers.add(), receivers, buffers, NO_LIMIT));
      }
      List<Batch> sent = batches.to(peers);
      receivers.expect(sent);
      receivers.untilDisconnected = true;
      for (InetSocketAddress peer : peers) {
        SocketChannel accepted = listener.accept();
        channels.add(accepted);
        BatchEngine engine =
            new BatchEngine(sent.stream().filter(batch -> batch.to().equals(peer)).toList());
        loop.add(TcpTransport.ofClient(accepted, framing, engine, (e, nowNs) -> {}));
      }
      loop.run();
      assertThat(receivers.engines).allMatch(engine -> engine.disconnected == 1);
      return receivers.engines;
    } finally {
      for (SocketChannel channel : channels) {
        channel.close();
      }
    }
  }

  private static List<BatchEngine> simulated(
      Batches batches, int maxDatagrams, UnaryOperator<Engine<Integer>> wrapper) {
    Simulation simulation = Simulation.seeded(1);
    simulation.batch(maxDatagrams);
    List<BatchEngine> engines = new ArrayList<>();
    List<InetSocketAddress> peers = new ArrayList<>();
    for (int i = 0; i < PEERS; i++) {
      engines.add(new BatchEngine(List.of()));
      Host peer = simulation.addHost(Simulation.address(i, i + 1));
      peer.run(wrapper.apply(engines.get(i)));
      peers.add(peer.address());
    }
    simulation
        .addHost(Simulation.address(PEERS, 9))
        .run(wrapper.apply(new BatchEngine(batches.to(peers))));
    simulation.runFor(Nanos.SECOND);
    return engines;
  }

  /** The loop ends when all of them have got everything. */
  private static final class Receivers implements EngineListener<Integer> {
    private final EventLoop loop;
    private final List<BatchEngine> engines = new ArrayList<>();
    private boolean untilDisconnected;
    private int expected;

    Receivers(EventLoop loop) {
      this.loop = loop;
    }

    BatchEngine add() {
      engines.add(new BatchEngine(List.of()));
      return engines.get(engines.size() - 1);
    }

    void expect(List<Batch> batches) {
      expected = batches.stream().mapToInt(batch -> batch.contents().size()).sum();
    }

    @Override
    public void onEvent(Integer handled, long nowNs) {}

    @Override
    public void beforeWait(long nowNs) {
      boolean all = engines.stream().mapToInt(engine -> engine.handled.size()).sum() >= expected;
      if (all && (!untilDisconnected || engines.stream().allMatch(e -> e.disconnected > 0))) {
        loop.stop();
      }
    }
  }

  @Test
  void shouldForwardThroughABadNetworkWhatHappensToThePath() {
    BatchEngine engine = new BatchEngine(List.of(new Batch(1, ANY_PORT, 1, 10, 0)));
    Engine<Integer> impaired = impaired(engine);

    impaired.onUnreachable(0);
    impaired.onDisconnected(0);

    assertThat(engine.unreachable).isEqualTo(1);
    assertThat(engine.disconnected).isEqualTo(1);
    assertThat(impaired.isEnded()).isFalse();
    Transmit transmit = new Transmit(100);
    assertThat(impaired.pollTransmit(0, transmit)).isFalse();
    assertThat(engine.isEnded()).isTrue();
    assertThat(impaired.isEnded()).as("something is still on its way").isFalse();
    assertThat(impaired.pollTransmit(3 * Nanos.MILLISECOND, transmit)).isTrue();
    assertThat(impaired.isEnded()).isTrue();
  }
}
