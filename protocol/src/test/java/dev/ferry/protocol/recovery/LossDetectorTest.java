package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.recovery.congestion.AckSample;
import dev.ferry.protocol.recovery.congestion.CongestionController;
import dev.ferry.protocol.recovery.congestion.CongestionObserver;
import dev.ferry.protocol.recovery.congestion.CongestionState;
import dev.ferry.protocol.recovery.congestion.CongestionView;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Jitter;
import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link LossDetector}: RFC 9002, section 6 and 7.6, and the limits of protocol.md, section 12. */
class LossDetectorTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long START = Nanos.after(Long.MAX_VALUE, -50 * MS);
  private static final int PACKET = 1000;

  /** Writes down what it is told. */
  private final class Recorder implements CongestionController {
    final String prefix;
    long windowBytes = 1_000_000;

    Recorder(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public void onPacketSent(long number, int bytes, long inFlightBytes, long nowNs) {
      assertThat(inFlightBytes).isEqualTo(sent.bytesInFlight());
    }

    @Override
    public void onPacketAcked(long number, int bytes, long sentNs, boolean appLimited) {
      heard.add(prefix + "acked " + number);
    }

    @Override
    public void onPacketLost(
        long number, int bytes, long sentNs, long flight, long lostSince, long nowNs) {
      heard.add(prefix + "lost " + number);
    }

    @Override
    public void onSpuriousLoss(long number, int bytes, long sentNs, long nowNs) {
      heard.add(prefix + "late " + number);
    }

    @Override
    public void onPersistentCongestion(long nowNs) {
      persistentCongestions++;
    }

    @Override
    public void onAck(AckSample sample) {
      heard.add(prefix + "sample " + sample.rttNs() / MS);
      ackDelayNs = sample.ackDelayNs();
    }

    @Override
    public void onWindowLimited() {
      heard.add(prefix + "limited");
    }

    @Override
    public void onPacketSize(int packetBytes) {
      heard.add(prefix + "packets of " + packetBytes);
    }

    @Override
    public long windowBytes() {
      return windowBytes;
    }

    @Override
    public long pacingBytesPerSecond() {
      return 1;
    }

    @Override
    public long sendQuantumBytes() {
      return 2 * PACKET;
    }

    @Override
    public CongestionState state() {
      return CongestionState.AVOIDANCE;
    }

    @Override
    public CongestionView view() {
      return CongestionView.NOTHING;
    }

    @Override
    public void reportTo(CongestionObserver observer) {}
  }

  private int persistentCongestions;
  private long ackDelayNs = -1;
  private final List<String> heard = new ArrayList<>();
  private final SentPackets sent = new SentPackets(1024, ByteBudget.unlimited());
  private final RttEstimator rtt = new RttEstimator(25 * MS);
  private final Recorder controller = new Recorder("");
  private final LossDetector loss =
      new LossDetector(
          sent,
          rtt,
          controller,
          new SentPacketListener() {
            @Override
            public void onAcknowledged(long number, boolean wasLost) {}

            @Override
            public void onLost(long number) {}
          });

  private void send(long sinceStartNs) {
    loss.onPacketSent(sent.nextNumber(), PACKET, true, START + sinceStartNs);
  }

  private void acknowledge(long number, long sinceStartNs) {
    loss.beginAck(START + sinceStartNs);
    assertThat(loss.acknowledge(number, number)).isTrue();
    loss.endAck(number, 0);
  }

  /** A round-trip time of 100 ms: variation 50 ms, probe timeout 325 ms, loss delay 112.5 ms. */
  private void measure() {
    send(0);
    acknowledge(0, 100 * MS);
    heard.clear();
  }

  private List<String> heard() {
    List<String> copy = List.copyOf(heard);
    heard.clear();
    return copy;
  }

  @Test
  void shouldHaveNoTimerWithoutPackets() {
    assertThat(loss.nextTimeout()).isEqualTo(Nanos.NEVER);
    loss.onPacketSent(0, 50, false, START);
    assertThat(loss.nextTimeout()).isEqualTo(Nanos.NEVER);
    loss.onTimeout(START + Nanos.SECOND);
    assertThat(loss.probesOwed()).isZero();
  }

  @Test
  void shouldProbeAfterTheProbeTimeout() {
    measure();
    send(200 * MS);
    send(210 * MS);
    assertThat(loss.nextTimeout()).isEqualTo(START + 535 * MS);
    loss.onTimeout(START + 535 * MS - 1);
    assertThat(loss.probesOwed()).isZero();
    loss.onTimeout(START + 535 * MS);
    assertThat(loss.probesOwed()).isEqualTo(2);
    assertThat(sent.packetsInFlight()).as("nothing is lost by it").isEqualTo(2);
    send(536 * MS);
    assertThat(loss.probesOwed()).isEqualTo(1);
    send(536 * MS);
    assertThat(loss.probesOwed()).isZero();
    assertThat(loss.nextTimeout())
        .as("doubled")
        .isEqualTo(START + 536 * MS + Jitter.lengthen(650 * MS, 1));
  }

  @Test
  void shouldDoubleTheTimeoutUpToASecond() {
    measure();
    send(200 * MS);
    long[] expectedMs = {325, 650, 1000, 1000};
    for (int i = 0; i < expectedMs.length; i++) {
      assertThat(loss.probeTimeoutNs()).isEqualTo(Jitter.lengthen(expectedMs[i] * MS, i));
      loss.onTimeout(loss.nextTimeout());
    }
    assertThat(loss.timeouts()).isEqualTo(4);
    acknowledge(1, 4000 * MS);
    assertThat(loss.timeouts()).isZero();
    assertThat(loss.probesOwed()).isZero();
  }

  @Test
  void shouldNotDoubleATimeoutThatIsLongerThanASecondAnyway() {
    send(0);
    for (int i = 0; i < 100; i++) {
      assertThat(loss.probeTimeoutNs()).isEqualTo(Jitter.lengthen(1024 * MS, i));
      loss.onTimeout(loss.nextTimeout());
    }
  }

  @Test
  void shouldLetTheFirstProbeExceedTheWindow() {
    measure();
    controller.windowBytes = 2 * PACKET;
    assertThat(loss.maySend(PACKET)).isTrue();
    send(200 * MS);
    send(200 * MS);
    assertThat(loss.maySend(1)).isFalse();
    loss.onTimeout(loss.nextTimeout());
    assertThat(loss.maySend(PACKET)).isTrue();
    send(600 * MS);
    assertThat(loss.probesOwed()).isEqualTo(1);
    assertThat(loss.maySend(PACKET)).as("the second one needs room").isFalse();
  }

  @Test
  void shouldTellThatTheWindowWasInTheWay() {
    measure();
    controller.windowBytes = 2 * PACKET;
    send(200 * MS);
    assertThat(loss.maySend(PACKET)).isTrue();
    assertThat(heard()).isEmpty();
    send(200 * MS);
    assertThat(loss.maySend(PACKET)).isFalse();
    assertThat(heard()).containsExactly("limited");
  }

  @Test
  void shouldTellHowLongTheAcknowledgementWasDelayed() {
    send(0);
    loss.beginAck(START + 100 * MS);
    loss.acknowledge(0, 0);
    loss.endAck(0, 7 * MS);
    assertThat(ackDelayNs).isEqualTo(7 * MS);
  }

  @Test
  void shouldLearnNothingOfTheRoundTripTimeFromAnAcknowledgementThatIsRepeatedAfterAnOutage() {
    measure();
    long before = rtt.smoothedNs();
    send(200 * MS);
    loss.beginAck(START + 60_000 * MS);
    loss.acknowledge(1, 1);
    loss.endAck(1, 59_850 * MS);
    assertThat(rtt.smoothedNs()).isEqualTo(before);
  }

  @Test
  void shouldTakeTheHandshakesRoundTripTimeIfTheFirstAcknowledgementIsRepeatedAfterAnOutage() {
    rtt.assume(40 * MS);
    send(0);
    loss.beginAck(START + 60_000 * MS);
    loss.acknowledge(0, 0);
    loss.endAck(0, 59_950 * MS);
    assertThat(rtt.isSampled()).isTrue();
    assertThat(rtt.smoothedNs()).isEqualTo(40 * MS);
  }

  @Test
  void shouldWaitForTheLossTimerWhileOneIsDue() {
    measure();
    send(200 * MS);
    send(201 * MS);
    send(202 * MS);
    acknowledge(2, 302 * MS);
    // Smoothed and latest are still some 100 ms.
    assertThat(loss.nextTimeout()).isEqualTo(START + 200 * MS + rtt.lossDelayNs());
    heard.clear();
    loss.onTimeout(loss.nextTimeout());
    assertThat(heard()).containsExactly("lost 1");
    assertThat(loss.probesOwed()).isZero();
    assertThat(loss.nextTimeout()).isEqualTo(START + 202 * MS + rtt.probeTimeoutNs());
  }

  @Test
  void shouldTellTheControllerInOrder() {
    measure();
    for (int i = 0; i < 6; i++) {
      send(200 * MS);
    }
    loss.beginAck(START + 310 * MS);
    assertThat(loss.acknowledge(5, 6)).isTrue();
    assertThat(loss.acknowledge(3, 3)).isTrue();
    assertThat(loss.endAck(6, 4 * MS)).isTrue();
    assertThat(heard())
        .containsExactly("acked 5", "acked 6", "acked 3", "lost 1", "lost 2", "sample 110");
    // adjusted 106: 7/8 · 100 + 1/8 · 106
    assertThat(rtt.smoothedNs()).isEqualTo(100_750 * Nanos.MICROSECOND);
  }

  @Test
  void shouldMeasureOnlyWhatIsNewAndLargest() {
    measure();
    for (int i = 0; i < 3; i++) {
      send(200 * MS);
    }
    acknowledge(3, 300 * MS);
    heard.clear();
    loss.beginAck(START + 900 * MS);
    loss.acknowledge(1, 3);
    assertThat(loss.endAck(3, 0)).isTrue();
    assertThat(heard()).contains("acked 2", "sample 0").doesNotContain("sample 700");
    assertThat(rtt.latestNs()).isEqualTo(100 * MS);
    loss.beginAck(START + 901 * MS);
    loss.acknowledge(0, 3);
    assertThat(loss.endAck(3, 0)).isFalse();
    assertThat(heard()).isEmpty();
  }

  @Test
  void shouldTellOfMistakes() {
    measure();
    for (int i = 0; i < 4; i++) {
      send(200 * MS);
    }
    acknowledge(4, 300 * MS);
    heard.clear();
    loss.beginAck(START + 301 * MS);
    loss.acknowledge(1, 4);
    loss.endAck(4, 0);
    assertThat(heard()).containsExactly("late 1", "acked 2", "acked 3", "sample 0");
    assertThat(loss.mistakes()).isEqualTo(1);
  }

  @Test
  void shouldReportWhatWasNeverSent() {
    send(0);
    loss.beginAck(START);
    assertThat(loss.acknowledge(0, 1)).isFalse();
  }

  /**
   * RFC 9002, section 7.6.1: with another sample of 100 ms the variation is 37.5 ms, and the limit
   * (100 + 4 · 37.5 + 25) · 3 = 825 ms.
   */
  @ParameterizedTest
  @CsvSource({"825, false", "826, true"})
  void shouldNoticePersistentCongestion(long spanMs, boolean expected) {
    measure();
    send(200 * MS);
    send(500 * MS);
    loss.onPacketSent(3, 50, false, START + 600 * MS);
    send((200 + spanMs) * MS);
    for (int i = 0; i < 3; i++) {
      send(1300 * MS);
    }
    acknowledge(7, 1400 * MS);
    assertThat(rtt.probeTimeoutNs()).isEqualTo(275 * MS);
    assertThat(heard()).contains("lost 1", "lost 2", "lost 4").doesNotContain("lost 5");
    assertThat(persistentCongestions).isEqualTo(expected ? 1 : 0);
  }

  /** The path may be another one: what was measured at its quickest says nothing any more. */
  @Test
  void shouldForgetTheSmallestRoundTripOnPersistentCongestion() {
    measure();
    send(200 * MS);
    send(3000 * MS);
    for (int i = 0; i < 3; i++) {
      send(3000 * MS);
    }
    acknowledge(5, 3150 * MS);
    assertThat(persistentCongestions).isEqualTo(1);
    assertThat(rtt.minNs()).isEqualTo(150 * MS);
  }

  @Test
  void shouldNotCountAPacketThatArrivedAfterAllForPersistentCongestion() {
    measure();
    send(200 * MS);
    for (int i = 0; i < 3; i++) {
      send(1300 * MS);
    }
    acknowledge(4, 1400 * MS);
    acknowledge(1, 1401 * MS);
    assertThat(heard()).contains("lost 1", "late 1");
    loss.onTimeout(loss.nextTimeout());
    assertThat(heard()).containsExactly("lost 2", "lost 3");
    assertThat(persistentCongestions).isZero();
  }

  @Test
  void shouldForgetAfterThreeProbeTimeoutsThatAPacketWasLost() {
    measure();
    for (int i = 0; i < 4; i++) {
      send(200 * MS);
    }
    acknowledge(4, 300 * MS);
    send(1300 * MS);
    acknowledge(5, 1400 * MS);
    acknowledge(1, 1401 * MS);
    assertThat(loss.mistakes()).isZero();
  }

  @Test
  void shouldNotTakeScatteredLossesForPersistentCongestion() {
    measure();
    send(200 * MS);
    send(600 * MS);
    send(1200 * MS);
    for (int i = 0; i < 3; i++) {
      send(1300 * MS);
    }
    loss.beginAck(START + 1400 * MS);
    loss.acknowledge(6, 6);
    loss.acknowledge(2, 2);
    loss.endAck(6, 0);
    assertThat(heard()).contains("lost 1", "lost 3");
    assertThat(persistentCongestions).isZero();
  }

  @Test
  void shouldAddUpLossesThatAreNoticedOneAfterTheOther() {
    measure();
    send(200 * MS);
    send(1300 * MS);
    send(1300 * MS);
    send(1300 * MS);
    acknowledge(4, 1400 * MS);
    assertThat(heard()).contains("lost 1").doesNotContain("lost 2");
    assertThat(persistentCongestions).isZero();
    loss.onTimeout(loss.nextTimeout());
    assertThat(heard()).contains("lost 2", "lost 3");
    assertThat(persistentCongestions).isEqualTo(1);
  }

  @Test
  void shouldNotCallItPersistentBeforeARoundTripWasMeasured() {
    send(0);
    send(2000 * MS);
    for (int i = 0; i < 3; i++) {
      send(3000 * MS);
    }
    acknowledge(4, 3100 * MS);
    assertThat(heard()).contains("lost 0", "lost 1");
    assertThat(persistentCongestions).isZero();
  }

  @Test
  void shouldBeginAnewOnAnotherPath() {
    measure();
    send(200 * MS);
    send(200 * MS);
    loss.onTimeout(loss.nextTimeout());
    loss.startPath(new Recorder("new "));
    assertThat(rtt.isSampled()).isFalse();
    assertThat(loss.timeouts()).isZero();
    send(900 * MS);
    send(900 * MS);
    acknowledge(2, 910 * MS);
    assertThat(rtt.isSampled()).as("of the old path").isFalse();
    acknowledge(4, 950 * MS);
    assertThat(rtt.latestNs()).isEqualTo(50 * MS);
    assertThat(heard()).containsExactly("new acked 4", "new sample 50");
    assertThat(sent.bytesInFlight()).as("of the old path: lost").isEqualTo(PACKET);
  }
}
