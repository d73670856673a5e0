package dev.ferry.protocol.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link LabSender}: when it repeats, and when it gives up. */
class SenderPatienceTest {
  private static final long MS = Nanos.MILLISECOND;

  /** Three chunks of ten. */
  private static final String CONTENT = "0123456789abcdefghijXYZ";

  /** 0.5 s and then 1 s each, staggered. */
  private static final List<Long> FOREIGN_TIMEOUTS_MS =
      List.of(500L, 1654L, 2713L, 3927L, 5045L, 6067L);

  private static SenderHarness sending(SenderHarness sender, String startAck) {
    sender.sent();
    sender.pass(20 * MS);
    sender.answered(startAck);
    sender.events();
    return sender;
  }

  private static SenderHarness foreignSending() {
    return sending(SenderHarness.foreign(CONTENT), "a | 1 | 18");
  }

  private static SenderHarness ownSending() {
    return sending(SenderHarness.offering(CONTENT), "a | 1 | 0000000018");
  }

  private static SenderHarness last(SenderHarness sender) {
    for (int ack = 2; ack <= 3; ack++) {
      sender.pass(20 * MS);
      sender.answered("a | " + ack);
    }
    sender.events();
    return sender;
  }

  /**
   * When the datagram in flight is repeated, in ms after now, if no answer comes; last: the end.
   */
  private static List<Long> timeoutsOf(SenderHarness sender) {
    long beginNs = sender.nowNs;
    List<Long> timeoutsMs = new ArrayList<>();
    for (boolean ended = false; !ended; ended = !sender.sends()) {
      sender.expire();
      timeoutsMs.add((sender.nowNs - beginNs) / MS);
    }
    return timeoutsMs;
  }

  @Test
  void shouldRepeatTheStartAboutTwiceASecondForTwentySeconds() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    sender.sent();
    List<Long> timeoutsMs = timeoutsOf(sender);
    assertThat(timeoutsMs).hasSize(36).startsWith(500L, 1077L, 1606L);
    assertThat(timeoutsMs.get(35)).isBetween(20_000L, 20_625L);
    assertThat(sender.failure()).isEqualTo(new TransferFailure.NoAnswer());
  }

  @Test
  void shouldGiveAForeignServerFiveRetriesAndFiveSeconds() {
    SenderHarness sender = foreignSending();
    assertThat(timeoutsOf(sender)).isEqualTo(FOREIGN_TIMEOUTS_MS);
    assertThat(sender.failure()).isEqualTo(new TransferFailure.LostContact());
  }

  @Test
  void shouldGiveAForeignServerTheSamePatienceAtTheLastChunk() {
    SenderHarness sender = last(foreignSending());
    assertThat(timeoutsOf(sender)).isEqualTo(FOREIGN_TIMEOUTS_MS);
    assertThat(sender.failure()).isEqualTo(new TransferFailure.OutcomeUnknown());
  }

  @Test
  void shouldMakeFiveRetriesHoweverLongEachWaits() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    sender.sent();
    sender.expire();
    sender.sent();
    sender.pass(3500 * MS);
    sender.answered("a | 1 | 18"); // 4 s after the first start: a timeout of 4.25 s
    assertThat(timeoutsOf(sender)).hasSize(6).startsWith(4_250L, 9_156L).endsWith(27_912L);
    assertThat(sender.failure()).isEqualTo(new TransferFailure.LostContact());
  }

  @Test
  void shouldKeepAtItFor120SecondsTowardsOwnServer() {
    SenderHarness sender = ownSending();
    List<Long> timeoutsMs = timeoutsOf(sender);
    assertThat(timeoutsMs).startsWith(60L, 129L, 192L, 338L, 472L, 595L);
    assertThat(timeoutsMs.get(timeoutsMs.size() - 1)).isBetween(120_000L, 121_250L);
    assertThat(timeoutsMs.get(timeoutsMs.size() - 2)).isLessThan(120_000L);
    assertThat(sender.failure()).isEqualTo(new TransferFailure.LostContact());
  }

  @Test
  void shouldStartPatienceAnewWithEveryAcknowledgement() {
    SenderHarness sender = foreignSending();
    for (int i = 0; i < 5; i++) {
      sender.expire();
      sender.sent();
    }
    sender.pass(MS);
    sender.answered("a | 2");
    assertThat(timeoutsOf(sender)).hasSize(6);
  }

  /** The machine is busy, and so may the server's be, which may be the same. */
  @Test
  void shouldHaveMorePatienceIfItsTimersAreLate() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    sender.sent();
    for (int i = 0; i < 36; i++) { // 20 s if the timers come in time
      sender.expireLate(Nanos.SECOND);
      sender.sent();
    }
    assertThat(sender.answered("a | 1 | 18")).startsWith("d | 1 | ");
  }

  @Test
  void shouldNotWaitForEverHoweverLateItsTimersAre() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    sender.sent();
    long beginNs = sender.nowNs;
    boolean ended = false;
    while (!ended) {
      sender.expireLate(30 * Nanos.SECOND);
      ended = !sender.sends();
    }
    assertThat(sender.nowNs - beginNs).isBetween(300 * Nanos.SECOND, 340 * Nanos.SECOND);
  }

  @Test
  void shouldNotPutOffTheEndBecauseOfMeaninglessDatagrams() {
    SenderHarness sender = foreignSending();
    List<Long> timeoutsMs = new ArrayList<>();
    long beginNs = sender.nowNs;
    boolean ended = false;
    while (!ended) {
      sender.receive("");
      sender.receive("a | 1 | 18");
      sender.receive("a | 99");
      sender.assertNothingSent();
      sender.expire();
      timeoutsMs.add((sender.nowNs - beginNs) / MS);
      ended = !sender.sends();
    }
    assertThat(timeoutsMs).isEqualTo(FOREIGN_TIMEOUTS_MS);
  }

  @Test
  void shouldRepeatAtMeasuredPaceTowardsOwnServerAndNoFasterThanTheFloor() {
    SenderHarness sender = SenderHarness.offering("x".repeat(1000));
    sender.sent();
    sender.pass(Nanos.MICROSECOND);
    sender.answered("a | 1 | 0000000018");
    assertThat(sender.timeoutInNs()).isEqualTo(2 * MS);
  }

  @Test
  void shouldNeverRepeatSoonerThanHalfASecondTowardsAForeignServer() {
    SenderHarness sender = SenderHarness.foreign("x".repeat(1000));
    sender.sent();
    sender.pass(Nanos.MICROSECOND);
    sender.answered("a | 1 | 18");
    assertThat(sender.timeoutInNs()).isEqualTo(500 * MS);
  }

  @Test
  void shouldGiveOwnServersDiskTimeBeforeTheLastChunkIsRepeated() {
    SenderHarness sender = SenderHarness.offering("abc");
    sender.sent();
    sender.pass(Nanos.MICROSECOND);
    sender.answered("a | 1 | 0000001472");
    assertThat(sender.timeoutInNs()).isEqualTo(100 * MS);
  }

  @Test
  void shouldWaitLongerForTheDataOfASlowServerWhoseStartWasRepeated() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    sender.sent();
    sender.expire();
    sender.sent();
    sender.pass(100 * MS);
    sender.answered("a | 1 | 18"); // within 600 ms: the second start may have been unnecessary
    assertThat(sender.timeoutInNs()).isEqualTo(1800 * MS);
  }
}
