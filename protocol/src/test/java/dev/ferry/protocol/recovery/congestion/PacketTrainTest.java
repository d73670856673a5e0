package dev.ferry.protocol.recovery.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;

/** {@link PacketTrain}: ten packets of 1000 bytes, and when they are acknowledged. */
class PacketTrainTest {
  private static final long US = Nanos.MICROSECOND;
  private static final long START = Nanos.after(Long.MAX_VALUE, -10_000 * US);

  private final PacketTrain train = new PacketTrain();

  /** The first number that has not been acknowledged. */
  private long next;

  /** The number of a packet of 200 bytes; all others have 1000. */
  private long shortPacket = -1;

  private void send(long number, long atUs) {
    train.onSent(number, START + atUs * US);
  }

  private void sendTen() {
    for (long number = 5; number < 15; number++) {
      send(number, 0);
    }
  }

  /** All up to a number have arrived. */
  private void acknowledgeUpTo(long largest) {
    for (; next <= largest; next++) {
      train.onAcked(next, next == shortPacket ? 200 : 1000);
    }
  }

  private void ack(long largest, long atUs) {
    acknowledgeUpTo(largest);
    AckSampleBuilder sample = new AckSampleBuilder();
    sample.largestAcked = largest;
    sample.nowNs = START + atUs * US;
    train.onAck(sample);
  }

  /** All acknowledgements come in at the same time; what the peer says counts. */
  private void arrived(long largest, long atUs, long trainNumbers, long trainUs) {
    acknowledgeUpTo(largest);
    AckSampleBuilder sample = new AckSampleBuilder();
    sample.largestAcked = largest;
    sample.nowNs = START + 50_000 * US;
    sample.arrivedNs = atUs * US;
    sample.trainNumbers = trainNumbers;
    sample.trainNs = trainUs * US;
    train.onAck(sample);
  }

  @Test
  void shouldMeasureTheSpacing() {
    sendTen();
    for (long number = 6; number < 13; number += 2) {
      ack(number, 20_000 + number * 100);
      assertThat(train.takeRate()).as("not over").isZero();
    }
    ack(14, 21_400);
    assertThat(train.takeRate()).isCloseTo(10_000_000, within(1.0));
    assertThat(train.takeRate()).as("only once").isZero();
  }

  /** A path too fast to space them; none was held up for longer than the last one. */
  @Test
  void shouldShowALeastRateOfAWholeTrain() {
    for (long number = 0; number < 20; number++) {
      send(number, 0);
    }
    arrived(9, 1000, 9, 20);
    assertThat(train.leastRate(0)).as("not over").isZero();
    arrived(19, 1040, 9, 20);
    assertThat(train.takeRate()).isZero();
    assertThat(train.leastRate(10_000 * US)).isCloseTo(2_000_000, within(1.0));
    assertThat(train.leastRate(0)).as("200 us at least").isCloseTo(100_000_000, within(1.0));
  }

  /** Where a queue is full a train loses the most, and the rest is not held up for long. */
  @Test
  void shouldShowNoLeastRateIfSomeWereLost() {
    for (long number = 0; number < 20; number++) {
      send(number, 0);
    }
    next = 1;
    arrived(19, 1000, 18, 20);
    assertThat(train.leastRate(0)).isZero();
  }

  @Test
  void shouldShowNoLeastRateOfFew() {
    sendTen();
    next = 5;
    arrived(14, 1000, 9, 20);
    assertThat(train.leastRate(0)).isZero();
  }

  /** A short queue drops the most of a train, which takes no time at the bottleneck. */
  @Test
  void shouldNotCountWhatWasLost() {
    for (long number = 5; number < 25; number++) {
      send(number, 0);
    }
    ack(5, 20_000);
    next = 18; // 6 … 17 were dropped.
    ack(24, 20_700);
    assertThat(train.takeRate()).isCloseTo(10_000_000, within(1.0));
  }

