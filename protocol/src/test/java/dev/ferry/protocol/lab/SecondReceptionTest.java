package dev.ferry.protocol.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.MemoryLabStore;
import dev.ferry.protocol.MemoryLabStore.Step;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.LabReceiver.Phase;
import dev.ferry.protocol.lab.ReceiverEvent.Cause;
import dev.ferry.protocol.lab.ReceiverEvent.Failed;
import dev.ferry.protocol.lab.ReceiverEvent.Finished;
import dev.ferry.protocol.lab.ReceiverEvent.Started;
import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The table in the comment of {@link LabReceiver}: the same start again, from a client that begins
 * anew or from a network that held a duplicate back. What the old transfer stores is upper case,
 * what the new one sends is lower case.
 */
class SecondReceptionTest {
  private static final long S = Nanos.SECOND;
  private static final String START = "s | 0 | name | 10";
  private static final String OLD = "ABCDEFGHIJ";
  private static final String NEW = "abcdefghij";
  private static final String[] OLD_CHUNKS = {"d | 1 | ABCD", "d | 2 | EFGH", "d | 3 | IJ"};
  private static final String[] NEW_CHUNKS = {"d | 1 | abcd", "d | 2 | efgh", "d | 3 | ij"};

  private final ReceiverHarness receiver = new ReceiverHarness();
  private final MemoryLabStore store = receiver.store;

  @AfterEach
  void everySinkEndsOnce() {
    receiver.assertEverySinkEndsOnce();
  }

  /** The old transfer up to so many chunks; with all three it is being published. */
  private void oldChunks(int count) {
    receiver.say(START);
    for (int i = 0; i < count; i++) {
      receiver.say(OLD_CHUNKS[i]);
    }
    receiver.events();
  }

  private void oldPublished() {
    oldChunks(3);
    assertThat(receiver.published()).containsExactly("a | 4");
    receiver.events();
  }

  private void assertSilence(String datagram) {
    assertThat(receiver.say(datagram)).as(datagram).isEmpty();
  }

  private void assertOldContent() {
    assertThat(receiver.content("name")).isEqualTo(OLD);
  }

  private void assertNewContent() {
    assertThat(receiver.content("name")).isEqualTo(NEW);
  }

  // A duplicate of the start that the network held back

  @Test
  void shouldGoOnAfterALateDuplicateOfTheStart() {
    oldChunks(2);
    receiver.sayAll(START);
    assertSilence(OLD_CHUNKS[2]);
    assertThat(receiver.published()).containsExactly("a | 4");
    assertOldContent();
    receiver.pass(200 * S);
    assertThat(receiver.events()).hasSize(1).first().isInstanceOf(Finished.class);
    assertThat(store.opened()).isEqualTo(1);
  }

  @Test
  void shouldGoOnAfterLateDuplicatesOfTheStartAndOfTheFirstChunk() {
    oldChunks(2);
    receiver.sayAll(START, OLD_CHUNKS[0], OLD_CHUNKS[1]);
    assertThat(receiver.content("name")).isNull();
    receiver.say(OLD_CHUNKS[2]);
    receiver.published();
    assertOldContent();
  }

  @Test
  void shouldStillAcknowledgeTheLastChunkAfterALateDuplicateOfTheStart() {
    oldPublished();
    receiver.sayAll(START);
    assertThat(receiver.say(OLD_CHUNKS[2])).containsExactly("a | 4");
    receiver.pass(10 * S);
    assertThat(receiver.say(OLD_CHUNKS[2])).containsExactly("a | 4");
  }

  @Test
  void shouldForgetTheSecondOneWhenTheFirstOneGoesOnWithoutIt() {
    receiver.say("s | 0 | name | 00000000000000000010"); // patience of 120 s
    receiver.sayAll(OLD_CHUNKS[0], OLD_CHUNKS[1]);
    receiver.sayAll("s | 0 | name | 00000000000000000010", OLD_CHUNKS[0]);
    receiver.events();
    assertThat(store.openSinks()).isEqualTo(2);
    receiver.say(OLD_CHUNKS[2]);
    receiver.pass(S);
    receiver.published();
    assertOldContent();
    receiver.pass(119 * S);
    assertThat(store.openSinks()).isZero();
  }

