package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferFailure.EndedByPeer;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.runtime.Continuation.Prospect;
import dev.ferry.testkit.process.Failures;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContinuationTest {
  /** The clock overflows a second later. */
  private static final long BEGUN_NS = Nanos.after(Long.MAX_VALUE, -Nanos.SECOND);

  private static final long KEEP_TRYING_NS = 600 * Nanos.SECOND;
  private static final TransferFailure LOST = new TransferFailure.LostContact();

  private final Continuation continuation = new Continuation(KEEP_TRYING_NS, BEGUN_NS);

  private boolean goesOn(TransferFailure failure, long nowNs) {
    return continuation.pauseAfter(failure, nowNs).isPresent();
  }

  private long pauseNs(TransferFailure failure, long nowNs) {
    OptionalLong pause = continuation.pauseAfter(failure, nowNs);
    assertThat(pause).as("%s", failure).isPresent();
    return pause.getAsLong();
  }

  /** What is expected of each kind; whoever adds one has to say it here, too. */
  private static Prospect expected(TransferFailure.Kind kind) {
    return switch (kind) {
      case NO_ANSWER, LOST_CONTACT, DISCONNECTED, NOTHING_LISTENS, ENDED_BY_PEER ->
          Prospect.MAY_PASS;
      case TURNED_AWAY -> Prospect.TURNED_AWAY;
      case REFUSED -> Prospect.BUSY;
      case OUTCOME_UNKNOWN,
          BUFFER_TOO_SMALL,
          SOURCE_FAILED,
          UNSTORABLE,
          VIOLATION,
          NO_COMMON_VERSION,
          NOT_AUTHENTIC,
          DOWNGRADED,
          SUPERSEDED,
          STOPPED ->
          Prospect.NONE;
    };
  }

  @Test
  void shouldKnowWhichFailuresMayPass() {
    assertThat(Failures.ofEveryKind())
        .extracting(TransferFailure::kind)
        .containsExactly(TransferFailure.Kind.values());
    assertThat(Failures.ofEveryKind())
        .allSatisfy(
            failure ->
                assertThat(Continuation.prospect(failure))
                    .as("%s", failure)
                    .isEqualTo(expected(failure.kind())));
  }

  private static Prospect expected(RefusalReason reason) {
    return switch (reason) {
      case BUSY -> Prospect.BUSY;
      case DIGEST_DIFFERS -> Prospect.STALE;
      case NAME_NOT_ALLOWED,
          EXISTS,
          TOO_LARGE,
          NO_SPACE,
          NOT_PERMITTED,
          CANNOT_CREATE,
          IO_ERROR,
          PROTOCOL_VIOLATION,
          NO_SUCH_FILE ->
          Prospect.NONE;
    };
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowWhichRefusalsMayPass(RefusalReason reason) {
    assertThat(Continuation.prospect(new TransferFailure.Refused(reason)))
        .isEqualTo(expected(reason));
    assertThat(
            Continuation.prospect(
                new TransferFailure.Unstorable(new StorageException(reason, "here"))))
        .isEqualTo(expected(reason));
  }

  /** A server that is stopped may be started anew, and one that heard nothing may hear again. */
  @Test
  void shouldKnowWhichWordsOfAPeerAreNotItsLast() {
    long[] codes =
        Stream.iterate(0, code -> code + 1)
            .limit(256)
            .filter(code -> Continuation.prospect(new EndedByPeer(code, "")) == Prospect.MAY_PASS)
            .mapToLong(Integer::longValue)
            .toArray();
    assertThat(codes).containsExactly(EndedByPeer.STOPPED, EndedByPeer.NO_PROGRESS);
  }

  /** Only another attempt tells whether the file is there; but not if its source has changed. */
  @Test
  void shouldFindOutWhetherTheFileIsThereIfOnlyContactWasLost() {
    assertThat(Continuation.prospect(new TransferFailure.OutcomeUnknown(true)))
        .isEqualTo(Prospect.MAY_PASS);
  }

  static Stream<TransferFailure> passing() {
    return Failures.ofEveryKind().stream()
        .filter(failure -> expected(failure.kind()) == Prospect.MAY_PASS);
  }

  @ParameterizedTest
  @MethodSource("passing")
  void shouldGoOnForAsLongAsTheUserWantsOnceAServerHasAgreed(TransferFailure failure) {
    assertThat(goesOn(failure, BEGUN_NS)).as("before it has agreed").isFalse();
    continuation.agreed(0, BEGUN_NS + 5);
    long endNs = BEGUN_NS + 5 + KEEP_TRYING_NS;
    assertThat(goesOn(failure, endNs - 1)).isTrue();
    assertThat(goesOn(failure, endNs)).isFalse();
    continuation.done(1, endNs);
    assertThat(goesOn(failure, endNs + 1)).isTrue();
  }

  @Test
  void shouldGoOnForEverOrNotAtAll() {
    Continuation patient = new Continuation(Long.MAX_VALUE, BEGUN_NS);
    Continuation hasty = new Continuation(0, BEGUN_NS);
    for (Continuation each : Arrays.asList(patient, hasty)) {
      each.agreed(0, BEGUN_NS);
    }
    long aYearNs = 365 * 24 * 3600 * Nanos.SECOND;
    assertThat(patient.pauseAfter(LOST, BEGUN_NS + aYearNs).getAsLong())
        .isLessThanOrEqualTo(38 * Nanos.SECOND);
    assertThat(hasty.pauseAfter(LOST, BEGUN_NS)).isEmpty();
  }

  /** It would be tried for ever otherwise. */
  @Test
  void shouldNotTakeItForProgressThatAServerAgreesAndBreaksOffAgain() {
    continuation.agreed(0, BEGUN_NS);
    continuation.done(1000, BEGUN_NS);
    long endNs = BEGUN_NS + KEEP_TRYING_NS;
    continuation.agreed(0, endNs);
    continuation.done(1000, endNs);
    assertThat(goesOn(LOST, endNs)).isFalse();
    continuation.done(1001, endNs);
    assertThat(goesOn(LOST, endNs)).isTrue();
    assertThat(continuation.withoutProgressNs(endNs + 3)).isEqualTo(3);
  }

  private static TransferFailure busyFor(long seconds) {
    return new TransferFailure.Refused(RefusalReason.BUSY, "", seconds);
  }

  @Test
  void shouldAskABusyServerAgain() {
    assertThat(goesOn(busyFor(0), BEGUN_NS + Continuation.BUSY_PATIENCE_NS - 1)).isTrue();
    assertThat(goesOn(busyFor(0), BEGUN_NS + Continuation.BUSY_PATIENCE_NS)).isFalse();
  }

  @Test
  void shouldAskABusyServerAgainWhenItSays() {
    for (long seconds : new long[] {7, 1, 20}) {
      assertThat(pauseNs(busyFor(seconds), BEGUN_NS))
          .isBetween(seconds * Nanos.SECOND, seconds * Nanos.SECOND * 5 / 4);
    }
    assertThat(pauseNs(busyFor(Long.MAX_VALUE), BEGUN_NS)).isLessThan(40 * Nanos.SECOND);
    assertThat(pauseNs(busyFor(0), BEGUN_NS)).isLessThan(6 * Nanos.SECOND);
  }

  /** It would come too late, and somebody waits for the exit code. */
  @Test
  void shouldNotWaitForATurnThatComesAfterItsPatience() {
    long nearlyOverNs = BEGUN_NS + Continuation.TURN_PATIENCE_NS - 10 * Nanos.SECOND;
    assertThat(goesOn(busyFor(9), nearlyOverNs)).isTrue();
    assertThat(goesOn(busyFor(10), nearlyOverNs)).isFalse();
  }

  /** It was there before, and is full only now, perhaps because all of its clients come back. */
  @Test
  void shouldWaitForATurnAsForAnythingElseOnceAServerHasAgreed() {
    continuation.agreed(0, BEGUN_NS);
    assertThat(goesOn(busyFor(10), BEGUN_NS + KEEP_TRYING_NS - 11 * Nanos.SECOND)).isTrue();
    assertThat(goesOn(busyFor(10), BEGUN_NS + KEEP_TRYING_NS - 9 * Nanos.SECOND)).isFalse();
  }

  /** Its server may have too many connections at the moment. */
  @Test
  void shouldTryAgainIfAStreamIsClosedBeforeTheHandshake() {
    TransferFailure turned = new TransferFailure.TurnedAway();
    long endNs = BEGUN_NS + Continuation.TURNED_AWAY_PATIENCE_NS;
    assertThat(goesOn(turned, endNs - 1)).isTrue();
    assertThat(goesOn(turned, endNs)).isFalse();
    continuation.agreed(0, BEGUN_NS);
    assertThat(goesOn(turned, endNs)).isTrue();
  }

  static Stream<TransferFailure> differing() {
    return Stream.of(
        new TransferFailure.Refused(RefusalReason.DIGEST_DIFFERS),
        new TransferFailure.Unstorable(
            new StorageException(RefusalReason.DIGEST_DIFFERS, "differs")));
  }

  /** What was there may be of another file of the same size and time; it is forgotten now. */
  @ParameterizedTest
  @MethodSource("differing")
  void shouldBeginAfreshOnceIfWhatWasThereBeforeDoesNotFit(TransferFailure failure) {
    continuation.agreed(0, BEGUN_NS);
    assertThat(goesOn(failure, BEGUN_NS)).isFalse();
    continuation.agreed(1, BEGUN_NS);
    assertThat(pauseNs(failure, BEGUN_NS)).isZero();
    continuation.agreed(0, BEGUN_NS);
    assertThat(goesOn(failure, BEGUN_NS)).isFalse();
  }

  @Test
  void shouldWaitLongerEachTimeUntilThereIsProgress() {
    continuation.agreed(0, BEGUN_NS);
    long first = pauseNs(LOST, BEGUN_NS);
    pauseNs(LOST, BEGUN_NS);
    assertThat(pauseNs(LOST, BEGUN_NS)).isGreaterThan(2 * first);
    for (int i = 0; i < 100; i++) {
      assertThat(pauseNs(LOST, BEGUN_NS + KEEP_TRYING_NS / 2))
          .isLessThanOrEqualTo(Continuation.LONGEST_PAUSE_NS * 5 / 4);
    }
    continuation.done(1, BEGUN_NS);
    assertThat(pauseNs(LOST, BEGUN_NS)).isEqualTo(first);
  }

  /** Who waits for the end does not wait for a pause as well; and the last moment is tried, too. */
  @Test
  void shouldEndItsLastPauseWithItsPatience() {
    continuation.agreed(0, BEGUN_NS);
    for (int i = 0; i < 10; i++) {
      pauseNs(LOST, BEGUN_NS);
    }
    assertThat(pauseNs(LOST, BEGUN_NS + KEEP_TRYING_NS - 7)).isEqualTo(7);
  }
}