  /** What a short packet takes of the path is less. */
  @Test
  void shouldCountBytesAndNotPackets() {
    shortPacket = 9;
    sendTen();
    ack(6, 20_600);
    ack(14, 21_320);
    assertThat(train.takeRate()).isCloseTo(10_000_000, within(1.0));
  }

  @Test
  void shouldEndWithALaterPacket() {
    sendTen();
    send(15, 30_000);
    ack(6, 20_600);
    ack(12, 21_200);
    ack(15, 55_000);
    assertThat(train.takeRate()).isCloseTo(10_000_000, within(1.0));
  }

  @Test
  void shouldBelieveThePeersTimes() {
    sendTen();
    arrived(6, 100, 1, 100);
    arrived(12, 700, 5, 500);
    arrived(14, 900, 1, 100);
    assertThat(train.takeRate()).isCloseTo(10_000_000, within(1.0));
  }

  @Test
  void shouldNeedOneAcknowledgementIfThePeerSaysHowLongTheTrainIs() {
    sendTen();
    arrived(14, 900, 9, 900);
    assertThat(train.takeRate()).isCloseTo(10_000_000, within(1.0));
  }

  /** A program that has just been started reads all of the first packets at once. */
  @Test
  void shouldMeasureAnotherTrainIfTheFirstShowsNothing() {
    sendTen();
    arrived(14, 50_000, 8, 0);
    assertThat(train.isOver()).isTrue();
    assertThat(train.tryAgain()).isTrue();
    send(15, 60_000);
    send(16, 70_000); // Not back to back: not yet a train.
    for (long number = 17; number < 27; number++) {
      send(number, 80_000);
    }
    arrived(16, 90_000, 1, 10_000);
    assertThat(train.isOver()).isFalse();
    arrived(26, 100_900, 9, 900);
    assertThat(train.takeRate()).isCloseTo(10_000_000, within(1.0));
  }

  @Test
  void shouldNotMeasureFromATrainThatWasTooShort() {
    sendTen();
    arrived(14, 50_000, 8, 0);
    assertThat(train.tryAgain()).isTrue();
    for (long number = 15; number < 18; number++) {
      send(number, 60_000);
    }
    arrived(15, 70_000, 0, 0);
    for (long number = 18; number < 28; number++) {
      send(number, 80_000);
    }
    arrived(27, 90_900, 9, 900);
    assertThat(train.takeRate()).isCloseTo(10_000_000, within(1.0));
  }

  @Test
  void shouldTrySixTimes() {
    for (int i = 0; i < 5; i++) {
      assertThat(train.tryAgain()).isTrue();
    }
    assertThat(train.tryAgain()).isFalse();
  }

  /** The peer has seen packets before the path began, or says so. */
  @Test
  void shouldNotMeasureFromBeforeTheTrain() {
    sendTen();
    arrived(14, 900, 10, 900);
    assertThat(train.takeRate()).isZero();
  }

  @Test
  void shouldNotMixTheClocks() {
    sendTen();
    arrived(6, 100, 1, 100);
    ack(14, 50_001);
    assertThat(train.takeRate()).isZero();
  }

  @Test
  void shouldNotMeasureFewPackets() {
    sendTen();
    ack(9, 20_900);
    ack(14, 21_400);
    assertThat(train.takeRate()).isZero();
  }

  /** They came together: nothing spaced them, or something has undone it. */
  @Test
  void shouldNotMeasureWhatCameAtOnce() {
    sendTen();
    ack(6, 20_600);
    ack(14, 20_799);
    assertThat(train.takeRate()).isZero();
  }

  /** The sender's own pauses are no bottleneck's. */
  @Test
  void shouldNotMeasureWhatWasSentSlowly() {
    for (long number = 5; number < 15; number++) {
      send(number, (number - 5) * 20);
    }
    ack(6, 20_000);
    ack(14, 20_350);
    assertThat(train.takeRate()).isZero();
  }
}
