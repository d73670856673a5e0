package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.recovery.congestion.NewReno;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts together: a toy sender and a toy receiver over the simulated network. */
class ToyTransferTest {
  private static final long MAX_WINDOW = 4 << 20;

  /** One transfer of a file. */
  private static final class Transfer {
    final Simulation simulation;
    final InetSocketAddress senderAddress = Simulation.address(1, 1);
    final InetSocketAddress receiverAddress = Simulation.address(2, 2);
    final Host senderHost;
    final Host receiverHost;
    final ToySender sender;
    final ToyReceiver receiver;
    final long startNs;
    final long fileBytes;

    Transfer(long seed, long fileBytes, String path, long roundTripNs) {
      this(seed, fileBytes, path, roundTripNs, MAX_WINDOW);
    }

    Transfer(long seed, long fileBytes, String path, long roundTripNs, long maxWindowBytes) {
      this.fileBytes = fileBytes;
      simulation = Simulation.seeded(seed);
      simulation.impair(path);
      senderHost = simulation.addHost(senderAddress);
      receiverHost = simulation.addHost(receiverAddress);
      startNs = simulation.nowNs();
      NewReno reno = new NewReno(ToyPacket.PACKET_BYTES, roundTripNs, maxWindowBytes);
      sender = new ToySender(receiverAddress, fileBytes, reno, startNs);
      receiver = new ToyReceiver(senderAddress, roundTripNs);
      receiverHost.run(receiver);
      senderHost.run(sender);
    }

    void finish(long withinNs) {
      simulation.runUntil(sender::isDone, withinNs);
      simulation.check(
          () -> {
            assertThat(receiver.stored.containsAll(0, fileBytes)).isTrue();
            assertThat(receiver.wrongBytes).isZero();
            assertThat(sender.beyondWindow).as("sent without room in the window").isZero();
          });
    }

    /** What part of the link's rate was used, headers included. */
    double use(double bitsPerSecond) {
      double seconds = (double) (sender.doneNs - startNs) / Nanos.SECOND;
      return fileBytes * 8.0 / seconds / bitsPerSecond;
    }
  }

  /** The limits are some three times what it takes; without recovery it would take for ever. */
  @ParameterizedTest
  @CsvSource({
    "0%, 1000000, 6",
    "1%, 1000000, 20",
    "10%, 300000, 30",
    "30%, 100000, 60",
    "50%, 30000, 90"
  })
  void shouldDeliverEverythingWhateverGetsLostAndOvertaken(
      String loss, long fileBytes, long withinSeconds) {
    for (long seed = 0; seed < 20; seed++) {
      String path =
          "delay=10ms,jitter=2ms,rate=10mbit,loss=%s,reorder=2%%,duplicate=1%%".formatted(loss);
      new Transfer(seed, fileBytes, path, 20 * Nanos.MILLISECOND)
          .finish(withinSeconds * Nanos.SECOND);
    }
  }

  /**
   * Data is 1183 of 1228 bytes, 96.3 %. Slow start takes its share of a short transfer. The queue
   * holds more than a window.
   */
  @ParameterizedTest
  @CsvSource({
    "10, 1ms, 100, 20000000, 0.95",
    "11, 10ms, 20, 10000000, 0.93",
    "12, 50ms, 10, 10000000, 0.85",
    "13, 10ms, 100, 30000000, 0.90"
  })
  void shouldUseAlmostAllOfALinkWithoutLoss(
      long seed, String delay, long mbit, long fileBytes, double share) {
    String path = "delay=" + delay + ",rate=" + mbit + "mbit,queue=8MiB";
    Transfer transfer = new Transfer(seed, fileBytes, path, Nanos.MILLISECOND);
    transfer.finish(60 * Nanos.SECOND);
    transfer.simulation.check(
        () -> {
          assertThat(transfer.use(mbit * 1e6)).isBetween(share, 1.0);
          assertThat(transfer.sender.lostPackets).isZero();
          assertThat(transfer.sender.probes).isZero();
          assertThat(transfer.receiver.repeatedBytes).isZero();
        });
  }

