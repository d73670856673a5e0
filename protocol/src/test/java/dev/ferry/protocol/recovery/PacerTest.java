package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ferry.protocol.util.Nanos;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Pacer}: the rate holds for ever, and no burst is larger than allowed. */
class PacerTest {
  private static final int PACKET = 1400;
  private static final int BURST = 16 * PACKET;

  /** So that the clock overflows during every test. */
  private static final long START = Nanos.after(Long.MAX_VALUE, -1_500_000);

  @Test
  void shouldSendABurstAndThenAtTheRate() {
    Pacer pacer = new Pacer(BURST, 1_400_000, START);
    for (int i = 0; i < 16; i++) {
      assertThat(pacer.nextSendNs(PACKET, START)).isEqualTo(START);
      pacer.onSent(PACKET, START);
    }
    assertThat(pacer.availableBytes(START)).isZero();
    for (int i = 1; i <= 5; i++) {
      long atNs = START + i * Nanos.MILLISECOND;
      assertThat(pacer.nextSendNs(PACKET, atNs - 10)).isEqualTo(atNs);
      assertThat(pacer.nextSendNs(PACKET, atNs)).isEqualTo(atNs);
      pacer.onSent(PACKET, atNs);
    }
  }

  /** At odd rates, at which a packet does not take a whole number of nanoseconds. */
  @ParameterizedTest
  @ValueSource(longs = {1, 7, 1_000_003, 123_456_789, 1_249_999_999, Long.MAX_VALUE})
  void shouldNotDrift(long rate) {
    Pacer pacer = new Pacer(BURST, rate, START);
    long nowNs = START;
    int packets = 10_000;
    for (int i = 0; i < packets; i++) {
      nowNs = pacer.nextSendNs(PACKET, nowNs);
      assertThat(pacer.availableBytes(nowNs)).isGreaterThanOrEqualTo(PACKET);
      pacer.onSent(PACKET, nowNs);
    }
    double believed = Math.min(rate, Long.MAX_VALUE / Nanos.SECOND);
    double expectedNs = (double) (packets - 16) * PACKET * Nanos.SECOND / believed;
    double packetNs = (double) PACKET * Nanos.SECOND / believed;
    double runNs = Math.min(125 * Nanos.MICROSECOND, 8 * packetNs);
    double gatheredNs = Math.max(0, runNs - packetNs);
    // A nanosecond once, not for every packet; a double is exact to some 1e-16 of it.
    assertThat(nowNs - START - expectedNs)
        .as("no more than what the last run has gathered")
        .isBetween(-1 - expectedNs * 1e-15, 1 + gatheredNs + expectedNs * 1e-15);
  }

  /** A sender that wakes up late, by half a burst, catches up: the bucket does not overflow. */
  @Test
  void shouldMakeUpForLateTimers() {
    SplittableRandom random = new SplittableRandom(1);
    Pacer pacer = new Pacer(BURST, 125_000_000, START);
    long nowNs = START;
    long sent = 0;
    while (nowNs - START < Nanos.SECOND) {
      nowNs = pacer.nextSendNs(PACKET, nowNs) + random.nextLong(89_600);
      while (pacer.nextSendNs(PACKET, nowNs) - nowNs <= 0) {
        pacer.onSent(PACKET, nowNs);
        sent += PACKET;
      }
    }
    double allowed = BURST + 0.125 * (nowNs - START);
    assertThat((double) sent).isBetween(allowed - BURST, allowed);
  }

  /** A bucket of one packet would lose what a late timer costs; it makes up for 2 ms of it. */
  @Test
  void shouldHoldMoreOnlyForAsLongAsItsTimerIsLate() {
    Pacer pacer = new Pacer(PACKET, 1_400_000, START);
    pacer.onSent(PACKET, START);
    long dueNs = pacer.nextSendNs(PACKET, START);
    assertThat(dueNs).isEqualTo(START + Nanos.MILLISECOND);
    assertThat(pacer.availableBytes(dueNs)).isEqualTo(PACKET);
    assertThat(pacer.availableBytes(dueNs + Nanos.MILLISECOND)).isEqualTo(2 * PACKET);
    assertThat(pacer.availableBytes(dueNs + Nanos.SECOND)).isEqualTo(3 * PACKET);
    pacer.onSent(3 * PACKET, dueNs + Nanos.SECOND);
    pacer.nextSendNs(PACKET, dueNs + Nanos.SECOND);
    pacer.onSent(0, dueNs + Nanos.SECOND + Nanos.MILLISECOND);
    assertThat(pacer.nextSendNs(PACKET, dueNs + Nanos.SECOND + Nanos.MILLISECOND))
        .isEqualTo(dueNs + Nanos.SECOND + Nanos.MILLISECOND);
    assertThat(pacer.availableBytes(dueNs + 3 * Nanos.SECOND))
        .as("nobody waited for a timer")
        .isEqualTo(PACKET);
  }

