package dev.ferry.protocol.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.LabReceiver.Phase;
import dev.ferry.protocol.lab.ReceiverEvent.Cause;
import dev.ferry.protocol.lab.ReceiverEvent.Failed;
import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link LabReceiver}: silence, slowness, memory, other starts, and being stopped. */
class ReceiverDeadlinesTest {
  private static final long S = Nanos.SECOND;
  private static final String LAB = "s | 0 | name | 5000";
  private static final String OWN = "s | 0 | name | 00000000000000005000";

  private final ReceiverHarness receiver = new ReceiverHarness();

  @AfterEach
  void everySinkEndsOnce() {
    receiver.assertEverySinkEndsOnce();
  }

  private Phase phase() {
    return receiver.receiver.phase();
  }

  // Silence

  @ParameterizedTest
  @CsvSource({LAB + ", 3", OWN + ", 120"})
  void shouldForgetAHalfOpenSessionAfterSilence(String start, long seconds) {
    receiver.say(start);
    assertThat(receiver.timeoutInNs()).isEqualTo(seconds * S);
    receiver.pass(seconds * S - 1);
    assertThat(phase()).isEqualTo(Phase.HALF_OPEN);
    receiver.pass(1);
    assertThat(phase()).isEqualTo(Phase.CLOSED);
    assertThat(receiver.events()).isEmpty();
    assertThat(receiver.receiver.nextTimeout()).isEqualTo(Nanos.NEVER);
  }

  @ParameterizedTest
  @CsvSource({LAB + ", 3", OWN + ", 120"})
  void shouldDropAPartFileAfterSilence(String start, long seconds) {
    receiver.say(start);
    receiver.pass(S);
    receiver.sayAll("d | 1 | " + "x".repeat(1024));
    receiver.events();
    receiver.pass(seconds * S - 1);
    assertThat(phase()).isEqualTo(Phase.ACTIVE);
    receiver.pass(1);
    assertThat(phase()).isEqualTo(Phase.CLOSED);
    assertThat(receiver.failure())
        .isEqualTo(new Failed("name", 5000, 1024, Cause.SILENT, "nothing arrived any more"));
    assertThat(receiver.store.discards()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {LAB, "d | 1 | 0123", "d | 2 | 4567", "d | 9 | ahead", "d | 2 | "})
  void shouldTakeAnyDatagramOfTheSessionForASignOfLife(String datagram) {
    receiver.say(LAB);
    receiver.say("d | 1 | 0123");
    receiver.pass(3 * S - 1);
    receiver.say(datagram);
    assertThat(receiver.timeoutInNs()).isEqualTo(3 * S);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "d|1|0123", "s | 0 | other | 5000"})
  void shouldNotTakeAnythingElseForASignOfLife(String datagram) {
    receiver.say(LAB);
    receiver.say("d | 1 | 0123");
    receiver.pass(S / 2);
    receiver.say(datagram);
    assertThat(receiver.timeoutInNs()).isEqualTo(3 * S - S / 2);
  }

