package dev.ferry.protocol.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.lab.ReceiverEvent.Cause;
import dev.ferry.protocol.lab.ReceiverEvent.Started;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link LabReceiver}: dialects, names and numbers, however large. */
class ReceiverNumbersTest {
  private final ReceiverHarness receiver = new ReceiverHarness();

  @AfterEach
  void everySinkEndsOnce() {
    receiver.assertEverySinkEndsOnce();
  }

  // The spaced dialect

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 39, 1L << 31, 1L << 32, 1L << 53, Long.MAX_VALUE - 2 - 10})
  void shouldCountFromAnyNumber(long seqno0) {
    assertThat(receiver.say("s | " + seqno0 + " | name | 10"))
        .containsExactly("a | " + (seqno0 + 1) + " | 1472");
    assertThat(receiver.say("d | " + (seqno0 + 1) + " | 01234"))
        .containsExactly("a | " + (seqno0 + 2));
    assertThat(receiver.say("d | " + (seqno0 + 2) + " | 56789")).isEmpty();
    assertThat(receiver.published()).containsExactly("a | " + (seqno0 + 3));
    assertThat(receiver.content("name")).isEqualTo("0123456789");
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807, 0",
    "9223372036854775807, 1",
    "9223372036854775806, 0",
    "9223372036854775805, 1",
    "9223372036854775796, 10",
    "0, 9223372036854775806",
    "0, 9223372036854775807",
    "9223372036854775807, 9223372036854775807",
  })
  void shouldRefuseATransferWhoseNumbersWouldOverflow(long seqno0, long size) {
    assertThat(receiver.say("s | " + seqno0 + " | name | " + size)).isEmpty();
    assertThat(receiver.failure().cause()).isEqualTo(Cause.PROTOCOL_VIOLATION);
    assertThat(receiver.say(String.format(Locale.ROOT, "s | %d | name | %020d", seqno0, size)))
        .containsExactly("r | " + seqno0 + " | 9");
    assertThat(receiver.say("d | 9223372036854775807 | x"))
        .containsExactly("r | 9223372036854775807 | 9");
    assertThat(receiver.store.opened()).isZero();
  }

  @Test
  void shouldSurviveEmptyChunksUpToTheLargestNumber() {
    receiver.say("s | 9223372036854775805 | name | 0");
    receiver.published();
    assertThat(receiver.say("d | 9223372036854775806 | "))
        .containsExactly("a | 9223372036854775807");
    assertThat(receiver.say("d | 9223372036854775807 | ")).isEmpty();
    assertThat(receiver.say("d | 9223372036854775806 | "))
        .containsExactly("a | 9223372036854775807");
  }

  @Test
  void shouldTakeAClientThatCountsFromTheStartsOwnNumber() {
    receiver.say("s | 0 | name | 10");
    receiver.sayAll("d | 0 | 01234", "d | 0 | 01234");
    assertThat(receiver.say("d | 1 | 56789")).isEmpty();
    assertThat(receiver.published()).containsExactly("a | 2");
    assertThat(receiver.content("name")).isEqualTo("0123456789");
  }

  @Test
  void shouldKeepDelimitersInTheContent() {
    receiver.say("s | 0 | name | 22");
    receiver.sayAll("d | 1 |  |  |  | ");
    receiver.say("d | 2 | d | 3 | a | 4");
    receiver.published();
    assertThat(receiver.content("name")).isEqualTo(" |  |  | d | 3 | a | 4");
  }

  // The compact dialect

  @Test
  void shouldTakeACompactCountingClient() {
    assertThat(receiver.say("s|0|txt|10")).containsExactly("a|1|1472");
    assertThat(receiver.say("d|1|0123")).containsExactly("a|2");
    assertThat(receiver.say("d|2|4567")).containsExactly("a|3");
    assertThat(receiver.say("d|3|89")).isEmpty();
    assertThat(receiver.published()).containsExactly("a|4");
    assertThat(receiver.content("invented-1.txt")).isEqualTo("0123456789");
  }

  @Test
  void shouldTakeAnAlternatingClient() {
    assertThat(receiver.say("s|0|name.txt|10")).containsExactly("a|1|1472");
    assertThat(receiver.say("d|1|0123")).containsExactly("a|0");
    assertThat(receiver.say("d|0|4567")).containsExactly("a|1");
    assertThat(receiver.say("d|0|4567")).containsExactly("a|1");
    assertThat(receiver.say("d|1|89")).isEmpty();
    assertThat(receiver.say("d|1|89")).isEmpty();
    assertThat(receiver.published()).containsExactly("a|0");
    assertThat(receiver.say("d|1|89")).containsExactly("a|0");
    assertThat(receiver.content("name.txt")).isEqualTo("0123456789");
  }

  @ParameterizedTest
  @CsvSource({"name.txt, a|0, a|2", "txt, a|2, a|0"})
  void shouldTryTheOtherAcknowledgementOfTheFirstChunkAfterTwoInVain(
      String name, String likely, String other) {
    receiver.say("s|0|" + name + "|10");
    assertThat(receiver.say("d|1|0123")).containsExactly(likely);
    assertThat(receiver.say("d|1|0123")).containsExactly(likely);
    assertThat(receiver.say("d|1|0123")).containsExactly(other);
    assertThat(receiver.say("d|1|0123")).containsExactly(likely);
  }

  @Test
  void shouldGuessTheAcknowledgementOfAnOnlyChunkAfterPublication() {
    receiver.say("s|0|name.txt|4");
    assertThat(receiver.say("d|1|0123")).isEmpty();
    assertThat(receiver.say("d|1|0123")).isEmpty();
    assertThat(receiver.published()).containsExactly("a|0");
    assertThat(receiver.say("d|1|0123")).containsExactly("a|0");
    assertThat(receiver.say("d|1|0123")).containsExactly("a|2");
    assertThat(receiver.content("name.txt")).isEqualTo("0123");
  }

  @Test
  void shouldNotGuessTowardsOwnClient() {
    assertThat(receiver.say("s|0|name.txt|00000000000000000010")).containsExactly("a|1|0000001472");
    assertThat(receiver.say("d|1|0123")).containsExactly("a|2");
    assertThat(receiver.say("d|0|4567")).isEmpty();
  }

  // Names

  @ParameterizedTest
  @CsvSource({"txt, invented-1.txt", ".txt, invented-1.txt", "tar.gz, tar.gz", "a.b, a.b"})
  void shouldInventANameWhereACompactClientGivesOnlyAnExtension(String given, String name) {
    receiver.say("s|0|" + given + "|10");
    receiver.say("d|1|0123");
    assertThat(receiver.events()).containsExactly(new Started(name, 10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s | 0 | txt | 10", "s|0|txt|00000000000000000010"})
  void shouldNotInventANameForOthers(String start) {
    receiver.say(start);
    receiver.say(start.charAt(1) == ' ' ? "d | 1 | 0123" : "d|1|0123");
    assertThat(receiver.events()).containsExactly(new Started("txt", 10));
  }

  // What belongs to no session

  @Test
  void shouldIgnoreWhatIsNoMessageAndChunksOfTheOtherDialect() {
    receiver.say("s | 0 | name | 10");
    for (String datagram :
        new String[] {
          "", "d", "d | 1", "d | x | 0123", "x | 1 | 0123", "a | 1 | 1472", "d|1|0123"
        }) {
      assertThat(receiver.say(datagram)).as(datagram).isEmpty();
    }
    assertThat(receiver.store.opened()).isZero();
  }

  @Test
  void shouldIgnoreChunksBeforeAnyStart() {
    assertThat(receiver.say("d | 1 | 0123")).isEmpty();
    assertThat(receiver.receiver.phase()).isEqualTo(LabReceiver.Phase.CLOSED);
  }

  @Test
  void shouldIgnoreDatagramsFromElsewhere() {
    assertThat(receiver.say("s | 0 | name | 10", ReceiverHarness.STRANGER)).isEmpty();
    receiver.say("s | 0 | name | 10");
    assertThat(receiver.say("d | 1 | 0123", ReceiverHarness.STRANGER)).isEmpty();
    assertThat(receiver.store.opened()).isZero();
  }
}
