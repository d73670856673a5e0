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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** The table in the comment of {@link Reception}: every state and every event. */
class ReceptionTest {
  /** Three chunks. */
  private static final String LAB_START = "s | 0 | name.txt | 10";

  private static final String OWN_START = "s | 0 | name.txt | 00000000000000000010";
  private static final String[] CHUNKS = {"d | 1 | 0123", "d | 2 | 4567", "d | 3 | 89"};
  private static final String CONTENT = "0123456789";

  private final ReceiverHarness receiver = new ReceiverHarness();
  private final MemoryLabStore store = receiver.store;

  enum At {
    HALF_OPEN,
    OPEN,
    PUBLISHING,
    PUBLISHED,
    REFUSED
  }

  @AfterEach
  void everySinkEndsOnce() {
    receiver.assertEverySinkEndsOnce();
  }

  private void enter(At state, String start) {
    if (state == At.REFUSED) {
      store.turnDown(RefusalReason.EXISTS);
    }
    receiver.say(start);
    int chunks = state == At.OPEN ? 1 : state == At.PUBLISHING || state == At.PUBLISHED ? 3 : 0;
    for (int i = 0; i < chunks; i++) {
      receiver.say(CHUNKS[i]);
    }
    if (state == At.PUBLISHED) {
      receiver.published();
    }
    store.turnDown(null);
    receiver.events();
  }

  private void enterLab(At state) {
    enter(state, LAB_START);
  }

  private void enterOwn(At state) {
    enter(state, OWN_START);
  }

  private void assertSilence(String datagram) {
    int opened = store.opened();
    int ended = store.discards() + store.pendingPublications() + store.publications();
    assertThat(receiver.say(datagram)).as(datagram).isEmpty();
    assertThat(receiver.events()).isEmpty();
    assertThat(store.opened()).isEqualTo(opened);
    assertThat(store.discards() + store.pendingPublications() + store.publications())
        .isEqualTo(ended);
  }

  // The start

