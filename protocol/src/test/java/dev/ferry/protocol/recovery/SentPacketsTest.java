package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link SentPackets}: what it tells of packets, losses, and rates. */
class SentPacketsTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long START = Nanos.after(Long.MAX_VALUE, -5 * MS);
  private static final long LOSS_DELAY = 100 * MS;

  private final SentPackets sent = new SentPackets(1024, ByteBudget.unlimited());
  private final List<String> heard = new ArrayList<>();
  private final SentPacketListener listener =
      new SentPacketListener() {
        @Override
        public void onAcknowledged(long number, boolean wasLost) {
          heard.add((wasLost ? "late " : "acked ") + number);
        }

        @Override
        public void onLost(long number) {
          heard.add("lost " + number);
        }
      };

  private void send(int count, long nowNs) {
    for (int i = 0; i < count; i++) {
      sent.sent(sent.nextNumber(), 1000, true, nowNs);
    }
  }

  private boolean acknowledge(long low, long high, long nowNs) {
    sent.beginAck(nowNs);
    return sent.acknowledge(low, high, listener);
  }

  private List<String> heard() {
    List<String> copy = List.copyOf(heard);
    heard.clear();
    return copy;
  }

  @Test
  void shouldRememberWhatAPacketCarried() {
    sent.sent(5, 1300, true, START);
    sent.carriesData(5, 1L << 47, 1250);
    sent.carriesFrames(5, 0b101);
    sent.carriesAck(5, 77);
    sent.sent(6, 40, true, START + 1);
    assertThat(sent.dataOffset(5)).isEqualTo(1L << 47);
    assertThat(sent.dataLength(5)).isEqualTo(1250);
    assertThat(sent.frames(5)).isEqualTo(0b101);
    assertThat(sent.largestReported(5)).isEqualTo(77);
    assertThat(sent.bytes(5)).isEqualTo(1300);
    assertThat(sent.sentNs(5)).isEqualTo(START);
    assertThat(sent.dataLength(6)).isZero();
    assertThat(sent.frames(6)).isZero();
    assertThat(sent.largestReported(6)).isEqualTo(-1);
    assertThat(sent.bytesInFlight()).isEqualTo(1340);
    assertThat(sent.nextNumber()).isEqualTo(7);
    assertThat(sent.oldestInFlight()).isEqualTo(5);
    assertThat(sent.nextInFlight(5)).isEqualTo(6);
    assertThat(sent.nextInFlight(6)).isEqualTo(7);
  }

  @Test
  void shouldForgetWhatAnEarlierPacketInTheSamePlaceCarried() {
    for (int i = 0; i < 10_000; i++) {
      sent.sent(i, 1000, true, START);
      assertThat(sent.dataLength(i)).isZero();
      sent.carriesData(i, i, 7);
      assertThat(acknowledge(i, i, START)).isTrue();
    }
    assertThat(sent.packetsInFlight()).isZero();
    assertThat(sent.deliveredBytes()).isEqualTo(10_000_000);
  }

  @Test
  void shouldTellOfEachPacketOnce() {
    send(6, START);
    assertThat(acknowledge(1, 2, START)).isTrue();
    assertThat(acknowledge(1, 3, START)).isTrue();
    assertThat(acknowledge(0, 3, START)).isTrue();
    assertThat(acknowledge(0, 3, START)).isTrue();
    assertThat(sent.hasNewlyAcked()).isFalse();
    assertThat(heard()).containsExactly("acked 1", "acked 2", "acked 3", "acked 0");
    assertThat(sent.oldestInFlight()).isEqualTo(4);
    assertThat(sent.bytesInFlight()).isEqualTo(2000);
  }

  @Test
  void shouldNotCountPacketsThatCallForNoAcknowledgement() {
    sent.sent(0, 50, false, START);
    sent.sent(1, 1000, true, START);
    sent.sent(2, 50, false, START);
    assertThat(sent.packetsInFlight()).isEqualTo(1);
    assertThat(acknowledge(0, 2, START)).isTrue();
    assertThat(heard()).containsExactly("acked 1");
    assertThat(sent.bytesInFlight()).isZero();
    assertThat(sent.oldestInFlight()).isEqualTo(3);
  }

  @Test
  void shouldRefuseTheAcknowledgementOfWhatWasNotSent() {
    send(3, START);
    sent.sent(5, 1000, true, START);
    assertThat(acknowledge(5, 6, START)).isFalse();
    assertThat(acknowledge(4, 5, START)).as("left out").isFalse();
    assertThat(acknowledge(2, 1, START)).isFalse();
    assertThat(acknowledge(-1, 1, START)).isFalse();
    assertThat(heard()).isEmpty();
    assertThat(acknowledge(0, 2, START)).isTrue();
  }

  /** Also once all around it has been acknowledged, or lost. */
  @Test
  void shouldRefuseTheAcknowledgementOfWhatWasLeftOutLongAgo() {
    send(3, START);
    assertThat(sent.leaveOut()).isTrue();
    assertThat(sent.nextNumber()).isEqualTo(4);
    for (int i = 4; i < 1000; i++) {
      sent.sent(i, 1000, true, START);
      assertThat(acknowledge(i, i, START)).isTrue();
    }
    assertThat(acknowledge(0, 2, START)).isTrue();
    assertThat(sent.packetsInFlight()).isZero();
    assertThat(sent.oldestInFlight()).isEqualTo(1000);
    assertThat(acknowledge(4, 999, START)).isTrue();
    assertThat(acknowledge(3, 999, START)).isFalse();
    assertThat(acknowledge(0, 3, START)).isFalse();
  }

  @Test
  void shouldNotCountWhatIsLeftOutAsInFlightOrLost() {
    assertThat(sent.leaveOut()).isTrue();
    send(1, START);
    assertThat(sent.leaveOut()).isTrue();
    assertThat(sent.oldestInFlight()).isEqualTo(1);
    assertThat(sent.nextInFlight(1)).isEqualTo(3);
    send(4, START);
    assertThat(acknowledge(6, 6, START)).isTrue();
    sent.detectLosses(Nanos.SECOND, START, listener);
    assertThat(heard()).containsExactly("acked 6", "lost 1", "lost 3");
  }

  @Test
  void shouldLoseByNumber() {
    send(6, START);
    acknowledge(3, 3, START);
    assertThat(sent.detectLosses(LOSS_DELAY, START, listener)).isEqualTo(START + LOSS_DELAY);
    assertThat(heard()).containsExactly("acked 3", "lost 0");
    acknowledge(5, 5, START);
    sent.detectLosses(LOSS_DELAY, START, listener);
    assertThat(heard()).containsExactly("acked 5", "lost 1", "lost 2");
    assertThat(sent.lostBytes()).isEqualTo(3000);
    assertThat(sent.bytesInFlight()).isEqualTo(1000);
  }

  @Test
  void shouldLoseByTime() {
    send(1, START);
    send(1, START + MS);
    send(2, START + 9 * MS);
    acknowledge(2, 2, START + 10 * MS);
    assertThat(sent.detectLosses(LOSS_DELAY, START + LOSS_DELAY - 1, listener))
        .isEqualTo(START + LOSS_DELAY);
    assertThat(sent.detectLosses(LOSS_DELAY, START + LOSS_DELAY, listener))
        .isEqualTo(START + MS + LOSS_DELAY);
    assertThat(heard()).containsExactly("acked 2", "lost 0");
    assertThat(sent.detectLosses(LOSS_DELAY, START + MS + LOSS_DELAY, listener))
        .as("what is above the largest one acknowledged is not judged")
        .isEqualTo(Nanos.NEVER);
    assertThat(sent.oldestInFlight()).isEqualTo(3);
  }

  @Test
  void shouldNoticeWhatArrivesAfterAll() {
    send(5, START);
    acknowledge(4, 4, START);
    sent.detectLosses(LOSS_DELAY, START, listener);
    heard();
    acknowledge(0, 0, START + 1);
    assertThat(heard()).containsExactly("late 0");
    acknowledge(0, 1, START + 2);
    assertThat(heard()).containsExactly("late 1");
    assertThat(sent.hasNewlyAcked()).isFalse();
    assertThat(sent.deliveredBytes()).isEqualTo(3000);
    assertThat(sent.bytesInFlight()).isEqualTo(2000);
  }

  @Test
  void shouldNoticeSeveralInOneAcknowledgement() {
    send(12, START);
    acknowledge(11, 11, START);
    sent.detectLosses(LOSS_DELAY, START, listener);
    heard();
    sent.beginAck(START);
    sent.acknowledge(10, 11, listener);
    sent.acknowledge(5, 6, listener);
    sent.acknowledge(1, 3, listener);
    assertThat(heard())
        .containsExactly("acked 10", "late 6", "late 5", "late 3", "late 2", "late 1");
  }

  @Test
  void shouldForgetWhatWasLostLongAgo() {
    send(5, START);
    acknowledge(3, 3, START);
    sent.detectLosses(LOSS_DELAY, START, listener);
    acknowledge(4, 4, START + MS);
    sent.detectLosses(LOSS_DELAY, START + MS, listener);
    sent.forgetLostBefore(START + MS);
    heard();
    acknowledge(0, 1, START + MS);
    assertThat(heard()).containsExactly("late 1");
  }

  /** What the ledger has forgotten it takes for acknowledged, even if it has room for it again. */
  @Test
  void shouldKnowWhatItDoesNotKnow() {
    send(200, START);
    acknowledge(0, 199, START);
    assertThat(sent.hasAckedBetween(150, 152)).isTrue();
    for (int i = 0; i < 10; i++) {
      sent.sent(sent.nextNumber(), 50, false, START);
    }
    assertThat(sent.hasAckedBetween(199, 210)).isFalse();
    send(700, START);
    assertThat(sent.hasAckedBetween(10, 12)).isTrue();
  }

  @Test
  void shouldKeepRoomForProbes() {
    send(1024 - 128, START);
    assertThat(sent.hasRoom()).isFalse();
    assertThat(sent.hasRoomForProbe()).isTrue();
    send(128, START);
    assertThat(sent.hasRoomForProbe()).isFalse();
    assertThatThrownBy(() -> send(1, START)).isInstanceOf(IllegalStateException.class);
    acknowledge(0, 200, START);
    assertThat(sent.hasRoom()).isTrue();
    send(100, START);
    assertThat(sent.packetsInFlight()).isEqualTo(1024 - 201 + 100);
  }

  /** With memory for another 64 numbers only. */
  @Test
  void shouldHoldAsManyNumbersAsThereIsMemoryFor() {
    long bytes = 64 * SentPackets.BYTES_OF_A_NUMBER;
    ByteBudget budget = new ByteBudget(bytes, bytes, 0);
    SentPackets few = new SentPackets(1024, budget.share(InetAddress.getLoopbackAddress()));
    while (few.hasRoom()) {
      few.sent(few.nextNumber(), 1000, true, START);
    }
    assertThat(few.nextNumber()).isEqualTo(112);
    assertThat(budget.heldBytes()).isEqualTo(bytes);
    while (few.hasRoomForProbe()) {
      few.sent(few.nextNumber(), 1000, true, START);
    }
    assertThat(few.nextNumber()).isEqualTo(128);
    assertThatThrownBy(() -> few.sent(128, 1, true, START))
        .isInstanceOf(IllegalStateException.class);

    few.makeRoom(START, listener);
    few.makeRoom(START, listener);

    assertThat(heard()).containsExactly("lost 0");
    few.sent(128, 1000, false, START);
    few.makeRoom(START, listener);
    assertThat(heard()).containsExactly("lost 1");
    few.beginAck(START + MS);
    assertThat(few.acknowledge(1, 128, listener)).isTrue();
    assertThat(few.packetsInFlight()).isZero();
    assertThat(heard()).hasSize(127).startsWith("late 1", "acked 2").endsWith("acked 127");
  }

  @Test
  void shouldRefuseNumbersThatGoBackAndOddBounds() {
    send(3, START);
    assertThatThrownBy(() -> sent.sent(2, 1, true, 0)).isInstanceOf(IllegalStateException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SentPackets(1000, ByteBudget.unlimited()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SentPackets(128, ByteBudget.unlimited()));
  }

  /** One packet of 1000 bytes each 10 ms, a round trip of 40 ms: 100 kB/s. */
  @Test
  void shouldMeasureTheRateOfDelivery() {
    for (int i = 0; i < 20; i++) {
      long nowNs = START + 10 * MS * i;
      if (i >= 4) {
        acknowledge(i - 4, i - 4, nowNs);
        RateSample sample = sent.endAck();
        sample.minRttNs = 40 * MS;
        assertThat(sample.ackedBytes()).isEqualTo(1000);
        assertThat(sample.priorInFlightBytes()).isEqualTo(4000);
        assertThat(sample.inFlightBytes()).isEqualTo(3000);
        if (i >= 8) {
          assertThat(sample.deliveredBytes() - sample.priorDeliveredBytes()).isEqualTo(4000);
          assertThat(sample.intervalNs()).isEqualTo(40 * MS);
          assertThat(sample.deliveryRate()).isEqualTo(100_000);
        }
      }
      send(1, nowNs);
    }
  }

  /** Acknowledgements that were held up and arrive together must not exaggerate the rate. */
  @Test
  void shouldMeasureByTheTimeOfSendingIfThatWasLonger() {
    for (int i = 0; i < 5; i++) {
      send(1, START + 100 * MS * i);
    }
    acknowledge(0, 3, START + 500 * MS);
    sent.endAck();
    acknowledge(4, 4, START + 500 * MS);
    RateSample sample = sent.endAck();
    assertThat(sample.deliveredBytes() - sample.priorDeliveredBytes()).isEqualTo(5000);
    assertThat(sample.intervalNs()).as("100 ms of sending").isEqualTo(500 * MS);
    sample.minRttNs = 501 * MS;
    assertThat(sample.deliveryRate()).as("too short to be true").isEqualTo(-1);
  }

  @Test
  void shouldMarkPacketsThatWereSentForWantOfMore() {
    send(2, START);
    sent.markAppLimited();
    send(2, START);
    assertThat(sent.wasAppLimited(1)).isFalse();
    assertThat(sent.wasAppLimited(2)).isTrue();
    acknowledge(0, 1, START + MS);
    assertThat(sent.endAck().appLimited()).isFalse();
    send(1, START + MS);
    assertThat(sent.wasAppLimited(4)).as("not yet delivered").isTrue();
    acknowledge(2, 2, START + MS);
    assertThat(sent.endAck().appLimited()).isTrue();
    send(1, START + MS);
    assertThat(sent.wasAppLimited(5)).isFalse();
  }

  @Test
  void shouldTellHowMuchWasLostAndInFlight() {
    send(6, START);
    acknowledge(4, 4, START);
    sent.detectLosses(LOSS_DELAY, START, listener);
    RateSample sample = sent.endAck();
    assertThat(sample.lostBytes()).isEqualTo(2000);
    assertThat(sample.totalLostBytes()).isEqualTo(2000);
    assertThat(sample.priorLostBytes()).isZero();
    assertThat(sample.flightAtSendBytes()).isEqualTo(5000);
    assertThat(sample.largestAcked()).isEqualTo(4);
    assertThat(sent.lostSinceBytes(1)).isEqualTo(2000);
    assertThat(sent.flightAtSendBytes(1)).isEqualTo(2000);
  }
}
