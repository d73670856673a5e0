package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.recovery.congestion.ProbeResult;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.Simulation;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Diagnosis}: transfers in virtual time, each limited by something else. */
class BottleneckTest {
  private static final long SEED = 11;
  private static final int SMALL = 10_000;
  private static final int LARGE = 6_000_000;
  private static final long MS = Nanos.MILLISECOND;
  private static final long SLOW_NS = 20 * Nanos.SECOND;
  private static final HostFacts IDLE = new HostFacts(0.1, 0);

  private static ConnectionPair pair(String network, int bytes) {
    return pair(network, bytes, MS, MS);
  }

  private static ConnectionPair pair(String network, int bytes, long digestNs, long publicationNs) {
    Simulation simulation = Simulation.seeded(SEED);
    simulation.impair(network);
    return new ConnectionPair(simulation, Content.random(SEED, bytes), digestNs, publicationNs);
  }

  /** Puts, and says what limited the client. */
  private static Diagnosis put(ConnectionPair pair) {
    pair.startServer();
    pair.startPut();
    return end(pair);
  }

  private static Diagnosis end(ConnectionPair pair) {
    pair.simulation.runUntil(() -> ConnectionPair.isOver(pair.clientEvents), 300 * Nanos.SECOND);
    assertThat(pair.clientEvents).last().isInstanceOf(TransferEvent.Finished.class);
    ConnectionSnapshot snapshot = pair.clients.snapshot(pair.simulation.nowNs());
    assertThat(snapshot.doneBytes()).isEqualTo(pair.content.length);
    boolean sends = snapshot.deliveredBytes() > pair.content.length;
    return Diagnosis.of(snapshot, IDLE, sends);
  }

  private static void shouldBe(Bottleneck expected, Diagnosis found) {
    assertThat(found.bottleneck()).as(found.toString()).isEqualTo(expected);
    assertThat(found.share()).isBetween(0.4, 1.0);
  }

  @ParameterizedTest
  @EnumSource(CongestionAlgorithm.class)
  void shouldFindTheRateOfThePath(CongestionAlgorithm algorithm) {
    ConnectionPair pair = pair("rate=20mbit,queue=200KiB,delay=10ms", LARGE);
    pair.algorithm = algorithm;
    shouldBe(Bottleneck.PATH_RATE, put(pair));
  }

  @Test
  void shouldFindTheRateOfAPathWhoseLossIsMadeUpFor() {
    shouldBe(Bottleneck.PATH_RATE, put(pair("rate=20mbit,queue=200KiB,delay=10ms,loss=3%", LARGE)));
  }

  @ParameterizedTest
  @EnumSource(
      value = CongestionAlgorithm.class,
      names = {"CUBIC", "NEW_RENO"})
  void shouldFindLossThatSlowsDown(CongestionAlgorithm algorithm) {
    ConnectionPair pair = pair("delay=20ms,loss=2%", LARGE);
    pair.algorithm = algorithm;
    shouldBe(Bottleneck.PATH_LOSS, put(pair));
  }

  @Test
  void shouldFindLossThatIsMoreThanCanBeMadeUpFor() {
    shouldBe(
        Bottleneck.PATH_LOSS, put(pair("rate=20mbit,queue=200KiB,delay=10ms,loss=45%", LARGE)));
  }

  @Test
  void shouldFindTheCap() {
    ConnectionPair pair = pair("rate=20mbit,queue=200KiB,delay=10ms", LARGE);
    pair.clientsCap.setRate(500_000, pair.simulation.nowNs());
    shouldBe(Bottleneck.MAX_RATE, put(pair));
  }

