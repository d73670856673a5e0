package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link ModelController} on a path of its own: 10 MB/s and 50 ms, which hold 500 packets. */
class ModelControllerTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final int PACKET = FluidPath.PACKET;
  private static final double RATE = 10_000_000;
  private static final long RTT = 50 * MS;
  private static final long BDP = 500_000;

  private final ModelController controller = new ModelController(PACKET, RTT, 64 << 20);
  private final FluidPath path = new FluidPath(controller, RATE, RTT, BDP);

  /** Runs, and writes down the states that it passes through. */
  private List<CongestionState> states(long durationNs) {
    List<CongestionState> states = new ArrayList<>();
    for (long done = 0; done < durationNs; done += MS) {
      path.run(MS);
      if (states.isEmpty() || states.get(states.size() - 1) != controller.state()) {
        states.add(controller.state());
      }
    }
    return states;
  }

  @Test
  void shouldBeginWithAFirstFlight() {
    assertThat(controller.windowBytes()).isEqualTo(32 * PACKET);
    assertThat(controller.sendQuantumBytes()).isEqualTo(32 * PACKET);
    assertThat((double) controller.pacingBytesPerSecond()).isEqualTo(32 * PACKET * 2.77 * 20);
    assertThat(controller.state()).isEqualTo(CongestionState.STARTUP);
  }

  @Test
  void shouldPassThroughTheStates() {
    assertThat(states(3 * Nanos.SECOND))
        .startsWith(
            CongestionState.STARTUP,
            CongestionState.DRAIN,
            CongestionState.PROBE_DOWN,
            CongestionState.PROBE_CRUISE,
            CongestionState.PROBE_REFILL,
            CongestionState.PROBE_UP,
            CongestionState.PROBE_DOWN);
  }

  @Test
  void shouldFindBandwidthAndRoundTripTime() {
    path.run(3 * Nanos.SECOND);
    assertThat(controller.model().bandwidth()).isBetween(0.99 * RATE, 1.01 * RATE);
    assertThat(controller.model().minRtt.ns()).isBetween(RTT, RTT + MS);
    assertThat(path.dropped).isLessThan(500);
  }

  /** A burst of two packets, or of a quarter of a millisecond; never more than 64 KiB. */
  @Test
  void shouldSendInShortBursts() {
    path.run(3 * Nanos.SECOND);
    double rate = controller.pacingBytesPerSecond();
    assertThat(controller.sendQuantumBytes()).isEqualTo((long) (rate / 4000));
    ModelController slow = new ModelController(PACKET, RTT, 64 << 20);
    new FluidPath(slow, 1_000_000, RTT, BDP).run(3 * Nanos.SECOND);
    assertThat(slow.sendQuantumBytes()).isEqualTo(2 * PACKET);
  }

  /** The queue is short enough for the minimum to be seen again and again. */
  @Test
  void shouldNeverStopForTheMinimumOnAPathOfItsOwn() {
    assertThat(states(30 * Nanos.SECOND)).doesNotContain(CongestionState.PROBE_RTT);
    long before = path.delivered;
    path.run(10 * Nanos.SECOND);
    assertThat((double) path.delivered - before).isGreaterThan(0.97 * 10 * RATE);
  }

  @Test
  void shouldDrainTheQueueWhenTheMinimumHasNotBeenSeen() {
    path.run(3 * Nanos.SECOND);
    path.rttNs = 2 * RTT;
    assertThat(states(7 * Nanos.SECOND)).contains(CongestionState.PROBE_RTT);
    path.run(5 * Nanos.SECOND);
    assertThat(controller.model().minRtt.ns()).isBetween(2 * RTT, 2 * RTT + MS);
  }

  /** One packet in fifty, and no queue: nothing to slow down for. */
  @Test
  void shouldMakeUpForLossWithoutCongestion() {
    path.lossEvery = 50;
    path.run(5 * Nanos.SECOND);
    long before = path.delivered;
    path.run(10 * Nanos.SECOND);
    double ideal = 0.98 * 10 * RATE;
    assertThat((double) path.delivered - before).isGreaterThan(0.96 * ideal);
    assertThat(controller.model().background.compensated()).isBetween(0.015, 0.025);
    assertThat(controller.model().bandwidth.shortTerm()).isInfinite();
  }

  /** A queue of 5 % shows no delay: only the probe's own loss tells. */
  @Test
  void shouldBeBoundByAShallowQueue() {
    path.queueBytes = BDP / 20;
    path.run(10 * Nanos.SECOND);
    int before = path.dropped;
    long deliveredBefore = path.delivered;
    path.run(10 * Nanos.SECOND);
    assertThat((path.dropped - before) * (double) PACKET).isLessThan(0.02 * 10 * RATE);
    assertThat((double) path.delivered - deliveredBefore).isGreaterThan(0.88 * 10 * RATE);
    assertThat(controller.model().background.probability()).isLessThan(0.02);
  }

  @Test
  void shouldFollowTheRateDownAndUp() {
    path.run(3 * Nanos.SECOND);
    path.bytesPerSecond = RATE / 4;
    path.run(6 * Nanos.SECOND);
    assertThat(controller.model().bandwidth()).isLessThan(1.05 * RATE / 4);
    path.bytesPerSecond = RATE;
    path.run(5 * Nanos.SECOND);
    assertThat(controller.model().bandwidth()).isGreaterThan(0.95 * RATE);
  }

  /** An outage says nothing of the path; what is known of it stays. */
  @Test
  void shouldKeepTheModelThroughPersistentCongestion() {
    path.run(3 * Nanos.SECOND);
    double bandwidth = controller.model().bandwidth();
    controller.onPersistentCongestion(path.nowNs);
    assertThat(controller.windowBytes()).isEqualTo(4 * PACKET);
    path.run(300 * MS);
    assertThat(controller.windowBytes()).isGreaterThan(BDP);
    assertThat(controller.model().bandwidth()).isGreaterThan(0.9 * bandwidth);
    assertThat(controller.model().minRtt.ns()).isLessThan(RTT + MS);
  }

  @Test
  void shouldNotExceedItsBound() {
    ModelController bounded = new ModelController(PACKET, RTT, 100_000);
    FluidPath narrow = new FluidPath(bounded, RATE, RTT, BDP);
    for (int i = 0; i < 100; i++) {
      narrow.run(20 * MS);
      assertThat(bounded.windowBytes()).isBetween(4L * PACKET, 100_000L);
    }
  }

  /** Two runs are the same. */
  @Test
  void shouldBeDeterministic() {
    path.lossEvery = 37;
    ModelController other = new ModelController(PACKET, RTT, 64 << 20);
    FluidPath same = new FluidPath(other, RATE, RTT, BDP);
    same.lossEvery = 37;
    path.run(10 * Nanos.SECOND);
    same.run(10 * Nanos.SECOND);
    assertThat(other.windowBytes()).isEqualTo(controller.windowBytes());
    assertThat(same.delivered).isEqualTo(path.delivered);
  }
}