  @Test
  void shouldAcknowledgeTheStartAndOpenNothing() {
    assertThat(receiver.say(LAB_START)).containsExactly("a | 1 | 1472");
    assertThat(receiver.events()).isEmpty();
    assertThat(store.opened()).isZero();
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.HALF_OPEN);
  }

  @Test
  void shouldAcceptTheOfferOfOwnClient() {
    assertThat(receiver.say(OWN_START)).containsExactly("a | 1 | 0000001472");
  }

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"HALF_OPEN", "OPEN", "PUBLISHED"})
  void shouldAcknowledgeTheStartAgain(At state) {
    enterLab(state);
    assertThat(receiver.say(LAB_START)).containsExactly("a | 1 | 1472");
    assertThat(receiver.events()).isEmpty();
  }

  @Test
  void shouldRefuseOwnStartAgainAndAgain() {
    store.turnDown(RefusalReason.TOO_LARGE);
    assertThat(receiver.say(OWN_START)).containsExactly("r | 0 | 4");
    assertThat(receiver.failure())
        .isEqualTo(
            new Failed(
                "name.txt", 10, 0, Cause.REFUSED, "turned down: " + RefusalReason.TOO_LARGE));
    assertThat(receiver.say(OWN_START)).containsExactly("r | 0 | 4");
    assertThat(receiver.events()).isEmpty();
  }

  @Test
  void shouldMeetALabStartThatIsTurnedDownWithSilenceAndJudgeTheNextOneAnew() {
    store.turnDown(RefusalReason.EXISTS);
    assertThat(receiver.say(LAB_START)).isEmpty();
    assertThat(receiver.failure().cause()).isEqualTo(Cause.REFUSED);
    store.turnDown(null);
    assertThat(receiver.say(LAB_START)).containsExactly("a | 1 | 1472");
  }

  // The next chunk

  @Test
  void shouldOpenAPartFileWithTheFirstChunk() {
    enterLab(At.HALF_OPEN);
    assertThat(receiver.say(CHUNKS[0])).containsExactly("a | 2");
    assertThat(receiver.events()).containsExactly(new Started("name.txt", 10));
    assertThat(store.openSinks()).isEqualTo(1);
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.ACTIVE);
  }

  @Test
  void shouldStoreAndAcknowledgeTheNextChunkAndHoldTheLastAcknowledgementBack() {
    enterLab(At.OPEN);
    assertThat(receiver.say(CHUNKS[1])).containsExactly("a | 3");
    assertThat(receiver.say(CHUNKS[2])).isEmpty();
    assertThat(receiver.events()).isEmpty();
    assertThat(store.pendingPublications()).isEqualTo(1);
    assertThat(receiver.receiver.isPublishing()).isTrue();
    assertThat(store.names()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"PUBLISHING", "PUBLISHED"})
  void shouldIgnoreContentBeyondTheLastChunk(At state) {
    enterLab(state);
    assertSilence("d | 4 | more");
  }

  // Duplicates

  @Test
  void shouldIgnoreEveryChunkButTheFirstBeforeTheFirst() {
    enterLab(At.HALF_OPEN);
    assertSilence(CHUNKS[1]);
    assertSilence(CHUNKS[2]);
  }

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"OPEN", "PUBLISHING", "PUBLISHED"})
  void shouldAcknowledgeADuplicateWithoutStoringIt(At state) {
    enterLab(state);
    assertThat(receiver.say(CHUNKS[0])).containsExactly("a | 2");
    assertThat(receiver.say("d | 1 | other")).containsExactly("a | 2");
    assertThat(receiver.events()).isEmpty();
    finish();
    assertThat(receiver.content("name.txt")).isEqualTo(CONTENT);
  }

  private void finish() {
    receiver.say(CHUNKS[1]);
    receiver.say(CHUNKS[2]);
    receiver.published();
  }

  @Test
  void shouldAcknowledgeTheLastChunkOnceItIsPublishedHoweverOftenItWasRepeated() {
    enterLab(At.PUBLISHING);
    for (int i = 0; i < 5; i++) {
      assertSilence(CHUNKS[2]);
    }
    assertThat(receiver.published()).containsExactly("a | 4");
  }

  @Test
  void shouldAcknowledgeTheLastChunkAgainAfterPublication() {
    enterLab(At.PUBLISHED);
    assertThat(receiver.say(CHUNKS[2])).containsExactly("a | 4");
    assertThat(receiver.say(CHUNKS[2])).containsExactly("a | 4");
    assertThat(receiver.events()).isEmpty();
  }

  // Chunks ahead, too long, empty

  @ParameterizedTest
  @EnumSource(At.class)
  void shouldIgnoreAChunkAhead(At state) {
    enterLab(state);
    assertSilence("d | 7 | 89");
    assertSilence("d | 9223372036854775807 | 89");
    assertSilence("d | 7 | ");
  }

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"HALF_OPEN", "OPEN"})
  void shouldEndATransferThatSendsMoreThanItDeclared(At state) {
    enterOwn(state);
    int stored = state == At.OPEN ? 4 : 0;
    int seqno = state == At.OPEN ? 2 : 1;
    String tooLong = "d | " + seqno + " | 0123456789A";
    assertThat(receiver.say(tooLong)).containsExactly("r | " + seqno + " | 9");
    assertThat(receiver.failure())
        .isEqualTo(
            new Failed(
                "name.txt",
                10,
                stored,
                Cause.PROTOCOL_VIOLATION,
                "more content than the declared size"));
    assertThat(store.openSinks()).isZero();
    assertThat(receiver.say(tooLong)).containsExactly("r | " + seqno + " | 9");
  }

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"HALF_OPEN", "OPEN"})
  void shouldMeetALabClientThatSendsMoreThanItDeclaredWithSilence(At state) {
    enterLab(state);
    assertThat(receiver.say(state == At.OPEN ? "d | 2 | 4567890" : "d | 1 | 01234567890"))
        .isEmpty();
    assertThat(receiver.failure().cause()).isEqualTo(Cause.PROTOCOL_VIOLATION);
    assertSilence(CHUNKS[0]);
  }

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"HALF_OPEN", "OPEN"})
  void shouldNotAcknowledgeAnEmptyChunkBeforeTheEnd(At state) {
    enterLab(state);
    assertSilence(state == At.OPEN ? "d | 2 | " : "d | 1 | ");
  }

  @Test
  void shouldNotAcknowledgeAnEmptyChunkAtTheEndBeforePublication() {
    enterLab(At.PUBLISHING);
    assertSilence("d | 4 | ");
    receiver.published();
    assertThat(receiver.say("d | 4 | ")).containsExactly("a | 5");
    assertThat(receiver.say("d | 4 | ")).containsExactly("a | 5");
  }

  // Refused

  @Test
  void shouldRefuseEverythingOwnClientSendsAfterARefusal() {
    enterOwn(At.REFUSED);
    for (String datagram : List.of("d | 1 | 0123", "d | 2 | x", "d | 9 | x", "d | 1 | ")) {
      String seqno = datagram.substring(4, 5);
      assertThat(receiver.say(datagram)).containsExactly("r | " + seqno + " | 3");
    }
    assertThat(receiver.events()).isEmpty();
    assertThat(store.opened()).isZero();
  }

  @Test
  void shouldMeetEverythingALabClientSendsAfterARefusalWithSilence() {
    enterLab(At.REFUSED);
    for (String datagram : List.of("d | 1 | 0123", "d | 2 | x", "d | 9 | x", "d | 1 | ")) {
      assertSilence(datagram);
    }
  }

  // Publication

  @Test
  void shouldReportThePublication() {
    receiver.say(LAB_START);
    receiver.sayAll(CHUNKS[0], CHUNKS[0], CHUNKS[1], CHUNKS[0]);
    receiver.say(CHUNKS[2]);
    receiver.pass(70 * Nanos.MILLISECOND);
    assertThat(receiver.published()).containsExactly("a | 4");
    assertThat(receiver.events())
        .containsExactly(
            new Started("name.txt", 10),
            new Finished(
                "name.txt",
                10,
                70 * Nanos.MILLISECOND,
                2,
                "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"));
    assertThat(receiver.content("name.txt")).isEqualTo(CONTENT);
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.REMEMBERED);
  }

  // Storage fails

  @Test
  void shouldRefuseWhenNoPartFileCanBeOpened() {
    enterOwn(At.HALF_OPEN);
    store.fail(Step.OPEN, RefusalReason.NO_SPACE);
    assertThat(receiver.say(CHUNKS[0])).containsExactly("r | 1 | 5");
    assertThat(receiver.failure())
        .isEqualTo(new Failed("name.txt", 10, 0, Cause.REFUSED, "OPEN fails on command"));
    store.repair();
    assertThat(receiver.say(CHUNKS[0])).containsExactly("r | 1 | 5");
  }

  @Test
  void shouldRefuseWhenTheFirstChunkCannotBeWritten() {
    enterOwn(At.HALF_OPEN);
    store.fail(Step.WRITE, RefusalReason.NO_SPACE);
    assertThat(receiver.say(CHUNKS[0])).containsExactly("r | 1 | 5");
    assertThat(receiver.events())
        .containsExactly(
            new Started("name.txt", 10),
            new Failed("name.txt", 10, 0, Cause.REFUSED, "WRITE fails on command"));
    assertThat(store.discards()).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhenALaterChunkCannotBeWritten() {
    enterOwn(At.OPEN);
    store.fail(Step.WRITE, RefusalReason.IO_ERROR);
    assertThat(receiver.say(CHUNKS[1])).containsExactly("r | 2 | 8");
    assertThat(receiver.failure())
        .isEqualTo(new Failed("name.txt", 10, 4, Cause.REFUSED, "WRITE fails on command"));
    assertThat(store.discards()).isEqualTo(1);
    store.repair();
    assertThat(receiver.say(CHUNKS[1])).containsExactly("r | 2 | 8");
  }

  @Test
  void shouldRefuseWhenTheFileCannotBePublished() {
    enterOwn(At.PUBLISHING);
    store.fail(Step.PUBLISH, RefusalReason.NOT_PERMITTED);
    assertThat(receiver.published()).containsExactly("r | 3 | 6");
    assertThat(receiver.failure())
        .isEqualTo(new Failed("name.txt", 10, 10, Cause.REFUSED, "PUBLISH fails on command"));
    assertThat(receiver.say(CHUNKS[2])).containsExactly("r | 3 | 6");
    assertThat(store.names()).isEmpty();
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.HALF_OPEN);
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void shouldMeetALabClientWithSilenceWhenStorageFails(Step step) {
    store.fail(step, RefusalReason.IO_ERROR);
    receiver.say(LAB_START);
    String whole = "d | 1 | " + CONTENT;
    assertThat(receiver.say(whole)).isEmpty();
    assertThat(receiver.published()).isEmpty();
    store.repair();
    assertThat(receiver.say(whole)).isEmpty();
    assertThat(store.names()).isEmpty();
  }

  @Test
  void shouldLetALabClientBeginAgainAfterStorageFailed() {
    enterLab(At.OPEN);
    store.fail(Step.WRITE, RefusalReason.NO_SPACE);
    assertThat(receiver.say(CHUNKS[1])).isEmpty();
    store.repair();
    assertThat(receiver.say(LAB_START)).containsExactly("a | 1 | 1472");
    receiver.sayAll(CHUNKS[0], CHUNKS[1]);
    receiver.say(CHUNKS[2]);
    assertThat(receiver.published()).containsExactly("a | 4");
    assertThat(receiver.content("name.txt")).isEqualTo(CONTENT);
  }

  // Given up

  @ParameterizedTest
  @EnumSource(
      value = At.class,
      names = {"PUBLISHING"},
      mode = Mode.EXCLUDE)
  void shouldForgetWhatIsGivenUp(At state) {
    enterLab(state);
    receiver.pass(200 * Nanos.SECOND);
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.CLOSED);
    assertThat(store.discards()).isEqualTo(state == At.OPEN ? 1 : 0);
    if (state == At.OPEN) {
      assertThat(receiver.failure().cause()).isEqualTo(Cause.SILENT);
    }
    assertThat(receiver.events()).isEmpty();
    assertSilence(CHUNKS[0]);
  }

  @Test
  void shouldWaitForAPublicationHoweverLongItTakes() {
    enterLab(At.PUBLISHING);
    assertThat(receiver.receiver.nextTimeout()).isEqualTo(Nanos.NEVER);
    receiver.receiver.onTimeout(receiver.nowNs + 1000 * Nanos.SECOND);
    receiver.pass(1000 * Nanos.SECOND);
    assertThat(receiver.published()).containsExactly("a | 4");
    assertThat(receiver.timeoutInNs()).isEqualTo(120 * Nanos.SECOND);
  }

  // Empty files

  @Test
  void shouldPublishAnEmptyFileAtItsStart() {
    assertThat(receiver.say("s | 0 | empty | 0")).isEmpty();
    assertThat(receiver.events()).containsExactly(new Started("empty", 0));
    assertSilence("s | 0 | empty | 0");
    assertSilence("d | 1 | ");
    assertThat(receiver.published()).containsExactly("a | 1 | 1472");
    assertThat(receiver.content("empty")).isEmpty();
    assertThat(receiver.events())
        .containsExactly(
            new Finished(
                "empty",
                0,
                0,
                0,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  }

  @Test
  void shouldAcknowledgeTheEmptyChunkAndTheStartOfAPublishedEmptyFile() {
    receiver.say("s | 39 | empty | 0");
    receiver.published();
    assertThat(receiver.say("s | 39 | empty | 0")).containsExactly("a | 40 | 1472");
    assertThat(receiver.say("d | 40 | ")).containsExactly("a | 41");
    assertThat(receiver.say("d | 40 | ")).containsExactly("a | 41");
    assertThat(receiver.say("s | 39 | empty | 0")).containsExactly("a | 40 | 1472");
    assertThat(store.opened()).isEqualTo(1);
  }

  @Test
  void shouldPublishAnEmptyFileOfOwnClientWithItsChunk() {
    assertThat(receiver.say("s | 5 | empty | 00000000000000000000"))
        .containsExactly("a | 6 | 0000001472");
    assertThat(store.opened()).isZero();
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.HALF_OPEN);
    assertThat(receiver.say("d | 6 | ")).isEmpty();
    assertSilenceButForTheStarted("d | 6 | ");
    assertThat(receiver.published()).containsExactly("a | 7");
    assertThat(receiver.content("empty")).isEmpty();
    assertThat(receiver.say("d | 6 | ")).containsExactly("a | 7");
    assertThat(store.opened()).isEqualTo(1);
  }

  private void assertSilenceButForTheStarted(String datagram) {
    assertThat(receiver.events()).containsExactly(new Started("empty", 0));
    assertSilence(datagram);
  }

  @Test
  void shouldRefuseAnEmptyFileThatCannotBeOpened() {
    store.fail(Step.OPEN, RefusalReason.CANNOT_CREATE);
    receiver.say("s | 5 | empty | 00000000000000000000");
    assertThat(receiver.say("d | 6 | ")).containsExactly("r | 6 | 7");
    assertThat(receiver.failure().cause()).isEqualTo(Cause.REFUSED);
  }

  @Test
  void shouldRefuseAnEmptyFileThatCannotBePublished() {
    store.fail(Step.PUBLISH, RefusalReason.IO_ERROR);
    receiver.say("s | 5 | empty | 00000000000000000000");
    assertThat(receiver.say("d | 6 | ")).isEmpty();
    assertThat(receiver.published()).containsExactly("r | 6 | 8");
    assertThat(store.names()).isEmpty();
  }

  @Test
  void shouldMeetALabClientWithSilenceWhoseEmptyFileCannotBeStored() {
    store.fail(Step.PUBLISH, RefusalReason.IO_ERROR);
    assertThat(receiver.say("s | 5 | empty | 0")).isEmpty();
    assertThat(receiver.published()).isEmpty();
    assertThat(store.names()).isEmpty();
  }

  // Empty files where a file with content is

  private void publishContent() {
    enterLab(At.PUBLISHED);
    receiver.pass(200 * Nanos.SECOND);
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.CLOSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "00000000000000000000"})
  void shouldReplaceNoContentForAStartAlone(String size) {
    publishContent();
    for (int i = 0; i < 3; i++) {
      assertThat(receiver.say("s | 0 | name.txt | " + size)).hasSize(1);
    }
    assertThat(receiver.events()).isEmpty();
    assertThat(store.openSinks()).isZero();
    receiver.pass(200 * Nanos.SECOND);
    assertThat(receiver.content("name.txt")).isEqualTo(CONTENT);
    assertThat(receiver.receiver.phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void shouldSayThatAStartAloneReplacedNothing() {
    publishContent();
    receiver.say("s | 0 | name.txt | 0");
    receiver.pass(4 * Nanos.SECOND);
    assertThat(receiver.failure())
        .isEqualTo(new Failed("name.txt", 0, 0, Cause.SILENT, Reception.START_ALONE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s | 0 | name.txt | 0", "s|0|name.txt|0"})
  void shouldReplaceContentWithTheEmptyChunk(String start) {
    publishContent();
    String chunk = start.contains(" ") ? "d | 1 | " : "d|1|";
    assertThat(receiver.say(start)).hasSize(1);
    assertThat(receiver.say(chunk)).isEmpty();
    assertThat(receiver.content("name.txt")).isEqualTo(CONTENT);
    assertThat(receiver.published()).hasSize(1);
    assertThat(receiver.content("name.txt")).isEmpty();
    assertThat(receiver.say(chunk)).hasSize(1);
    assertThat(receiver.say(start)).hasSize(1);
    assertThat(store.pendingPublications()).isZero();
  }

  @Test
  void shouldNotTakeContentWhereTheEmptyChunkIsAwaited() {
    publishContent();
    receiver.say("s | 0 | name.txt | 0");
    assertThat(receiver.say("d | 1 | content")).isEmpty();
    assertThat(receiver.failure().cause()).isEqualTo(Cause.PROTOCOL_VIOLATION);
    assertThat(receiver.content("name.txt")).isEqualTo(CONTENT);
  }

  @Test
  void shouldNotTakeContentForAnEmptyFile() {
    receiver.say("s | 0 | empty | 0");
    receiver.published();
    receiver.events();
    assertSilence("d | 1 | content");
    assertThat(receiver.content("empty")).isEmpty();
  }
}
