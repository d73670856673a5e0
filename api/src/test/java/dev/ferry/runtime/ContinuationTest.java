package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.util.Nanos;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContinuationTest {
  /** The clock overflows a second later. */
  private static final long BEGUN_NS = Nanos.after(Long.MAX_VALUE, -Nanos.SECOND);

  private static final TransferStats STATS = new TransferStats(0, 0, 0, 0, -1);

  private final Continuation continuation = new Continuation(BEGUN_NS);

  private static ClientEvent after(TransferFailure failure) {
    return new ClientEvent.Failed(failure, STATS);
  }

  static Stream<TransferFailure> passing() {
    return Stream.of(
        new TransferFailure.NoAnswer(),
        new TransferFailure.Disconnected(),
        new TransferFailure.NothingListens(true, false));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void shouldGoOnForAWhileOnceAServerHasAgreed(TransferFailure failure) {
    assertThat(continuation.goesOn(after(failure), BEGUN_NS)).isFalse();
    continuation.agreed(0, BEGUN_NS + 5);
    long endNs = BEGUN_NS + 5 + Continuation.PATIENCE_NS;
    assertThat(continuation.goesOn(after(failure), endNs - 1)).isTrue();
    assertThat(continuation.goesOn(after(failure), endNs)).isFalse();
    continuation.done(1, endNs);
    assertThat(continuation.goesOn(after(failure), endNs + 1)).isTrue();
  }

  /** A busy server may have had no time for this connection; a dead one is not tried for ever. */
  @Test
  void shouldGoOnOnceAfterASilenceHoweverLong() {
    ClientEvent lost = after(new TransferFailure.LostContact());
    assertThat(continuation.goesOn(lost, BEGUN_NS)).as("before it has agreed").isFalse();
    continuation.agreed(0, BEGUN_NS);
    long laterNs = BEGUN_NS + 300 * Nanos.SECOND;
    assertThat(continuation.goesOn(lost, laterNs)).isTrue();
    assertThat(continuation.goesOn(lost, laterNs)).isFalse();
    continuation.done(1, laterNs);
    assertThat(continuation.goesOn(lost, laterNs)).isTrue();
  }

  /** It would be tried for ever otherwise. */
  @Test
  void shouldNotTakeItForProgressThatAServerAgreesAndBreaksOffAgain() {
    continuation.agreed(0, BEGUN_NS);
    continuation.done(1000, BEGUN_NS);
    long endNs = BEGUN_NS + Continuation.PATIENCE_NS;
    continuation.agreed(0, endNs);
    continuation.done(1000, endNs);
    ClientEvent broken = after(new TransferFailure.Disconnected());
    assertThat(continuation.goesOn(broken, endNs)).isFalse();
    continuation.done(1001, endNs);
    assertThat(continuation.goesOn(broken, endNs)).isTrue();
  }

  @Test
  void shouldAskABusyServerAgain() {
    ClientEvent busy = after(new TransferFailure.Refused(RefusalReason.BUSY));
    assertThat(continuation.goesOn(busy, BEGUN_NS + Continuation.BUSY_PATIENCE_NS - 1)).isTrue();
    assertThat(continuation.goesOn(busy, BEGUN_NS + Continuation.BUSY_PATIENCE_NS)).isFalse();
  }

  private static ClientEvent busyFor(long seconds) {
    return after(new TransferFailure.Refused(RefusalReason.BUSY, "", seconds));
  }

  @Test
  void shouldAskABusyServerAgainWhenItSays() {
    for (long seconds : new long[] {7, 1, 20}) {
      assertThat(continuation.goesOn(busyFor(seconds), BEGUN_NS)).isTrue();
      assertThat(continuation.pauseNs())
          .isBetween(seconds * Nanos.SECOND, seconds * Nanos.SECOND * 5 / 4);
    }
    assertThat(continuation.goesOn(busyFor(Long.MAX_VALUE), BEGUN_NS)).isTrue();
    assertThat(continuation.pauseNs()).isLessThan(40 * Nanos.SECOND);
    continuation.goesOn(busyFor(0), BEGUN_NS);
    assertThat(continuation.pauseNs()).isLessThan(6 * Nanos.SECOND);
  }

  /** It would come too late, and somebody waits for the exit code. */
  @Test
  void shouldNotWaitForATurnThatComesAfterItsPatience() {
    long nearlyOverNs = BEGUN_NS + Continuation.TURN_PATIENCE_NS - 10 * Nanos.SECOND;
    assertThat(continuation.goesOn(busyFor(9), nearlyOverNs)).isTrue();
    assertThat(continuation.goesOn(busyFor(10), nearlyOverNs)).isFalse();
  }

  /** Its server may have too many connections at the moment. */
  @Test
  void shouldTryAgainIfAStreamIsClosedBeforeTheHandshake() {
    ClientEvent turned = after(new TransferFailure.TurnedAway());
    assertThat(continuation.goesOn(turned, BEGUN_NS + Continuation.PATIENCE_NS - 1)).isTrue();
    assertThat(continuation.goesOn(turned, BEGUN_NS + Continuation.PATIENCE_NS)).isFalse();
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
    assertThat(continuation.goesOn(after(failure), BEGUN_NS)).isFalse();
    continuation.agreed(1, BEGUN_NS);
    assertThat(continuation.goesOn(after(failure), BEGUN_NS)).isTrue();
    continuation.agreed(0, BEGUN_NS);
    assertThat(continuation.goesOn(after(failure), BEGUN_NS)).isFalse();
  }

  static Stream<TransferFailure> lasting() {
    return Stream.of(
        new TransferFailure.Refused(RefusalReason.EXISTS),
        new TransferFailure.Stopped(),
        new TransferFailure.Violation(""),
        new TransferFailure.EndedByPeer(1, ""),
        new TransferFailure.OutcomeUnknown());
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void shouldNotGoOnWhereNothingWouldChange(TransferFailure failure) {
    continuation.agreed(0, BEGUN_NS);
    assertThat(continuation.goesOn(after(failure), BEGUN_NS)).isFalse();
  }

  @Test
  void shouldWaitLongerEachTimeUntilThereIsProgress() {
    long first = continuation.pauseNs();
    long third = Stream.generate(continuation::pauseNs).limit(2).reduce(0L, (a, b) -> b);
    assertThat(third).isGreaterThan(2 * first);
    for (int i = 0; i < 100; i++) {
      assertThat(continuation.pauseNs()).isLessThanOrEqualTo(5 * Nanos.SECOND);
    }
    continuation.done(1, BEGUN_NS);
    assertThat(continuation.pauseNs()).isEqualTo(first);
  }
}