  // A client that begins anew

  @Test
  void shouldReplaceAPublishedFileOnlyWhenTheNewOneHasWhollyArrived() {
    oldPublished();
    assertThat(receiver.say(START)).containsExactly("a | 1 | 1472");
    assertThat(receiver.say(NEW_CHUNKS[0])).containsExactly("a | 2");
    assertThat(receiver.events()).containsExactly(new Started("name", 10));
    assertThat(receiver.say(NEW_CHUNKS[1])).containsExactly("a | 3");
    assertSilence(NEW_CHUNKS[2]);
    assertOldContent();
    assertThat(receiver.published()).containsExactly("a | 4");
    assertNewContent();
    assertThat(receiver.events()).hasSize(1).first().isInstanceOf(Finished.class);
    assertThat(receiver.timeoutInNs()).isEqualTo(120 * S);
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.REMEMBERED);
  }

  @Test
  void shouldKeepThePublishedFileWhenTheNewOneIsNotFinished() {
    oldPublished();
    receiver.sayAll(START, NEW_CHUNKS[0], NEW_CHUNKS[1]);
    receiver.events();
    receiver.pass(3 * S);
    assertThat(receiver.failure())
        .isEqualTo(new Failed("name", 10, 8, Cause.SILENT, "nothing arrived any more"));
    assertOldContent();
  }

  @Test
  void shouldReplaceAnUnfinishedTransferOnceTheNewOneIsAhead() {
    oldChunks(1);
    receiver.sayAll(START, NEW_CHUNKS[0], NEW_CHUNKS[1]);
    assertThat(receiver.events())
        .containsExactly(
            new Started("name", 10),
            new Failed("name", 10, 4, Cause.SUPERSEDED, "the client began the transfer anew"));
    assertThat(store.openSinks()).isEqualTo(1);
    receiver.say(NEW_CHUNKS[2]);
    receiver.published();
    assertNewContent();
  }

  @Test
  void shouldAcknowledgeDuplicatesOfTheNewTransfer() {
    oldPublished();
    receiver.sayAll(
        START, NEW_CHUNKS[0], NEW_CHUNKS[0], NEW_CHUNKS[1], NEW_CHUNKS[0], NEW_CHUNKS[1]);
    receiver.say(NEW_CHUNKS[2]);
    receiver.published();
    assertNewContent();
  }

  @Test
  void shouldAcknowledgeDuplicatesOfANewTransferWithMoreChunks() {
    oldPublished();
    receiver.sayAll(START, "d | 1 | ab", "d | 2 | cd", "d | 3 | ef", "d | 4 | gh", "d | 4 | gh");
    receiver.say("d | 5 | ij");
    assertThat(receiver.published()).containsExactly("a | 6");
    assertNewContent();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void shouldNotLeaveAnUnfinishedTransferBehindThatTookMoreChunks(int chunks) {
    oldChunks(2);
    receiver.sayAll(START);
    if (chunks == 2) {
      receiver.sayAll("d | 1 | abcde");
      assertSilence("d | 2 | fghij");
    } else {
      assertSilence("d | 1 | " + NEW);
    }
    assertThat(store.discards()).isEqualTo(1);
    assertSilence("d | " + chunks + " | repeated before publication");
    assertThat(receiver.published()).containsExactly("a | " + (chunks + 1));
    assertNewContent();
    assertThat(store.openSinks()).isZero();
  }

  @Test
  void shouldNotAcknowledgeTheLastChunkBeforeItsOwnPublication() {
    oldPublished();
    receiver.sayAll(START, NEW_CHUNKS[0], NEW_CHUNKS[1]);
    assertSilence(NEW_CHUNKS[2]);
    assertSilence(NEW_CHUNKS[2]);
    assertSilence(NEW_CHUNKS[2]);
    assertThat(receiver.published()).containsExactly("a | 4");
    assertThat(receiver.say(NEW_CHUNKS[2])).containsExactly("a | 4");
  }

  @Test
  void shouldNotTakeTheEndOfTheOldPublicationForThatOfTheNewOne() {
    oldChunks(2);
    receiver.sayAll(START, NEW_CHUNKS[0]);
    assertSilence(OLD_CHUNKS[2]);
    receiver.sayAll(NEW_CHUNKS[1]);
    assertSilence(NEW_CHUNKS[2]);
    store.finishPublication(receiver.nowNs);
    assertThat(receiver.sent()).isEmpty();
    assertSilence(NEW_CHUNKS[2]);
    assertThat(receiver.published()).containsExactly("a | 4");
    assertNewContent();
  }

  @Test
  void shouldNotAnswerTheStartDuringPublication() {
    oldChunks(3);
    assertSilence(START);
    receiver.published();
    receiver.sayAll(START, NEW_CHUNKS[0], NEW_CHUNKS[1]);
    receiver.say(NEW_CHUNKS[2]);
    receiver.published();
    assertNewContent();
  }

  // Pauses

  @Test
  void shouldNotAcknowledgeFromMemoryWhenTheNewTransferPausesInTheMiddle() {
    oldPublished();
    receiver.sayAll(START, NEW_CHUNKS[0]);
    receiver.pass(3 * S);
    assertSilence(NEW_CHUNKS[1]);
    assertSilence(NEW_CHUNKS[2]);
    assertThat(receiver.published()).isEmpty();
    assertOldContent();
  }

  @Test
  void shouldNotAcknowledgeFromMemoryWhenTheNewTransferPausesAfterItsStart() {
    oldPublished();
    receiver.sayAll(START);
    receiver.pass(5 * S);
    receiver.sayAll(NEW_CHUNKS[0], NEW_CHUNKS[1]);
    receiver.say(NEW_CHUNKS[2]);
    assertThat(receiver.published()).containsExactly("a | 4");
    assertNewContent();
  }

  @Test
  void shouldNotAcknowledgeFromMemoryWhenTheMemoryEndsBetweenStartAndFirstChunk() {
    oldPublished();
    receiver.pass(119 * S);
    receiver.sayAll(START);
    receiver.pass(2 * S);
    receiver.sayAll(NEW_CHUNKS[0]);
    assertThat(store.openSinks()).isEqualTo(1);
  }

  @Test
  void shouldGoOnWithTheNewTransferWhenTheMemoryOfTheOldOneEnds() {
    oldPublished();
    receiver.pass(119 * S);
    receiver.sayAll(START, NEW_CHUNKS[0]);
    receiver.events();
    receiver.pass(2 * S);
    assertThat(receiver.events()).isEmpty();
    receiver.sayAll(NEW_CHUNKS[1]);
    receiver.say(NEW_CHUNKS[2]);
    receiver.published();
    assertNewContent();
  }

  @Test
  void shouldGoOnWithTheNewTransferWhenTheUnfinishedOldOneIsGivenUp() {
    oldChunks(2);
    receiver.pass(2 * S);
    receiver.sayAll(START);
    receiver.pass(S);
    receiver.sayAll(NEW_CHUNKS[0]);
    receiver.events();
    receiver.pass(2 * S);
    assertThat(receiver.failure().receivedBytes()).isEqualTo(8);
    receiver.sayAll(NEW_CHUNKS[0], NEW_CHUNKS[1]);
    receiver.say(NEW_CHUNKS[2]);
    receiver.published();
    assertNewContent();
  }

  @Test
  void shouldEndANewTransferThatIsTooSlow() {
    receiver.say("s | 0 | name | 200");
    receiver.say("d | 1 | " + "A".repeat(200));
    receiver.published();
    receiver.pass(60 * S);
    receiver.sayAll("s | 0 | name | 200");
    receiver.events();
    for (int seqno = 1; seqno <= 119; seqno++) {
      receiver.sayAll("d | " + seqno + " | a");
      receiver.pass(S);
    }
    assertThat(receiver.events()).containsExactly(new Started("name", 200));
    receiver.pass(S);
    assertThat(receiver.failure())
        .isEqualTo(new Failed("name", 200, 119, Cause.TOO_SLOW, "too little arrived"));
    assertSilence("d | 120 | a");
  }

  // A new transfer that is refused

  @ParameterizedTest
  @EnumSource(Step.class)
  void shouldNotAcknowledgeANewTransferFromMemoryThatCannotBeStored(Step step) {
    oldPublished();
    receiver.sayAll(START);
    store.fail(step, RefusalReason.EXISTS);
    int accepted = step == Step.PUBLISH ? 2 : 0;
    for (int i = 0; i < accepted; i++) {
      receiver.sayAll(NEW_CHUNKS[i]);
    }
    assertSilence(NEW_CHUNKS[accepted]);
    assertThat(receiver.published()).isEmpty();
    for (int i = 0; i < 5; i++) {
      receiver.pass(S);
      assertSilence(NEW_CHUNKS[accepted]);
    }
    receiver.pass(4 * S);
    assertSilence(NEW_CHUNKS[accepted]);
    assertOldContent();
  }

  @Test
  void shouldNotAcknowledgeFromMemoryWhenALaterChunkCannotBeStored() {
    oldPublished();
    receiver.sayAll(START, NEW_CHUNKS[0]);
    store.fail(Step.WRITE, RefusalReason.NO_SPACE);
    assertSilence(NEW_CHUNKS[1]);
    store.repair();
    assertSilence(NEW_CHUNKS[1]);
    assertOldContent();
  }

  @Test
  void shouldLetTheClientTryAgainAfterTheFirstChunkWasRefused() {
    oldPublished();
    receiver.sayAll(START);
    store.fail(Step.OPEN, RefusalReason.BUSY);
    assertSilence(NEW_CHUNKS[0]);
    store.repair();
    receiver.sayAll(START, NEW_CHUNKS[0], NEW_CHUNKS[1]);
    receiver.say(NEW_CHUNKS[2]);
    receiver.published();
    assertNewContent();
  }

  @Test
  void shouldGoOnWithTheFirstOneWhenTheSecondOneIsRefused() {
    oldChunks(2);
    store.fail(Step.OPEN, RefusalReason.BUSY);
    receiver.sayAll(START);
    assertSilence(OLD_CHUNKS[0]); // held back by the network
    store.repair();
    assertSilence(OLD_CHUNKS[2]);
    assertThat(receiver.published()).containsExactly("a | 4");
    assertOldContent();
  }

  // Three transfers

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNeverPutAFileTogetherFromTwoTransfers(boolean published) {
    if (published) {
      oldPublished();
    } else {
      oldChunks(3 - 1);
    }
    receiver.sayAll(START, NEW_CHUNKS[0]);
    assertSilence(START);
    assertThat(store.openSinks()).isEqualTo(published ? 1 : 2);
    receiver.pass(3 * S);
    receiver.sayAll(START, "d | 1 | 0123", "d | 2 | 4567");
    receiver.say("d | 3 | 89");
    receiver.published();
    assertThat(receiver.content("name")).isEqualTo("0123456789");
  }

  @Test
  void shouldNotMixASecondTransferWithOneThatBeginsAfterTheFirstOneFailed() {
    oldChunks(2);
    receiver.sayAll(START, NEW_CHUNKS[0]);
    store.fail(Step.WRITE, RefusalReason.NO_SPACE);
    assertSilence(OLD_CHUNKS[2]);
    store.repair();
    assertSilence(START);
    receiver.pass(3 * S);
    receiver.sayAll(START, "d | 1 | 0123", "d | 2 | 4567");
    receiver.say("d | 3 | 89");
    receiver.published();
    assertThat(receiver.content("name")).isEqualTo("0123456789");
  }

  @Test
  void shouldNotLetAnotherStartEndANewTransferThatIsBusy() {
    oldPublished();
    receiver.sayAll(START, NEW_CHUNKS[0]);
    assertSilence("s | 0 | other | 10");
    receiver.sayAll(NEW_CHUNKS[1]);
    receiver.pass(S);
    receiver.sayAll("s | 0 | other | 10");
    assertThat(store.openSinks()).isZero();
  }

  // Numbers that repeat

  @Test
  void shouldNotMixAnUnfinishedAlternatingTransferWithANewOne() {
    receiver.say("s|0|name.txt|10");
    receiver.sayAll("d|1|ABCD");
    assertSilence("s|0|name.txt|10");
    receiver.sayAll("d|0|EFGH");
    assertSilence("s|0|name.txt|10");
    receiver.pass(3 * S);
    receiver.sayAll("s|0|name.txt|10", "d|1|abcd", "d|0|efgh");
    receiver.say("d|1|ij");
    assertThat(receiver.published()).containsExactly("a|0");
    assertThat(receiver.content("name.txt")).isEqualTo(NEW);
  }

  @Test
  void shouldGoOnWithAnAlternatingTransferAfterALateDuplicateOfTheStart() {
    receiver.say("s|0|name.txt|10");
    receiver.sayAll("d|1|ABCD");
    receiver.say("s|0|name.txt|10");
    receiver.sayAll("d|1|ABCD", "d|0|EFGH");
    receiver.say("s|0|name.txt|10");
    receiver.say("d|1|IJ");
    receiver.published();
    assertThat(receiver.content("name.txt")).isEqualTo(OLD);
  }

  @Test
  void shouldReplaceAPublishedFileOfAnAlternatingClient() {
    receiver.say("s|0|name.txt|10");
    receiver.sayAll("d|1|ABCD", "d|0|EFGH");
    receiver.say("d|1|IJ");
    receiver.published();
    receiver.sayAll("s|0|name.txt|10", "d|1|abcd", "d|0|efgh");
    assertSilence("d|1|ij");
    assertSilence("d|1|ij");
    assertThat(receiver.content("name.txt")).isEqualTo(OLD);
    assertThat(receiver.published()).containsExactly("a|0");
    assertThat(receiver.content("name.txt")).isEqualTo(NEW);
  }

  @Test
  void shouldStoreASecondFileOfAnExtensionOnlyClientUnderANameOfItsOwn() {
    for (String content : new String[] {OLD, NEW}) {
      receiver.sayAll("s|0|txt|10");
      receiver.say("d|1|" + content);
      receiver.published();
    }
    assertThat(store.names()).hasSize(2);
    assertThat(receiver.content(store.names().get(0))).isEqualTo(OLD);
    assertThat(receiver.content(store.names().get(1))).isEqualTo(NEW);
  }

  // Stopped

  @Test
  void shouldRemoveBothPartFilesWhenStopped() {
    oldChunks(2);
    receiver.sayAll(START, NEW_CHUNKS[0]);
    receiver.events();
    receiver.receiver.stop();
    assertThat(store.discards()).isEqualTo(2);
    assertThat(receiver.events())
        .hasSize(2)
        .allSatisfy(event -> assertThat(((Failed) event).cause()).isEqualTo(Cause.STOPPED));
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void shouldFinishThePublicationOfTheSecondOneWhenStopped() {
    oldPublished();
    receiver.sayAll(START, NEW_CHUNKS[0], NEW_CHUNKS[1]);
    receiver.say(NEW_CHUNKS[2]);
    receiver.receiver.stop();
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.ACTIVE);
    assertThat(receiver.published()).containsExactly("a | 4");
    assertNewContent();
  }
}