  @Test
  void shouldForgetARefusalAfterSilence() {
    receiver.store.turnDown(RefusalReason.EXISTS);
    receiver.say(LAB);
    receiver.pass(3 * S - 1);
    assertThat(phase()).isEqualTo(Phase.HALF_OPEN);
    receiver.pass(1);
    assertThat(phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void shouldDoNothingBeforeATimeoutIsDue() {
    receiver.say(LAB);
    receiver.receiver.onTimeout(receiver.receiver.nextTimeout() - 1);
    assertThat(phase()).isEqualTo(Phase.HALF_OPEN);
  }

  // Slowness

  private void drip(int bytes, long everyNs, int times) {
    for (int i = 0; i < times; i++) {
      receiver.pass(everyNs);
      receiver.say("d | " + nextSeqno++ + " | " + "x".repeat(bytes));
    }
  }

  private int nextSeqno = 1;

  @Test
  void shouldDropATransferThatBringsLessThanAKibibyteInTwoMinutes() {
    receiver.say(LAB);
    drip(1, 0, 1);
    drip(17, 2 * S, 59); // 1004 bytes in 118 s
    receiver.events();
    receiver.pass(2 * S - 1);
    assertThat(phase()).isEqualTo(Phase.ACTIVE);
    receiver.pass(1);
    assertThat(receiver.failure())
        .isEqualTo(new Failed("name", 5000, 1004, Cause.TOO_SLOW, "too little arrived"));
    assertThat(phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void shouldKeepATransferThatBringsAKibibyteInTwoMinutes() {
    receiver.say(LAB);
    drip(18, 2 * S, 58); // 1044 bytes in 116 s, the 1024th of them at 114 s
    receiver.pass(S);
    assertThat(phase()).isEqualTo(Phase.ACTIVE);
    drip(18, S, 60);
    assertThat(phase()).isEqualTo(Phase.ACTIVE);
  }

  @Test
  void shouldNotLetDuplicatesPutOffTheEndOfASlowTransfer() {
    receiver.say(OWN);
    drip(1, 0, 1);
    for (int i = 0; i < 119; i++) {
      receiver.pass(S);
      receiver.say("d | 1 | x");
      receiver.say("d | 7 | x");
    }
    receiver.events();
    receiver.pass(S);
    assertThat(receiver.failure().cause()).isEqualTo(Cause.TOO_SLOW);
  }

  @Test
  void shouldNotCountTheTimeBeforeTheFirstChunkAsSlowness() {
    receiver.say(OWN);
    receiver.pass(119 * S);
    drip(1, 0, 1);
    assertThat(receiver.timeoutInNs()).isEqualTo(120 * S);
  }

  // Memory

  @ParameterizedTest
  @ValueSource(strings = {"s | 0 | name | 4", "s | 0 | name | 00000000000000000004"})
  void shouldRememberAFinishedTransferForTwoMinutes(String start) {
    receiver.say(start);
    receiver.say("d | 1 | 0123");
    receiver.published();
    assertThat(receiver.timeoutInNs()).isEqualTo(120 * S);
    receiver.pass(60 * S);
    assertThat(receiver.say("d | 1 | 0123")).containsExactly("a | 2");
    assertThat(receiver.timeoutInNs()).as("duplicates prolong nothing").isEqualTo(60 * S);
    receiver.pass(60 * S - 1);
    assertThat(receiver.say("d | 1 | 0123")).containsExactly("a | 2");
    assertThat(phase()).isEqualTo(Phase.REMEMBERED);
    receiver.pass(1);
    assertThat(phase()).isEqualTo(Phase.CLOSED);
    assertThat(receiver.say("d | 1 | 0123")).isEmpty();
    assertThat(receiver.content("name")).isEqualTo("0123");
  }

  // Another start

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s | 0 | other | 5000",
        "s | 0 | name | 5001",
        "s | 1 | name | 5000",
        "s | 0 | name | 00000000000000005000",
        "s|0|name|5000",
      })
  void shouldIgnoreAnotherStartWhileATransferIsBusy(String other) {
    receiver.say(LAB);
    receiver.sayAll("d | 1 | 0123");
    receiver.pass(S - 1);
    assertThat(receiver.say(other)).isEmpty();
    receiver.sayAll("d | 2 | 4567");
    assertThat(receiver.store.openSinks()).isEqualTo(1);
  }

  @Test
  void shouldLetAnotherStartTakeOverAfterASecondOfSilence() {
    receiver.say(LAB);
    receiver.sayAll("d | 1 | 0123");
    receiver.events();
    receiver.pass(S);
    assertThat(receiver.say("s | 5 | other | 2")).containsExactly("a | 6 | 1472");
    assertThat(receiver.failure())
        .isEqualTo(
            new Failed("name", 5000, 4, Cause.SUPERSEDED, "the client began another transfer"));
    assertThat(receiver.say("d | 2 | 4567")).isEmpty();
    receiver.say("d | 6 | ab");
    assertThat(receiver.published()).containsExactly("a | 7");
    assertThat(receiver.content("other")).isEqualTo("ab");
  }

  @Test
  void shouldLetAnotherStartTakeOverAtOnceWhereNothingIsHeld() {
    receiver.say(LAB);
    assertThat(receiver.say("s | 0 | other | 2")).containsExactly("a | 1 | 1472");
    assertThat(receiver.events()).isEmpty();
    receiver.say("d | 1 | ab");
    receiver.published();
    assertThat(receiver.say("s | 0 | third | 2")).containsExactly("a | 1 | 1472");
    receiver.store.turnDown(RefusalReason.EXISTS);
    assertThat(receiver.say("s | 0 | fourth | 2")).isEmpty();
    receiver.store.turnDown(null);
    assertThat(receiver.say("s | 0 | fifth | 2")).containsExactly("a | 1 | 1472");
  }

  @Test
  void shouldIgnoreAnotherStartDuringPublicationHoweverLongItTakes() {
    receiver.say("s | 0 | name | 4");
    receiver.say("d | 1 | 0123");
    receiver.pass(100 * S);
    assertThat(receiver.say("s | 0 | other | 5")).isEmpty();
    assertThat(receiver.published()).containsExactly("a | 2");
    assertThat(receiver.say("s | 0 | other | 5")).containsExactly("a | 1 | 1472");
  }

  // Stopped

  @Test
  void shouldStopWithoutASession() {
    receiver.receiver.stop();
    assertThat(receiver.events()).isEmpty();
    assertThat(phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void shouldForgetAHalfOpenSessionWhenStopped() {
    receiver.say(LAB);
    receiver.receiver.stop();
    assertThat(receiver.events()).isEmpty();
    assertThat(phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void shouldRemoveThePartFileWhenStopped() {
    receiver.say(LAB);
    receiver.sayAll("d | 1 | 0123");
    receiver.events();
    receiver.receiver.stop();
    assertThat(receiver.failure())
        .isEqualTo(new Failed("name", 5000, 4, Cause.STOPPED, "the server was stopped"));
    assertThat(receiver.store.discards()).isEqualTo(1);
    assertThat(phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void shouldFinishAPublicationWhenStopped() {
    receiver.say("s | 0 | name | 4");
    receiver.say("d | 1 | 0123");
    receiver.receiver.stop();
    assertThat(phase()).isEqualTo(Phase.ACTIVE);
    assertThat(receiver.receiver.isPublishing()).isTrue();
    assertThat(receiver.published()).containsExactly("a | 2");
    assertThat(receiver.content("name")).isEqualTo("0123");
  }

  @Test
  void shouldForgetFinishedAndRefusedTransfersWhenStopped() {
    receiver.say("s | 0 | name | 4");
    receiver.say("d | 1 | 0123");
    receiver.published();
    receiver.events();
    receiver.receiver.stop();
    assertThat(receiver.events()).isEmpty();
    assertThat(phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void shouldForgetARefusedTransferWhenStopped() {
    receiver.store.turnDown(RefusalReason.EXISTS);
    receiver.say(LAB);
    receiver.events();
    receiver.receiver.stop();
    assertThat(receiver.events()).isEmpty();
    assertThat(phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void shouldBeginNothingAfterBeingStopped() {
    receiver.say("s | 0 | name | 4");
    receiver.say("d | 1 | 0123");
    receiver.receiver.stop();
    receiver.published();
    for (String start : new String[] {"s | 0 | name | 4", "s | 0 | other | 4"}) {
      receiver.say(start);
      receiver.say("d | 1 | 0123");
    }
    assertThat(receiver.store.opened()).isEqualTo(1);
  }
}
