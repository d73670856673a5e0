package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers over paths that drop long datagrams without a word. */
class PathMtuTest {
  private static final long LONG_NS = 300 * Nanos.SECOND;

  /** How long nothing of the file may arrive: the first probe timeout is one second. */
  private static final long STANDSTILL_NS = 2 * Nanos.SECOND;

  enum Direction {
    PUT,
    GET
  }

  /** One transfer, and what is seen of it. */
  private static final class Run {
    final Simulation simulation;
    final ConnectionPair pair;
    private final Direction direction;
    private final SimPartialFileStore destination;
    private long doneBytes;
    private long doneNs;
    private long longestStandstillNs;
    private int longestArrived;
    private long sent;

    Run(Direction direction, long seed, String network, int bytes) {
      this.direction = direction;
      simulation = Simulation.seeded(seed);
      simulation.impair(network);
      pair = new ConnectionPair(simulation, Content.random(seed, bytes));
      destination = new SimPartialFileStore(pair.client, 1000, 1000);
      simulation.tap(
          new Tap() {
            @Override
            public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
              sent++;
            }

            @Override
            public void arrived(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
              longestArrived = Math.max(longestArrived, datagram.length);
            }
          });
    }

    Run start() {
      pair.startServer();
      if (direction == Direction.PUT) {
        pair.startPut();
      } else {
        pair.startGet(destination);
      }
      doneNs = simulation.nowNs();
      simulation.invariant(this::watch);
      return this;
    }

    /** Between hosts whose interfaces send so long datagrams. */
    void startOverInterfaces(int datagramBytes) {
      pair.datagramBytes = 65_507;
      start();
      pair.clients.limitDatagrams(datagramBytes, simulation.nowNs());
      pair.servers.limitDatagrams(datagramBytes, simulation.nowNs());
    }

    private Connection receiver() {
      return direction == Direction.PUT ? pair.servers : pair.clients;
    }

    private void watch() {
      Transfer transfer = receiver().transfer();
      long nowDone = transfer == null ? 0 : transfer.doneBytes();
      if (nowDone != doneBytes) {
        longestStandstillNs = Math.max(longestStandstillNs, simulation.nowNs() - doneNs);
        doneBytes = nowDone;
        doneNs = simulation.nowNs();
      }
    }

    void runUntilDone(long bytes) {
      simulation.runUntil(() -> doneBytes >= bytes, LONG_NS);
    }

    void finish() {
      simulation.runUntil(pair::bothOver, LONG_NS);
      simulation.check(
          () -> {
            pair.assertFinished();
            SimPartialFileStore store = direction == Direction.PUT ? pair.store : destination;
            assertThat(store.published(ConnectionPair.NAME)).isEqualTo(pair.content);
          });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, 'delay=20ms,mtu=1400'",
    "GET, 'delay=20ms,mtu=1400'",
    "PUT, 'delay=50ms,rate=20mbit,queue=100KiB,mtu=1280'",
    "GET, 'delay=50ms,rate=20mbit,queue=100KiB,mtu=1280'",
    "PUT, 'delay=20ms,mtu=1228'",
    "GET, 'delay=20ms,mtu=1228'",
    "PUT, 'delay=20ms,loss=5%,mtu=1400'",
    "GET, 'delay=20ms,loss=5%,mtu=1400'",
  })
  void shouldNotStandStillOnAPathThatDropsLongDatagrams(Direction direction, String network) {
    for (long seed = 0; seed < 10; seed++) {
      Run run = new Run(direction, seed, network, 2_000_000).start();
      run.finish();
      run.simulation.check(() -> assertThat(run.longestStandstillNs).isLessThan(STANDSTILL_NS));
    }
  }

  /** A tunnel comes into the way. */
  @ParameterizedTest
  @EnumSource
  void shouldSurviveAPathThatShrinks(Direction direction) {
    for (long seed = 0; seed < 10; seed++) {
      Run run = new Run(direction, seed, "delay=20ms,rate=50mbit,queue=250KiB", 4_000_000).start();
      run.runUntilDone(1_500_000);
      assertThat(run.longestArrived).isEqualTo(1472);
      run.simulation.impair("delay=20ms,rate=50mbit,queue=250KiB,mtu=1400");
      run.longestArrived = 0;
      run.runUntilDone(3_500_000);
      run.finish();
      run.simulation.check(() -> assertThat(run.longestStandstillNs).isLessThan(STANDSTILL_NS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delay=20ms,rate=50mbit,queue=250KiB,mtu=1400", "delay=1ms,mtu=1400"})
  void shouldFindALengthBetweenTheUsualOnes(String network) {
    Run run = new Run(Direction.PUT, 1, network, 8_000_000).start();
    run.runUntilDone(7_000_000);
    assertThat(run.longestArrived).isBetween(1356, 1372);
    run.finish();
  }

  /** The client moves to another path, whose addresses the server only learns from its packets. */
  @Test
  void shouldFindALongerPathAfterAMove() {
    Run run = new Run(Direction.GET, 1, "delay=20ms,rate=50mbit,queue=250KiB,mtu=1300", 6_000_000);
    InetSocketAddress before = run.pair.client.address();
    run.simulation
        .link(before, run.pair.server.address())
        .impair(Simulation.path("delay=20ms,rebind=500ms:address"));
    run.start();
    run.simulation.runUntil(() -> !run.pair.servers.peer().equals(before), LONG_NS);
    assertThat(run.longestArrived).isBetween(1200, 1272);
    run.simulation.impair("delay=20ms,rate=50mbit,queue=250KiB");
    run.finish();

    assertThat(run.longestArrived).isEqualTo(1472);
    assertThat(run.longestStandstillNs).isLessThan(STANDSTILL_NS);
  }

  @ParameterizedTest
  @EnumSource
  void shouldUseLongDatagramsWhereTheInterfaceHasThem(Direction direction) {
    Run run = new Run(direction, 1, "delay=50us", 20_000_000);
    run.startOverInterfaces(65_507);
    run.finish();

    assertThat(run.longestArrived).isEqualTo(65_507);
    assertThat(run.sent).isLessThan(2_000);
  }

  /** An interface of 9000 bytes, and a switch behind it that takes 1500. */
  @ParameterizedTest
  @EnumSource
  void shouldUseWhatTheSmallestLinkTakes(Direction direction) {
    Run run = new Run(direction, 1, "delay=200us,mtu=1500", 20_000_000);
    run.startOverInterfaces(8972);
    run.finish();

    assertThat(run.longestArrived).isEqualTo(1472);
    assertThat(run.longestStandstillNs).isLessThan(STANDSTILL_NS);
  }

  /** Long datagrams stop passing in mid-transfer, and none of them is short enough. */
  @ParameterizedTest
  @EnumSource
  void shouldSurviveAFallFromTheLongestDatagrams(Direction direction) {
    Run run = new Run(direction, 1, "delay=1ms", 60_000_000);
    run.startOverInterfaces(65_507);
    run.runUntilDone(20_000_000);
    assertThat(run.longestArrived).isEqualTo(65_507);
    run.simulation.impair("delay=1ms,mtu=1500");
    run.finish();

    assertThat(run.longestStandstillNs).isLessThan(STANDSTILL_NS);
  }

  /** A probe would be larger than what it saves. */
  @ParameterizedTest
  @EnumSource
  void shouldNotProbeForAShortTransfer(Direction direction) {
    Run run = new Run(direction, 1, "delay=20ms", 20_000).start();
    run.finish();

    assertThat(run.longestArrived).isLessThanOrEqualTo(1200);
  }
}
