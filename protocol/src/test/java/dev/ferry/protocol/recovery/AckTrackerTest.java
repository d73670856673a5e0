package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link AckTracker}: protocol.md, section 12, and the ranges against a set. */
class AckTrackerTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long RTT = 40 * MS;

  /** So that every deadline lies beyond the overflow. */
  private static final long START = Nanos.after(Long.MAX_VALUE, -100);

  private final AckTracker received = new AckTracker();

  private void packets(long from, long to, long nowNs) {
    for (long number = from; number <= to; number++) {
      assertThat(received.onPacket(number, true, nowNs, RTT)).isTrue();
    }
  }

  private static List<String> ranges(AckTracker received) {
    List<String> ranges = new ArrayList<>();
    for (int i = 0; i < received.rangeCount(); i++) {
      ranges.add(received.low(i) + "-" + received.high(i));
    }
    return ranges;
  }

  @Test
  void shouldBeSilentAtFirst() {
    assertThat(received.isAckPending()).isFalse();
    assertThat(received.isAckDue(START)).isFalse();
    assertThat(received.nextTimeout()).isEqualTo(Nanos.NEVER);
    assertThat(received.largest()).isEqualTo(-1);
    assertThat(received.rangeCount()).isZero();
  }

  @Test
  void shouldAcknowledgeTheTenthPacketAtOnce() {
    packets(0, 8, START);
    assertThat(received.isAckPending()).isTrue();
    assertThat(received.isAckDue(START)).isFalse();
    packets(9, 9, START);
    assertThat(received.isAckDue(START)).isTrue();
    received.onAckSent();
    assertThat(received.isAckPending()).isFalse();
    packets(10, 18, START);
    assertThat(received.isAckDue(START)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1000",
    "3999, 1000",
    "4004, 1001",
    "40000, 10000",
    "100000, 25000",
    "333000, 25000"
  })
  void shouldWaitAQuarterOfTheRoundTripButNeitherTooShortNorTooLong(long rttUs, long waitUs) {
    long dueNs = START + waitUs * Nanos.MICROSECOND;
    received.onPacket(0, true, START, rttUs * Nanos.MICROSECOND);
    received.onPacket(1, true, START + 10, rttUs * Nanos.MICROSECOND);
    assertThat(received.nextTimeout()).isEqualTo(dueNs);
    assertThat(received.isAckDue(dueNs - 1)).isFalse();
    assertThat(received.isAckDue(dueNs)).isTrue();
  }

  @Test
  void shouldAcknowledgeAtOnceWhatLeavesAGapAndWhatFillsIt() {
    packets(0, 0, START);
    packets(2, 2, START);
    assertThat(received.isAckDue(START)).isTrue();
    received.onAckSent();
    packets(3, 3, START);
    assertThat(received.isAckDue(START)).as("in order again").isFalse();
    packets(1, 1, START);
    assertThat(received.isAckDue(START)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"100, 10", "320, 10", "640, 20", "3200, 100", "8192, 256", "20000, 256"})
  void shouldAcknowledgeMorePacketsAtOnceTheFasterTheyCome(int perRoundTrip, int perAck) {
    long spacing = RTT / perRoundTrip;
    int unreported = 0;
    int last = 0;
    for (int number = 0; number < 4 * perRoundTrip; number++) {
      long now = START + number * spacing;
      received.onPacket(number, true, now, RTT);
      unreported++;
      if (received.isAckDue(now)) {
        received.onAckSent();
        last = unreported;
        unreported = 0;
      }
    }
    assertThat(last).isEqualTo(perAck);
  }

  @Test
  void shouldAcknowledgeAtOnceWhatAsksForIt() {
    packets(0, 0, START);
    received.ackAtOnce(START);
    assertThat(received.isAckDue(START)).isTrue();
  }

  @Test
  void shouldNotAnswerWhatDoesNotCallForIt() {
    for (long number = 0; number < 100; number += 3) {
      received.onPacket(number, false, START, RTT);
    }
    assertThat(received.isAckPending()).isFalse();
    assertThat(received.rangeCount()).isEqualTo(34);
  }

  @Test
  void shouldSayWhenTheTrainCameSinceTheLastAcknowledgement() {
    received.onPacket(5, true, START, RTT);
    assertThat(received.arrivedNs()).isZero();
    assertThat(received.trainNumbers() + received.trainNs()).isZero();
    received.onPacket(6, true, START + MS, RTT);
    received.onPacket(8, true, START + 3 * MS, RTT);
    assertThat(received.arrivedNs()).isEqualTo(3 * MS);
    assertThat(received.trainNumbers()).isEqualTo(3);
    assertThat(received.trainNs()).isEqualTo(3 * MS);

    received.onAckSent();
    assertThat(received.trainNumbers() + received.trainNs()).isZero();
    received.onPacket(7, true, START + 4 * MS, RTT);
    assertThat(received.trainNumbers() + received.trainNs()).as("late").isZero();
    received.onPacket(9, true, START + 6 * MS, RTT);
    assertThat(received.arrivedNs()).isEqualTo(6 * MS);
    assertThat(received.trainNumbers()).isEqualTo(2);
    assertThat(received.trainNs()).isEqualTo(2 * MS);
  }

  /** The first packet to come is the highest: nothing came before it. */
  @Test
  void shouldNotSayThatALatePacketWasEarly() {
    received.onPacket(9, true, START, RTT);
    received.onPacket(8, true, START + MS, RTT);
    assertThat(received.trainNumbers() + received.trainNs()).isZero();
  }

  @Test
  void shouldDoNothingForAPacketThatItKnows() {
    packets(0, 5, START);
    received.onAckSent();
    assertThat(received.onPacket(3, true, START, RTT)).isFalse();
    assertThat(received.isAckPending()).isFalse();
  }

  @Test
  void shouldMeasureTheDelayOfTheLargest() {
    packets(0, 5, START);
    packets(9, 9, START + 3 * MS);
    packets(7, 7, START + 5 * MS);
    assertThat(received.ackDelayNs(START + 11 * MS)).isEqualTo(8 * MS);
  }

  @Test
  void shouldForgetWhatThePeerKnows() {
    packets(0, 9, START);
    packets(12, 15, START);
    received.onAckSent();
    packets(16, 20, START);
    received.onAckAcknowledged(15);
    assertThat(ranges(received)).containsExactly("16-20");
    received.onAckAcknowledged(20);
    assertThat(ranges(received)).isEmpty();
    packets(21, 21, START);
    assertThat(received.isAckPending()).isTrue();
    assertThat(ranges(received)).containsExactly("21-21");
    assertThat(received.largest()).isEqualTo(21);
  }

  @Test
  void shouldNotForgetWhatCameInBehindTheAcknowledgement() {
    packets(0, 4, START);
    packets(6, 9, START);
    received.onAckSent();
    packets(5, 5, START);
    received.onAckAcknowledged(9);
    assertThat(ranges(received)).containsExactly("5-9");
    packets(10, 10, START);
    received.onAckSent();
    received.onAckAcknowledged(10);
    assertThat(ranges(received)).isEmpty();
  }

  /** A peer that is told times of a number that is not listed takes the packet for malformed. */
  @Test
  void shouldListTheLargestNumberAgainWithOneThatCameLate() {
    packets(0, 20, START);
    packets(30, 130, START);
    received.onAckSent();
    received.onAckAcknowledged(130);
    assertThat(ranges(received)).isEmpty();

    received.onPacket(24, true, START + RTT, RTT);
    assertThat(ranges(received)).containsExactly("130-130", "24-24");
    assertThat(received.trainNumbers()).isLessThanOrEqualTo(received.high(0));
    assertThat(received.ackDelayNs(START + RTT)).isEqualTo(RTT);
    received.onAckSent();
    received.onAckAcknowledged(130);
    received.onPacket(131, true, START + RTT, RTT);
    received.onAckSent();
    received.onAckAcknowledged(131);
    assertThat(ranges(received)).isEmpty();
  }

  @Test
  void shouldForgetTheLowestRangeWhenThereAreTooMany() {
    for (long number = 0; number < 2 * AckTracker.MAX_RANGES; number += 2) {
      packets(number, number, START);
    }
    packets(128, 128, START);
    assertThat(received.rangeCount()).isEqualTo(AckTracker.MAX_RANGES);
    assertThat(received.low(AckTracker.MAX_RANGES - 1)).isEqualTo(2);
    assertThat(received.onPacket(0, true, START, RTT)).as("taken, but not listed").isTrue();
    assertThat(received.low(AckTracker.MAX_RANGES - 1)).isEqualTo(2);
    assertThat(received.high(0)).isEqualTo(128);
  }

  /** While there are few ranges: every number is listed that is not known to be known. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 20})
  void shouldAgreeWithASet(int spread) {
    for (long seed = 0; seed < 12; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      AckTracker packets = new AckTracker();
      TreeSet<Long> seen = new TreeSet<>();
      boolean crowded = false;
      for (int i = 0; i < 500; i++) {
        long last = seen.isEmpty() ? -1 : seen.last();
        long number = Math.max(0, last + random.nextLong(-2L * spread, spread + 2));
        String name = "seed %d, packet %d".formatted(seed, number);
        boolean known = lists(packets, number);
        assertThat(packets.onPacket(number, true, START, RTT)).as(name).isEqualTo(!known);
        seen.add(number);
        assertThat(packets.largest()).as(name).isEqualTo(seen.last());
        crowded |= packets.rangeCount() == AckTracker.MAX_RANGES;
        Long below = assertListsOnly(packets, seen, name);
        assertThat(crowded || below == null).as(name).isTrue();
      }
    }
  }

  private static boolean lists(AckTracker packets, long number) {
    for (int i = 0; i < packets.rangeCount(); i++) {
      if (packets.low(i) <= number && number <= packets.high(i)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the highest number below all that is listed, or null. */
  private static Long assertListsOnly(AckTracker packets, NavigableSet<Long> seen, String name) {
    Long at = seen.last();
    for (int i = 0; i < packets.rangeCount(); i++) {
      assertThat(at).as(name).isEqualTo(packets.high(i));
      long number = at;
      while (seen.contains(number)) {
        number--;
      }
      assertThat(packets.low(i)).as(name).isEqualTo(number + 1);
      at = seen.lower(number);
    }
    return at;
  }

  /** Whatever is lost, reordered or forgotten: what came in is reported until the peer knows. */
  @Test
  void shouldReportEverythingUntilThePeerKnows() {
    record Ack(long largest, List<Long> numbers) {}
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      AckTracker packets = new AckTracker();
      TreeSet<Long> unknownToPeer = new TreeSet<>();
      List<Ack> underway = new ArrayList<>();
      for (long i = 0; i < 60; i++) {
        long number = Math.max(0, i - random.nextLong(6));
        if (packets.onPacket(number, true, START, RTT)) {
          unknownToPeer.add(number);
        }
        if (random.nextInt(3) == 0) {
          List<Long> listed = unknownToPeer.stream().filter(n -> lists(packets, n)).toList();
          underway.add(new Ack(packets.largest(), listed));
          packets.onAckSent();
        }
        if (!underway.isEmpty() && random.nextInt(3) == 0) {
          Ack arrived = underway.remove(random.nextInt(underway.size()));
          unknownToPeer.removeAll(arrived.numbers());
          packets.onAckAcknowledged(arrived.largest());
        }
        for (long unknown : unknownToPeer) {
          assertThat(lists(packets, unknown)).as("seed %d, packet %d", seed, unknown).isTrue();
        }
      }
    }
  }
}