  /**
   * However fast: a burst that a queue can take, not all that two milliseconds would have let go.
   */
  @Test
  void shouldSendNoMoreThanEightPacketsInARowAfterALateTimer() {
    Pacer pacer = new Pacer(2 * PACKET, 14_000_000, START);
    pacer.onSent(2 * PACKET, START);
    long dueNs = pacer.nextSendNs(PACKET, START);
    assertThat(pacer.availableBytes(dueNs + Nanos.SECOND)).isEqualTo(8 * PACKET);
  }

  /** As on a machine that has other work: the rate holds, and no queue gets a long burst. */
  @ParameterizedTest
  @ValueSource(longs = {1_250_000, 12_500_000, 125_000_000})
  void shouldHoldTheRateWithTimersThatAreMillisecondsLate(long rate) {
    SplittableRandom random = new SplittableRandom(2);
    int burst = (int) Math.max(PACKET, rate / 4_000);
    Pacer pacer = new Pacer(burst, rate, START);
    long nowNs = START;
    long sent = 0;
    while (nowNs - START < 10 * Nanos.SECOND) {
      boolean stalled = random.nextInt((int) Math.max(2, rate / 62_500)) == 0;
      nowNs = pacer.nextSendNs(PACKET, nowNs) + random.nextLong(stalled ? 8_000_000 : 60_000);
      int inARow = 0;
      while (pacer.nextSendNs(PACKET, nowNs) - nowNs <= 0) {
        pacer.onSent(PACKET, nowNs);
        sent += PACKET;
        inARow += PACKET;
      }
      assertThat(inARow).as("at once").isLessThanOrEqualTo(Math.max(8 * PACKET, burst + PACKET));
    }
    double allowed = (double) rate * (nowNs - START) / Nanos.SECOND;
    assertThat(sent / allowed).isBetween(0.99, 1.01);
  }

  /** Half as much again as the rate, for what it has missed and no longer. */
  @Test
  void shouldMakeUpForALongStallLittleByLittle() {
    Pacer pacer = new Pacer(PACKET, 14_000_000, START);
    pacer.onSent(PACKET, START);
    long nowNs = pacer.nextSendNs(PACKET, START) + 10 * Nanos.MILLISECOND;
    pacer.onSent(8 * PACKET, nowNs);
    int packets = 8;
    // The bucket had room for eight packets of the 101 that 10.1 ms bring.
    long endNs = nowNs + 20 * Nanos.MILLISECOND;
    while (endNs - nowNs > 0) {
      long dueNs = pacer.nextSendNs(PACKET, nowNs);
      if (packets < 8 + 3 * 93 - 3) {
        assertThat(dueNs - nowNs).as("packet %d", packets).isBetween(66_600L, 66_700L);
      } else if (packets > 8 + 3 * 93 + 3) {
        assertThat(dueNs - nowNs).as("packet %d", packets).isEqualTo(100_000);
      }
      nowNs = dueNs;
      pacer.onSent(PACKET, nowNs);
      packets++;
    }
    assertThat(packets).isBetween(8 + 93 + 199, 8 + 93 + 202);
  }

  @Test
  void shouldNotMakeUpForAStopOfTheProcess() {
    Pacer pacer = new Pacer(PACKET, 1_400_000, START);
    pacer.onSent(PACKET, START);
    long nowNs = pacer.nextSendNs(PACKET, START) + 10 * Nanos.SECOND;
    long endNs = nowNs + Nanos.SECOND;
    int packets = 0;
    while (endNs - nowNs > 0) {
      pacer.onSent(PACKET, nowNs);
      packets++;
      nowNs = pacer.nextSendNs(PACKET, nowNs);
    }
    assertThat(packets).isBetween(1000 + 16, 1000 + 16 + 3);
  }

