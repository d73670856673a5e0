package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link NewReno}: RFC 9002, section 7 and appendix B, in golden numbers. */
class NewRenoTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final int PACKET = 1000;
  private static final long RTT = 100 * MS;

  /** So that the clock overflows during every test. */
  private static final long START = Nanos.after(Long.MAX_VALUE, -1_500_000);

  private final NewReno reno = new NewReno(PACKET, RTT, 10_000_000);
  private long nextNumber;
  private long nextAcked;
  private long nowNs = START;

  private void send(int packets) {
    for (int i = 0; i < packets; i++) {
      reno.onPacketSent(nextNumber++, PACKET, 0, nowNs);
    }
  }

  /** Acknowledges packets that were sent at a time, with all of the window in flight. */
  private void acknowledge(int packets, long sentNs) {
    acknowledge(packets, sentNs, false, reno.windowBytes(), RTT);
  }

  private void acknowledge(
      int packets, long sentNs, boolean appLimited, long priorInFlightBytes, long rttNs) {
    for (int i = 0; i < packets; i++) {
      reno.onPacketAcked(nextAcked++, PACKET, sentNs, appLimited);
    }
    reno.onAck(
        new Sample(nowNs, (long) packets * PACKET, priorInFlightBytes, nextAcked - 1, rttNs));
  }

  private void lose(long sentNs) {
    reno.onPacketLost(nextAcked++, PACKET, sentNs, 0, PACKET, nowNs);
  }

  @ParameterizedTest
  @CsvSource({"1000, 10000", "1200, 12000", "1472, 14720", "8000, 16000", "60000, 120000"})
  void shouldBeginWithTenPackets(int packetBytes, long windowBytes) {
    assertThat(new NewReno(packetBytes, RTT, 10_000_000).windowBytes()).isEqualTo(windowBytes);
  }

  @Test
  void shouldDoubleInARoundOfSlowStart() {
    send(10);
    acknowledge(10, START);
    assertThat(reno.windowBytes()).isEqualTo(20_000);
  }

  @Test
  void shouldHalveOnceForAllThatIsLostInARound() {
    send(20);
    acknowledge(10, START);
    nowNs += RTT;
    lose(START);
    assertThat(reno.windowBytes()).isEqualTo(10_000);
    lose(START);
    lose(nowNs);
    assertThat(reno.windowBytes()).as("all sent before").isEqualTo(10_000);
    acknowledge(5, START);
    assertThat(reno.windowBytes()).as("no growth in recovery").isEqualTo(10_000);
    lose(nowNs + 1);
    assertThat(reno.windowBytes()).isEqualTo(5_000);
  }

  @Test
  void shouldNotCountWhatIsAcknowledgedWithALoss() {
    send(20);
    for (int i = 0; i < 9; i++) {
      reno.onPacketAcked(i, PACKET, START, false);
    }
    lose(START);
    reno.onAck(new Sample(nowNs, 9 * PACKET, 10_000, 8, RTT));
    assertThat(reno.windowBytes()).isEqualTo(5_000);
  }

  @Test
  void shouldGrowByAPacketInARoundOfAvoidance() {
    send(10);
    lose(START);
    nowNs += RTT;
    for (int i = 0; i < 4; i++) {
      acknowledge(1, nowNs);
    }
    assertThat(reno.windowBytes()).isEqualTo(5_000);
    acknowledge(1, nowNs);
    assertThat(reno.windowBytes()).isEqualTo(6_000);
    acknowledge(6, nowNs);
    assertThat(reno.windowBytes()).isEqualTo(7_000);
  }

  @Test
  void shouldKeepTwoPackets() {
    for (int i = 0; i < 10; i++) {
      nowNs++;
      lose(nowNs);
      nowNs++;
    }
    assertThat(reno.windowBytes()).isEqualTo(2_000);
  }

  @Test
  void shouldFallToTwoPacketsOnPersistentCongestionAndStartSlowlyToTheThreshold() {
    send(100);
    acknowledge(10, START);
    acknowledge(20, START);
    lose(START);
    assertThat(reno.windowBytes()).isEqualTo(20_000);
    reno.onPersistentCongestion(nowNs);
    assertThat(reno.windowBytes()).isEqualTo(2_000);
    nowNs += RTT;
    acknowledge(2, START);
    acknowledge(4, START);
    acknowledge(8, START);
    assertThat(reno.windowBytes()).isEqualTo(16_000);
    acknowledge(4, START);
    assertThat(reno.windowBytes()).isEqualTo(20_000);
    acknowledge(19, START);
    assertThat(reno.windowBytes()).isEqualTo(20_000);
    acknowledge(1, START);
    assertThat(reno.windowBytes()).isEqualTo(21_000);
  }

  @Test
  void shouldNotGrowWithoutNeed() {
    send(10);
    acknowledge(5, START, true, 10_000, RTT);
    assertThat(reno.windowBytes()).as("nothing more to send").isEqualTo(10_000);
    acknowledge(5, START, false, 4_999, RTT);
    assertThat(reno.windowBytes()).as("less than half used").isEqualTo(10_000);
    acknowledge(5, START, false, 5_000, RTT);
    assertThat(reno.windowBytes()).isEqualTo(15_000);
  }

  @Test
  void shouldNotGrowBeyondItsBound() {
    NewReno bounded = new NewReno(PACKET, RTT, 12_500);
    for (int i = 0; i < 10; i++) {
      bounded.onPacketAcked(i, PACKET, START, false);
    }
    bounded.onAck(new Sample(START, 10 * PACKET, 10_000, 9, RTT));
    assertThat(bounded.windowBytes()).isEqualTo(12_500);
  }

  @Test
  void shouldUndoAReductionByMistake() {
    send(20);
    acknowledge(5, START);
    nowNs += RTT;
    lose(START);
    lose(START);
    assertThat(reno.windowBytes()).isEqualTo(7_500);
    reno.onSpuriousLoss(5, PACKET, START, nowNs);
    assertThat(reno.windowBytes()).as("one was lost, for all that is known").isEqualTo(7_500);
    reno.onSpuriousLoss(6, PACKET, START, nowNs);
    assertThat(reno.windowBytes()).isEqualTo(15_000);
    acknowledge(5, START);
    assertThat(reno.windowBytes()).as("slow start again").isEqualTo(20_000);
  }

  @Test
  void shouldNotUndoAReductionForMistakesOfTheOneBefore() {
    send(20);
    lose(START);
    long secondNs = nowNs + RTT;
    nowNs = secondNs + RTT;
    lose(secondNs);
    assertThat(reno.windowBytes()).isEqualTo(2_500);
    reno.onSpuriousLoss(0, PACKET, START, nowNs);
    assertThat(reno.windowBytes()).isEqualTo(2_500);
    reno.onSpuriousLoss(1, PACKET, secondNs, nowNs);
    assertThat(reno.windowBytes()).isEqualTo(5_000);
  }

  @Test
  void shouldPaceFasterInSlowStart() {
    assertThat(reno.pacingBytesPerSecond()).as("10,000 bytes · 2 / 100 ms").isEqualTo(200_000);
    lose(START);
    assertThat(reno.pacingBytesPerSecond()).as("5,000 bytes · 5/4 / 100 ms").isEqualTo(62_500);
  }

  /** What an acknowledgement tells NewReno. */
  private record Sample(
      long nowNs, long ackedBytes, long priorInFlightBytes, long largestAcked, long rttNs)
      implements AckSample {
    @Override
    public long lostBytes() {
      return 0;
    }

    @Override
    public long inFlightBytes() {
      return priorInFlightBytes - ackedBytes;
    }

    @Override
    public long ackDelayNs() {
      return 0;
    }

    @Override
    public long smoothedRttNs() {
      return RTT;
    }

    @Override
    public long minRttNs() {
      return RTT;
    }

    @Override
    public long deliveredBytes() {
      return 0;
    }

    @Override
    public long priorDeliveredBytes() {
      return 0;
    }

    @Override
    public long totalLostBytes() {
      return 0;
    }

    @Override
    public long priorLostBytes() {
      return 0;
    }

    @Override
    public long flightAtSendBytes() {
      return 0;
    }

    @Override
    public long intervalNs() {
      return 0;
    }

    @Override
    public boolean appLimited() {
      return false;
    }
  }
}