  /** A queue of half a bandwidth-delay product, 25 kB: it overflows again and again. */
  @Test
  void shouldNotCollapseWhereTheQueueOverflows() {
    String path = "delay=20ms,rate=10mbit,queue=25kB";
    Transfer transfer = new Transfer(3, 10_000_000, path, 40 * Nanos.MILLISECOND);
    transfer.finish(60 * Nanos.SECOND);
    transfer.simulation.check(
        () -> {
          assertThat(transfer.use(10e6)).isGreaterThan(0.75);
          assertThat(transfer.sender.lostPackets).isPositive();
          assertThat(transfer.sender.lostPackets).isLessThan(transfer.sender.dataPackets / 20);
          assertThat(transfer.sender.maxTimeouts).isZero();
        });
  }

  /** Reordering by less than three packets and an eighth of the round trip is no loss. */
  @Test
  void shouldSendNothingTwiceForALittleReordering() {
    for (long seed = 0; seed < 20; seed++) {
      // A packet every 8 ms: one that is held back for 15 ms is overtaken by one. Less is in
      // flight than the path holds, so that no queue makes round trips longer and longer.
      String path = "delay=400ms,rate=1200kbit,reorder=5%:15ms";
      Transfer transfer = new Transfer(seed, 300_000, path, 800 * Nanos.MILLISECOND, 36_000);
      transfer.finish(20 * Nanos.SECOND);
      transfer.simulation.check(
          () -> {
            assertThat(transfer.sender.lostPackets).isZero();
            assertThat(transfer.receiver.repeatedBytes).isZero();
          });
    }
  }

  /** What is overtaken by many is declared lost, and it is noticed when it arrives after all. */
  @Test
  void shouldNoticeSpuriousLosses() {
    String path = "delay=10ms,rate=10mbit,queue=1MiB,reorder=2%:15ms";
    Transfer transfer = new Transfer(8, 2_000_000, path, 20 * Nanos.MILLISECOND);
    transfer.finish(20 * Nanos.SECOND);
    transfer.simulation.check(
        () -> {
          assertThat(transfer.sender.lostPackets).isPositive();
          assertThat(transfer.sender.spuriousLosses())
              .isGreaterThan(transfer.sender.lostPackets * 9 / 10);
          assertThat(transfer.use(10e6)).isGreaterThan(0.85);
        });
  }

  /**
   * The last packets of a file get lost, with nothing after them that would tell: they arrive
   * within two probe timeouts all the same.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 10})
  void shouldProbeForALostTail(int lost) {
    int packets = 60;
    String numbers =
        IntStream.rangeClosed(packets - lost + 1, packets)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining("+"));
    String path = "delay=10ms,rate=10mbit";
    Transfer transfer =
        new Transfer(lost, (long) packets * ToyPacket.DATA_BYTES, path, 20 * Nanos.MILLISECOND);
    transfer
        .simulation
        .link(transfer.senderAddress, transfer.receiverAddress)
        .impair(Simulation.path(path + ",loss=list:" + numbers));
    transfer.finish(Nanos.SECOND);
    ToySender sender = transfer.sender;
    transfer.simulation.check(
        () -> {
          assertThat(sender.maxTimeouts).isEqualTo(1);
          assertThat(sender.doneNs - sender.tailNs).isLessThan(2 * sender.tailTimeoutNs);
          assertThat(sender.dataPackets).isBetween(packets + (long) lost, packets + lost + 2L);
        });
  }

  /** The path is gone for five seconds: one probe or two a second, and then it goes on at once. */
  @Test
  void shouldComeBackAfterAnOutage() {
    String path = "delay=10ms,rate=10mbit";
    Transfer transfer = new Transfer(5, 2_000_000, path, 20 * Nanos.MILLISECOND);
    transfer.simulation.runFor(500 * Nanos.MILLISECOND);
    transfer.simulation.cut(transfer.senderHost, transfer.receiverHost);
    long packetsBefore = transfer.sender.dataPackets;
    transfer.simulation.runFor(5 * Nanos.SECOND);
    assertThat(transfer.sender.dataPackets - packetsBefore).isLessThan(200);
    assertThat(transfer.sender.probes).isBetween(6L, 20L);
    transfer.simulation.restore(transfer.senderHost, transfer.receiverHost);
    transfer.finish(4 * Nanos.SECOND);
  }
}