  /** A fast sender need not wake up for each packet. */
  @Test
  void shouldGatherARunAfterTheCreditIsUsedUp() {
    long packetNs = 12_500;
    Pacer pacer = new Pacer(32 * PACKET, PACKET * Nanos.SECOND / packetNs, START);
    pacer.onSent(32 * PACKET, START);
    long runNs = START + 10 * packetNs;
    assertThat(pacer.nextSendNs(PACKET, START)).isEqualTo(runNs);
    assertThat(pacer.nextSendNs(PACKET, START + 5 * packetNs)).as("meanwhile").isEqualTo(runNs);
    for (int i = 0; i < 10; i++) {
      assertThat(pacer.nextSendNs(PACKET, runNs)).isEqualTo(runNs);
      pacer.onSent(PACKET, runNs);
    }
    assertThat(pacer.nextSendNs(PACKET, runNs)).isEqualTo(runNs + 10 * packetNs);
  }

  @Test
  void shouldNotWaitForLessThanTwoPackets() {
    Pacer pacer = new Pacer(32 * PACKET, PACKET * Nanos.SECOND / 62_600, START);
    pacer.onSent(32 * PACKET, START);
    assertThat(pacer.nextSendNs(PACKET, START) - START).isBetween(62_600L, 62_601L);
  }

  /** A run is no more than half of a burst, so that a late timer costs nothing. */
  @Test
  void shouldGatherNoMoreThanHalfABurst() {
    Pacer pacer = new Pacer(8 * PACKET, 1_000L * PACKET * 1_000, START);
    pacer.onSent(8 * PACKET, START);
    assertThat(pacer.nextSendNs(PACKET, START)).isEqualTo(START + 4_000);
  }

  /** Over any stretch of time: no more than the rate allows and a burst. */
  @Test
  void shouldNeverExceedRateAndBurst() {
    for (long seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long nowNs = START;
      Pacer pacer = new Pacer(BURST, 1, nowNs);
      double bucket = BURST;
      for (int i = 0; i < 2_000; i++) {
        long rate = 1 + random.nextLong(1L << random.nextInt(1, 34));
        pacer.setRate(rate, nowNs);
        long stepNs = random.nextLong(1L << random.nextInt(1, 34));
        nowNs += stepNs;
        bucket = Math.min(BURST, bucket + (double) stepNs * rate / Nanos.SECOND);
        assertThat((double) pacer.availableBytes(nowNs))
            .as("seed %d", seed)
            .isBetween(bucket - 1.01, bucket + 0.01);
        while (pacer.availableBytes(nowNs) >= PACKET && random.nextInt(8) > 0) {
          pacer.onSent(PACKET, nowNs);
          bucket -= PACKET;
        }
      }
    }
  }

  @Test
  void shouldLetProbesPassAndTakeThemBackLater() {
    Pacer pacer = new Pacer(PACKET, PACKET, START);
    pacer.onSent(PACKET, START);
    pacer.onSent(PACKET, START);
    assertThat(pacer.availableBytes(START)).isZero();
    assertThat(pacer.nextSendNs(PACKET, START)).isEqualTo(START + 2 * Nanos.SECOND);
    for (int i = 0; i < 100; i++) {
      pacer.onSent(PACKET, START);
    }
    assertThat(pacer.nextSendNs(PACKET, START))
        .as("no more than a burst of debt")
        .isEqualTo(START + 2 * Nanos.SECOND);
  }

  @Test
  void shouldChangeTheBurst() {
    Pacer pacer = new Pacer(BURST, PACKET, START);
    pacer.setBurst(PACKET, START);
    assertThat(pacer.availableBytes(START)).isEqualTo(PACKET);
    assertThat(pacer.nextSendNs(5 * PACKET, START)).as("more than a burst").isEqualTo(START);
    pacer.setBurst(3 * PACKET, START);
    assertThat(pacer.availableBytes(START + 10 * Nanos.SECOND)).isEqualTo(3 * PACKET);
  }

  @Test
  void shouldRefuseOddBounds() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Pacer(0, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pacer((1 << 30) + 1, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pacer(1, 0, 0));
  }
}
