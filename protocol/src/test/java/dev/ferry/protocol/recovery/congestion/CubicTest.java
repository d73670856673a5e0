package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Cubic}: RFC 9438, in golden numbers. */
class CubicTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final int PACKET = 1000;
  private static final long RTT = 100 * MS;
  private static final long START = Nanos.after(Long.MAX_VALUE, -1_500_000);

  private final Cubic cubic = new Cubic(PACKET, RTT, 100_000_000);
  private long number;
  private long nowNs = START;

  private void send(int packets) {
    for (int i = 0; i < packets; i++) {
      cubic.onPacketSent(number++, PACKET, 0, nowNs);
    }
  }

  private void acknowledge(long bytes, long priorInFlight) {
    for (long done = 0; done < bytes; done += PACKET) {
      cubic.onPacketAcked(number++, PACKET, nowNs, false);
    }
    AckSampleBuilder sample = new AckSampleBuilder();
    sample.nowNs = nowNs;
    sample.ackedBytes = bytes;
    sample.priorInFlightBytes = priorInFlight;
    sample.largestAcked = number - 1;
    sample.smoothedRttNs = RTT;
    cubic.onAck(sample);
  }

  /** A round trip in which a whole window is acknowledged. */
  private void round() {
    nowNs += RTT;
    acknowledge(cubic.windowBytes() / PACKET * PACKET, cubic.windowBytes());
  }

  private void lose(long sentNs) {
    cubic.onPacketLost(number++, PACKET, sentNs, 0, PACKET, nowNs);
  }

  /** Slow start up to a window, and one loss. */
  private void reduceAt(long windowBytes) {
    acknowledge(windowBytes - cubic.windowBytes(), windowBytes);
    assertThat(cubic.windowBytes()).isEqualTo(windowBytes);
    nowNs += MS;
    lose(nowNs);
  }

  @ParameterizedTest
  @CsvSource({"1000, 10000", "1472, 14720", "8000, 16000"})
  void shouldBeginWithTenPackets(int packetBytes, long windowBytes) {
    assertThat(new Cubic(packetBytes, RTT, 10_000_000).windowBytes()).isEqualTo(windowBytes);
  }

  @Test
  void shouldDoubleInARoundOfSlowStart() {
    send(10);
    acknowledge(10_000, 10_000);
    assertThat(cubic.windowBytes()).isEqualTo(20_000);
    assertThat(cubic.pacingBytesPerSecond()).isEqualTo(400_000);
  }

  @Test
  void shouldKeepSevenTenthsOnceForARound() {
    reduceAt(1_000_000);
    assertThat(cubic.windowBytes()).isEqualTo(700_000);
    assertThat(cubic.pacingBytesPerSecond()).isEqualTo(8_750_000);
    lose(nowNs - MS);
    assertThat(cubic.windowBytes()).as("sent before").isEqualTo(700_000);
    nowNs += MS;
    lose(nowNs);
    assertThat(cubic.windowBytes()).isCloseTo(490_000, within(1L));
  }

  /** K = cbrt(300 / 0.4) = 9.09 s after the reduction it is back; concave before, convex after. */
  @Test
  void shouldFollowTheCurve() {
    reduceAt(1_000_000);
    for (int i = 0; i < 10; i++) {
      round();
    }
    double afterASecond = 1000 + 0.4 * Math.pow(1.0 - 9.086, 3);
    assertThat(cubic.windowBytes() / 1000.0).isCloseTo(afterASecond, within(12.0));
    for (int i = 0; i < 80; i++) {
      round();
    }
    assertThat(cubic.windowBytes() / 1000.0).isCloseTo(1000, within(2.0));
    for (int i = 0; i < 40; i++) {
      round();
    }
    double afterThirteen = 1000 + 0.4 * Math.pow(13.0 - 9.086, 3);
    assertThat(cubic.windowBytes() / 1000.0).isCloseTo(afterThirteen, within(5.0));
  }

  /** With little in flight Reno would be faster: 0.53 packets a round trip. */
  @Test
  void shouldGrowAsRenoWouldIfThatIsFaster() {
    reduceAt(20_000);
    double before = cubic.windowBytes();
    for (int i = 0; i < 8; i++) {
      round();
    }
    assertThat((cubic.windowBytes() - before) / PACKET).isCloseTo(8 * 0.529, within(0.5));
  }

  /** Less than the last time: somebody else needs room. */
  @Test
  void shouldConvergeFast() {
    reduceAt(1_000_000);
    nowNs += MS;
    lose(nowNs);
    assertThat(cubic.windowBytes()).isCloseTo(490_000, within(1L));
    for (int i = 0; i < 60; i++) {
      round();
    }
    // The maximum is 0.85 · 700 packets, K is cbrt(105 / 0.4) = 6.4 s.
    assertThat(cubic.windowBytes() / 1000.0).isCloseTo(595, within(2.0));
  }

  @Test
  void shouldUndoAReductionByMistake() {
    reduceAt(100_000);
    long lost = number - 1;
    cubic.onSpuriousLoss(lost, PACKET, nowNs, nowNs);
    assertThat(cubic.windowBytes()).isEqualTo(100_000);
    acknowledge(10_000, 100_000);
    assertThat(cubic.windowBytes()).as("slow start again").isEqualTo(110_000);
  }

  @Test
  void shouldNotGrowWithoutNeed() {
    acknowledge(5_000, 4_999);
    assertThat(cubic.windowBytes()).isEqualTo(10_000);
    reduceAt(1_000_000);
    for (int i = 0; i < 100; i++) {
      nowNs += RTT;
      acknowledge(10_000, 10_000);
    }
    assertThat(cubic.windowBytes()).isEqualTo(700_000);
  }

  @Test
  void shouldFallToTwoPacketsOnPersistentCongestionAndStartSlowlyToTheThreshold() {
    reduceAt(100_000);
    cubic.onPersistentCongestion(nowNs);
    assertThat(cubic.windowBytes()).isEqualTo(2_000);
    nowNs += RTT;
    acknowledge(2_000, 2_000);
    assertThat(cubic.windowBytes()).isEqualTo(4_000);
  }
}
