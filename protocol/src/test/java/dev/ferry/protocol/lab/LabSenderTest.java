package dev.ferry.protocol.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ferry.protocol.MemoryContent;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceChangedException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.UnreachableReports;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.SenderEvent.Completed;
import dev.ferry.protocol.lab.SenderEvent.Connected;
import dev.ferry.protocol.util.Nanos;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** The table in the comment of {@link LabSender}: every state and every event. */
class LabSenderTest {
  /** Three chunks with {@link #BUFFER_OF_TEN}. */
  private static final String CONTENT = "0123456789abcdefghijXYZ";

  private static final String BUFFER_OF_TEN = "a | 1 | 18";
  private static final String OWN_BUFFER_OF_TEN = "a | 1 | 0000000018";

  enum At {
    STARTING(0),
    SENDING(2),
    LAST(3),
    ENDED(3);

    /** The number of the message in flight. */
    final long seqno;

    At(long seqno) {
      this.seqno = seqno;
    }
  }

  private static SenderHarness foreignAt(At state) {
    return at(state, SenderHarness.foreign(CONTENT), BUFFER_OF_TEN);
  }

  private static SenderHarness ownAt(At state) {
    return at(state, SenderHarness.offering(CONTENT), OWN_BUFFER_OF_TEN);
  }

  /** With the message in flight; SENDING is in the middle, so that there is a stale ack. */
  private static SenderHarness at(At state, SenderHarness sender, String startAck) {
    sender.sent();
    if (state == At.STARTING) {
      return sender;
    }
    sender.answered(startAck);
    sender.answered("a | 2");
    if (state != At.SENDING) {
      sender.answered("a | 3");
    }
    if (state == At.ENDED) {
      sender.receive("a | 4");
    }
    sender.events();
    return sender;
  }

  // Awaited acknowledgement