  @Test
  void shouldFindTheCapThatTheReceiverAsksFor() {
    ConnectionPair pair = pair("rate=20mbit,queue=200KiB,delay=10ms", LARGE);
    pair.startServer();
    pair.startGet(new SimPartialFileStore(pair.client, MS, MS));
    pair.clients.capPeer(500_000);
    shouldBe(Bottleneck.OTHER_END, end(pair));
    ConnectionSnapshot sender = pair.servers.snapshot(pair.simulation.nowNs());
    assertThat(Diagnosis.of(sender, IDLE, true).bottleneck()).isEqualTo(Bottleneck.PEERS_MAX_RATE);
  }

  @Test
  void shouldFindRoundTrips() {
    shouldBe(Bottleneck.ROUND_TRIPS, put(pair("delay=100ms", SMALL)));
    shouldBe(Bottleneck.ROUND_TRIPS, put(pair("delay=100ms", 1_000_000)));
  }

  @Test
  void shouldFindAReceiverThatPublishesSlowly() {
    shouldBe(Bottleneck.RECEIVER_DISK, put(pair("delay=10ms", LARGE, MS, SLOW_NS)));
  }

  @Test
  void shouldFindAReceiverWhoseDiskLagsBehind() {
    ConnectionPair pair = pair("delay=10ms", LARGE);
    pair.store.stall(1L << 40);
    pair.simulation.after(SLOW_NS, nowNs -> pair.store.catchUp());
    Diagnosis found = put(pair);
    shouldBe(Bottleneck.RECEIVER_DISK, found);
    LimitTimes times = pair.clients.snapshot(pair.simulation.nowNs()).times();
    assertThat(times.ns(SendLimit.RECEIVE_WINDOW)).isGreaterThan(SLOW_NS - Nanos.SECOND);
  }

  @Test
  void shouldFindASenderThatReadsSlowly() {
    shouldBe(Bottleneck.SENDER_DISK, put(pair("delay=10ms", LARGE, SLOW_NS, MS)));
  }

  @Test
  void shouldSayThatTheOtherEndSends() {
    ConnectionPair pair = pair("rate=20mbit,queue=200KiB,delay=10ms", LARGE);
    pair.startServer();
    pair.startGet(new SimPartialFileStore(pair.client, MS, MS));
    shouldBe(Bottleneck.OTHER_END, end(pair));
    ConnectionSnapshot sender = pair.servers.snapshot(pair.simulation.nowNs());
    assertThat(Diagnosis.of(sender, IDLE, true).bottleneck()).isEqualTo(Bottleneck.PATH_RATE);
  }

  @Test
  void shouldFindTheOwnDiskOfAReceiver() {
    ConnectionPair pair = pair("delay=10ms", LARGE);
    SimPartialFileStore slow = new SimPartialFileStore(pair.client, MS, SLOW_NS);
    pair.startServer();
    pair.startGet(slow);
    shouldBe(Bottleneck.RECEIVER_DISK, end(pair));
  }

  @Test
  void shouldReportWhatCongestionControlDecides() {
    ConnectionPair pair = pair("rate=20mbit,queue=200KiB,delay=10ms,loss=3%", LARGE);
    Set<CongestionState> states = EnumSet.of(CongestionState.STARTUP);
    double[] last = new double[2];
    int[] probes = new int[1];
    pair.clientsObserver =
        new ConnectionObserver() {
          @Override
          public void onCongestionStateChanged(
              CongestionState from, CongestionState to, long nowNs) {
            assertThat(states).contains(from);
            states.add(to);
          }

          @Override
          public void onBandwidthChanged(long bytesPerSecond, long nowNs) {
            last[0] = bytesPerSecond;
          }

          @Override
          public void onBackgroundLossConfirmed(double probability, long nowNs) {
            last[1] = probability;
          }

          @Override
          public void onProbeEnded(ProbeResult result, long nowNs) {
            probes[0]++;
          }
        };
    put(pair);
    assertThat(states).contains(CongestionState.PROBE_DOWN, CongestionState.PROBE_UP);
    assertThat(last[0]).isBetween(1.9e6, 2.6e6);
    assertThat(last[1]).isBetween(0.01, 0.08);
    assertThat(probes[0]).isPositive();
  }
}