  @Test
  void shouldSendTheFirstChunkWhenTheStartIsAcknowledged() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    assertThat(sender.sent()).isEqualTo("s | 0 | name.txt | 23");
    assertThat(sender.answered(BUFFER_OF_TEN)).isEqualTo("d | 1 | 0123456789");
    assertThat(sender.events()).containsExactly(new Connected(18, false));
    assertThat(sender.sender.acknowledgedBytes()).isZero();
  }

  @Test
  void shouldSendTheLastChunkAtOnceWhenItIsTheOnlyOne() {
    SenderHarness sender = SenderHarness.foreign("abc");
    sender.sent();
    assertThat(sender.answered("a | 1 | 1472")).isEqualTo("d | 1 | abc");
    assertThat(failureOfSilence(sender)).isEqualTo(new TransferFailure.OutcomeUnknown());
  }

  @Test
  void shouldEndWhenTheChunkOfAnEmptyFileIsAcknowledgedByOwnPeer() {
    SenderHarness sender = SenderHarness.offering("");
    assertThat(sender.sent()).isEqualTo("s | 0 | name.txt | 00000000000000000000");
    assertThat(sender.answered("a | 1 | 0000001472")).isEqualTo("d | 1 | ");
    sender.receive("a | 2");
    assertThat(sender.completion().datagramsSent()).isEqualTo(2);
  }

  @Test
  void shouldSendTheNextChunkAndThenTheLastOne() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    sender.sent();
    sender.answered(BUFFER_OF_TEN);
    sender.events();
    assertThat(sender.answered("a | 2")).isEqualTo("d | 2 | abcdefghij");
    assertThat(sender.sender.acknowledgedBytes()).isEqualTo(10);
    assertThat(sender.answered("a | 3")).isEqualTo("d | 3 | XYZ");
    assertThat(sender.sender.acknowledgedBytes()).isEqualTo(20);
    assertThat(sender.events()).isEmpty();
  }

  @Test
  void shouldCompleteWhenTheLastChunkIsAcknowledged() {
    SenderHarness sender = foreignAt(At.LAST);
    sender.receive("a | 4");
    assertThat(sender.sender.acknowledgedBytes()).isEqualTo(23);
    assertThat(sender.events()).hasOnlyElementsOfType(Completed.class).hasSize(1);
    sender.assertNothingSent();
    assertThat(sender.sender.nextTimeout()).isEqualTo(Nanos.NEVER);
  }

  @Test
  void shouldIgnoreTheLastAcknowledgementWhenItComesAgain() {
    SenderHarness sender = foreignAt(At.ENDED);
    sender.assertNoOp(() -> sender.receive("a | 4"));
  }

  // A cap

  @Test
  void shouldKeepChunksBelowACap() {
    SenderHarness sender = SenderHarness.foreign("x".repeat(5000));
    RateCap cap = new RateCap();
    cap.setRate(1000, sender.nowNs);
    sender.sender.capBy(cap);
    sender.sent();
    long startNs = sender.nowNs;
    sender.receive("a | 1 | 1000");
    for (int chunk = 1; chunk <= 5; chunk++) {
      while (!sender.sends()) {
        assertThat(sender.timeoutInNs()).isPositive();
        sender.expire();
      }
      sender.receive("a | " + (chunk + 1));
    }
    assertThat(sender.nowNs - startNs).isBetween(4 * Nanos.SECOND, 5 * Nanos.SECOND);
  }

  // Echo of the number

  @Test
  void shouldTakeAnEchoOfTheStartsNumberForItsAcknowledgement() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    sender.sent();
    assertThat(sender.answered("a | 0 | 18")).isEqualTo("d | 1 | 0123456789");
  }

  @Test
  void shouldTakeEchoesForAcknowledgementsOnceTheStartWasEchoed() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    sender.sent();
    sender.answered("a | 0 | 18");
    assertThat(sender.answered("a | 1 | 18")).isEqualTo("d | 2 | abcdefghij");
    sender.assertNoOp(() -> sender.receive("a | 3 | 18"));
    assertThat(sender.answered("a | 2 | 18")).isEqualTo("d | 3 | XYZ");
    sender.assertNoOp(() -> sender.receive("a | 4 | 18"));
    sender.receive("a | 3 | 18");
    assertThat(sender.completion().acknowledgedBytes()).isEqualTo(23);
  }

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"SENDING", "LAST", "ENDED"})
  void shouldIgnoreTheEchoOfANumberWhereTheServerCounts(At state) {
    SenderHarness sender = foreignAt(state);
    sender.assertNoOp(() -> sender.receive("a | " + state.seqno));
  }

  // Stale, impossible and meaningless messages

  @ParameterizedTest
  @EnumSource(value = At.class, names = "STARTING", mode = Mode.EXCLUDE)
  void shouldIgnoreStaleAcknowledgements(At state) {
    SenderHarness sender = foreignAt(state);
    for (long seqno = 0; seqno < state.seqno; seqno++) {
      String stale = "a | " + seqno;
      sender.assertNoOp(() -> sender.receive(stale));
      sender.assertNoOp(() -> sender.receive(stale + " | 18"));
    }
  }

  @Test
  void shouldIgnoreStaleAcknowledgementsOfAnEarlierTransferWhileStarting() {
    SenderHarness sender = SenderHarness.of(Dialect.SPACED, 39, CONTENT, false);
    sender.sent();
    sender.assertNoOp(() -> sender.receive("a | 1 | 1472"));
    sender.assertNoOp(() -> sender.receive("a | 38 | 1472"));
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void shouldIgnoreAcknowledgementsBeyondWhatWasSent(At state) {
    SenderHarness sender = foreignAt(state);
    sender.assertNoOp(() -> sender.receive("a | " + (state.seqno + 2)));
    sender.assertNoOp(() -> sender.receive("a | " + (state.seqno + 2) + " | 1472"));
    sender.assertNoOp(() -> sender.receive("a | 9223372036854775807"));
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void shouldIgnoreWhatMakesNoSense(At state) {
    SenderHarness sender = foreignAt(state);
    long next = state.seqno + 1;
    String[] senseless = {
      "",
      "a",
      "a | ",
      "a | x",
      "a | -1",
      "x | " + next,
      "d | " + next + " | x",
      "\u00ff\u0000",
      "a | " + next + " | 18 | 1",
      "a | " + next + " | x",
      "a | 9223372036854775808",
      "r | 0 | 99",
    };
    for (String datagram : senseless) {
      sender.assertNoOp(() -> sender.receive(datagram));
    }
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void shouldIgnoreDatagramsFromElsewhere(At state) {
    SenderHarness sender = foreignAt(state);
    String awaited = "a | " + (state.seqno + 1) + " | 18";
    sender.assertNoOp(() -> sender.receive(awaited, SenderHarness.STRANGER));
    sender.assertNoOp(() -> sender.receive("r | " + state.seqno + " | 1", SenderHarness.STRANGER));
  }

  @Test
  void shouldIgnoreAcknowledgementsOfWhatWasNotSentYet() {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    sender.receive("a | 1 | 18");
    assertThat(sender.sent()).startsWith("s");
    sender.receive("a | 1 | 18");
    sender.receive("a | 2");
    assertThat(sender.sent()).isEqualTo("d | 1 | 0123456789");
  }

  // Refusals

  @Test
  void shouldFailWhenTheStartIsRefused() {
    SenderHarness sender = foreignAt(At.STARTING);
    sender.receive("r | 0 | 3");
    assertThat(sender.failure()).isEqualTo(new TransferFailure.Refused(RefusalReason.EXISTS));
  }

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"SENDING", "LAST"})
  void shouldFailWhenOwnPeerRefusesAChunk(At state) {
    SenderHarness sender = ownAt(state);
    sender.receive("r | " + state.seqno + " | 5");
    assertThat(sender.failure()).isEqualTo(new TransferFailure.Refused(RefusalReason.NO_SPACE));
  }

  @ParameterizedTest
  @EnumSource(value = At.class, names = "STARTING", mode = Mode.EXCLUDE)
  void shouldIgnoreRefusalsOfChunksByAForeignServer(At state) {
    SenderHarness sender = foreignAt(state);
    sender.assertNoOp(() -> sender.receive("r | " + state.seqno + " | 5"));
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void shouldIgnoreRefusalsOfOtherNumbers(At state) {
    SenderHarness sender = ownAt(state);
    sender.assertNoOp(() -> sender.receive("r | " + (state.seqno + 1) + " | 5"));
    if (state != At.STARTING) {
      sender.assertNoOp(() -> sender.receive("r | " + (state.seqno - 1) + " | 5"));
    }
  }

  @Test
  void shouldIgnoreARefusalAfterTheEnd() {
    SenderHarness sender = ownAt(At.ENDED);
    sender.assertNoOp(() -> sender.receive("r | 3 | 5"));
  }

  // Timer

  @ParameterizedTest
  @EnumSource(value = At.class, names = "ENDED", mode = Mode.EXCLUDE)
  void shouldRepeatTheSameBytesWhenTheTimerExpires(At state) {
    SenderHarness sender = SenderHarness.foreign(CONTENT);
    String inFlight = sender.sent();
    String[] acks = {BUFFER_OF_TEN, "a | 2", "a | 3"};
    for (int i = 0; i < state.seqno; i++) {
      inFlight = sender.answered(acks[i]);
    }
    int reads = sender.source.reads();
    sender.events();
    for (int i = 0; i < 3; i++) {
      sender.expire();
      assertThat(sender.sent()).isEqualTo(inFlight);
    }
    assertThat(sender.events()).isEmpty();
    assertThat(sender.source.reads()).as("the file is not read again").isEqualTo(reads);
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void shouldDoNothingBeforeTheTimerIsDue(At state) {
    SenderHarness sender = foreignAt(state);
    sender.assertNoOp(() -> sender.sender.onTimeout(sender.nowNs));
    if (state != At.ENDED) {
      sender.assertNoOp(() -> sender.sender.onTimeout(sender.sender.nextTimeout() - 1));
    }
  }

  @Test
  void shouldDoNothingWhenTimePassesAfterTheEnd() {
    SenderHarness sender = foreignAt(At.ENDED);
    sender.assertNoOp(() -> sender.sender.onTimeout(sender.nowNs + 1000 * Nanos.SECOND));
  }

  @Test
  void shouldReportNoAnswerWhenPatienceWithTheStartIsGone() {
    assertThat(failureOfSilence(foreignAt(At.STARTING))).isEqualTo(new TransferFailure.NoAnswer());
  }

  @Test
  void shouldReportLostContactWhenPatienceInTheMiddleIsGone() {
    assertThat(failureOfSilence(foreignAt(At.SENDING)))
        .isEqualTo(new TransferFailure.LostContact());
  }

  @Test
  void shouldReportAnUnknownOutcomeWhenOnlyTheLastAcknowledgementIsMissing() {
    assertThat(failureOfSilence(foreignAt(At.LAST)))
        .isEqualTo(new TransferFailure.OutcomeUnknown());
  }

  private static TransferFailure failureOfSilence(SenderHarness sender) {
    for (int guard = 0; guard < 1000; guard++) {
      sender.expire();
      if (!sender.sends()) {
        return sender.failure();
      }
    }
    throw new AssertionError("never gives up");
  }

  // Unreachable

  @Test
  void shouldFailAtOnceWhenNothingListensAtTheBeginning() {
    SenderHarness sender = foreignAt(At.STARTING);
    sender.sender.onUnreachable(sender.nowNs);
    assertThat(sender.failure()).isEqualTo(new TransferFailure.NothingListens(false, false));
  }

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"SENDING", "LAST"})
  void shouldTakeItForAHintThatNothingListensOnceTheServerHasAnswered(At state) {
    SenderHarness sender = foreignAt(state);
    sender.assertNoOp(() -> sender.sender.onUnreachable(sender.nowNs));
    assertThat(failureOfSilence(sender))
        .isEqualTo(new TransferFailure.NothingListens(true, state == At.LAST));
  }

  @Test
  void shouldForgetTheHintWhenTheServerIsHeard() {
    SenderHarness sender = foreignAt(At.SENDING);
    sender.sender.onUnreachable(sender.nowNs);
    sender.answered("a | 3");
    assertThat(failureOfSilence(sender)).isEqualTo(new TransferFailure.OutcomeUnknown());
  }

  @Test
  void shouldBelieveTheHintsOfAnOwnPeerWhenTheyGoOn() {
    SenderHarness sender = SenderHarness.offering(CONTENT);
    sender.sent();
    sender.answered("a | 1 | 0000000018");
    long firstNs = sender.nowNs;
    while (sender.nowNs - firstNs < UnreachableReports.PATIENCE_NS) {
      sender.sender.onUnreachable(sender.nowNs);
      sender.expire();
      assertThat(sender.sends()).isTrue();
    }
    sender.sender.onUnreachable(sender.nowNs);
    assertThat(sender.events())
        .last()
        .extracting(event -> ((SenderEvent.Failed) event).failure())
        .isEqualTo(new TransferFailure.NothingListens(true, false));
  }

  @Test
  void shouldNotMindThatNothingListensAfterTheEnd() {
    SenderHarness sender = foreignAt(At.ENDED);
    sender.assertNoOp(() -> sender.sender.onUnreachable(sender.nowNs));
  }

  // The source

  @Test
  void shouldFailWhenTheFirstChunkCannotBeRead() {
    SenderHarness sender = foreignAt(At.STARTING);
    IOException cause = new IOException("on command");
    sender.source.fail(cause);
    sender.receive(BUFFER_OF_TEN);
    assertThat(sender.failure()).isEqualTo(new TransferFailure.SourceFailed(cause));
  }

  @Test
  void shouldFailWhenTheSourceChangesInTheMiddle() {
    SenderHarness sender = foreignAt(At.SENDING);
    IOException cause = new SourceChangedException("on command");
    sender.source.fail(cause);
    sender.receive("a | 3");
    assertThat(sender.failure()).isEqualTo(new TransferFailure.SourceFailed(cause));
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void shouldNotMindABrokenSourceUntilTheNextChunkIsRead(At state) {
    SenderHarness sender = foreignAt(state);
    sender.assertNoOp(() -> sender.source.fail(new IOException("on command")));
    if (state == At.LAST) {
      sender.receive("a | 4");
      assertThat(sender.completion().acknowledgedBytes()).isEqualTo(23);
    } else if (state != At.ENDED) {
      sender.expire();
      assertThat(sender.sent()).isNotEmpty();
    }
  }

  // Across the states

  @Test
  void shouldNeverRepeatTheStartAfterItsAcknowledgement() {
    SenderHarness sender = foreignAt(At.STARTING);
    sender.expire();
    assertThat(sender.sent()).startsWith("s | ");
    sender.answered(BUFFER_OF_TEN);
    sender.assertNoOp(() -> sender.receive(BUFFER_OF_TEN));
    for (int i = 0; i < 4; i++) {
      sender.expire();
      assertThat(sender.sent()).isEqualTo("d | 1 | 0123456789");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 39, 1L << 31, 1L << 32, 1L << 53})
  void shouldCountFromAnyNumber(long seqno0) {
    SenderHarness sender = SenderHarness.of(Dialect.SPACED, seqno0, "abc", false);
    assertThat(sender.sent()).isEqualTo("s | " + seqno0 + " | name.txt | 3");
    assertThat(sender.answered("a | " + (seqno0 + 1) + " | 1472"))
        .isEqualTo("d | " + (seqno0 + 1) + " | abc");
    sender.receive("a | " + (seqno0 + 2));
    assertThat(sender.completion().acknowledgedBytes()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {CONTENT, ""})
  void shouldSendNothingUnencryptedWhereFerryModeIsRequired(String content) {
    for (String plain : new String[] {"a | 1 | 18", "a | 1", "a | 0 | 18", "a | 1 | 00000018"}) {
      SenderHarness sender = SenderHarness.requiringFerry(content);
      sender.sent();
      sender.receive(plain);
      assertThat(sender.failure()).isInstanceOf(TransferFailure.Downgraded.class);
      assertThat(sender.sender.handOver()).isNull();
    }
  }

  @Test
  void shouldHandOverWhereFerryModeIsRequired() {
    SenderHarness sender = SenderHarness.requiringFerry(CONTENT);
    sender.sent();
    sender.receive("a | 2 | 18");
    assertThat(sender.events()).isEmpty();
    sender.receive(OWN_BUFFER_OF_TEN);
    assertThat(sender.sender.handOver()).isNotNull();
    assertThat(sender.events()).isEmpty();
  }

  @Test
  void shouldRejectAStartThatDeclaresAnotherSize() {
    Start start = new Start(Dialect.SPACED, 0, "name", 4, false);
    MemoryContent source = new MemoryContent(new byte[3]);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new LabSender(
                    SenderHarness.SERVER, start, source, 1472, RetransmissionPolicy.START));
  }
}
