package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.SenderEvent.Connected;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link LabSender}: what it sends to servers of every kind, from start to end. */
class SenderTransferTest {
  private static final long SEED = 20_240_607;

  private static String content(int bytes) {
    byte[] content = new byte[bytes];
    new Random(SEED).nextBytes(content);
    return new String(content, ISO_8859_1);
  }

  /** Answers every chunk like a counting server, and returns the chunks' datagrams. */
  private static List<String> chunksAfter(SenderHarness sender, String startAck) {
    List<String> chunks = new ArrayList<>();
    sender.sent();
    sender.receive(startAck);
    long seqno = Long.parseLong(startAck.split("\\D+", 3)[1]);
    while (sender.sends()) {
      chunks.add(sender.lastSent());
      sender.receive("a | " + ++seqno);
    }
    return chunks;
  }

  private static String joined(List<String> chunks, String delimiter) {
    StringBuilder content = new StringBuilder();
    for (String chunk : chunks) {
      int header = chunk.indexOf(delimiter, 1 + delimiter.length()) + delimiter.length();
      content.append(chunk, header, chunk.length());
    }
    return content.toString();
  }

  private static void assertArrives(String content, SenderHarness sender, String startAck) {
    List<String> chunks = chunksAfter(sender, startAck);
    assertThat(joined(chunks, " | ")).as("seed %d", SEED).isEqualTo(content);
    assertThat(sender.completion().acknowledgedBytes()).isEqualTo(content.length());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1463, 1464, 1465, 1471, 1472, 1473, 2 * 1464, 2 * 1464 + 1, 100_000})
  void shouldCutTheFileIntoDatagramsOfTheServersSize(int bytes) {
    String content = content(bytes);
    SenderHarness sender = SenderHarness.foreign(content);
    List<String> chunks = chunksAfter(sender, "a | 1 | 1472");
    assertThat(joined(chunks, " | ")).as("seed %d", SEED).isEqualTo(content);
    for (String chunk : chunks.subList(0, chunks.size() - 1)) {
      assertThat(chunk).hasSize(1472);
    }
    assertThat(chunks.get(chunks.size() - 1).length()).isBetween(9, 1472);
    assertThat(sender.completion().acknowledgedBytes()).isEqualTo(bytes);
  }

  @Test
  void shouldKeepTheDatagramsSizeWhenTheNumberGrowsADigit() {
    SenderHarness sender = SenderHarness.foreign(content(10_200));
    List<String> chunks = chunksAfter(sender, "a | 1 | 20");
    assertThat(chunks.get(8)).startsWith("d | 9 | ").hasSize(20);
    assertThat(chunks.get(9)).startsWith("d | 10 | ").hasSize(20);
    assertThat(chunks.get(98)).startsWith("d | 99 | ").hasSize(20);
    assertThat(chunks.get(99)).startsWith("d | 100 | ").hasSize(20);
    assertThat(chunks.get(999)).startsWith("d | 1000 | ").hasSize(20);
  }

  @Test
  void shouldKeepDelimitersInTheContent() {
    String content = " | ".repeat(5000) + "d | 1 | ";
    assertArrives(content, SenderHarness.foreign(content), "a | 1 | 100");
    assertArrives(content, SenderHarness.foreign(content), "a | 1 | 1472");
  }

  // The server's buffer

  @ParameterizedTest
  @CsvSource({
    "a | 1,                        1024",
    "a | 1 | ,                     1024",
    "a | 1 | 9,                       9",
    "a | 1 | 100,                   100",
    "a | 1 | 1471,                 1471",
    "a | 1 | 1472,                 1472",
    "a | 1 | 1473,                 1472",
    "a | 1 | 65507,                1472",
    "a | 1 | 2147483648,           1472",
    "a | 1 | 4294967297,           1472",
    "a | 1 | 9223372036854775807,  1472",
  })
  void shouldSendDatagramsThatTheServerTakesAndThisEndAllows(String startAck, int bytes) {
    SenderHarness sender = SenderHarness.foreign(content(5000));
    sender.sent();
    assertThat(sender.answered(startAck)).hasSize(bytes);
    assertThat(sender.events()).containsExactly(new Connected(bytes, false));
  }

  @Test
  void shouldFillTheLargestDatagramWhereBothEndsAllowIt() {
    String content = content(100_000);
    Start start = new Start(Dialect.SPACED, 0, "name", content.length(), false);
    SenderHarness sender = new SenderHarness(start, content, Udp.MAX_PAYLOAD_BYTES);
    sender.sent();
    assertThat(sender.answered("a | 1 | 65507")).hasSize(65_507);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 8})
  void shouldFailWhereTheServersBufferLeavesNoRoomForContent(int bytes) {
    SenderHarness sender = SenderHarness.foreign("content");
    sender.sent();
    sender.receive("a | 1 | " + bytes);
    assertThat(sender.failure()).isEqualTo(new TransferFailure.BufferTooSmall(bytes));
  }

  @Test
  void shouldFailOnceTheGrowingNumberLeavesNoRoomForContent() {
    SenderHarness sender = SenderHarness.foreign("0123456789");
    assertThat(chunksAfter(sender, "a | 1 | 9")).hasSize(9);
    assertThat(sender.failure()).isEqualTo(new TransferFailure.BufferTooSmall(9));
  }

  @Test
  void shouldSendALongStartWhateverTheDatagramLimit() {
    String name = "n".repeat(255);
    Start start = new Start(Dialect.SPACED, 0, name, 3, false);
    SenderHarness sender = new SenderHarness(start, "abc", 100);
    assertThat(sender.sent()).isEqualTo("s | 0 | " + name + " | 3");
    assertThat(sender.answered("a | 1 | 1472")).isEqualTo("d | 1 | abc");
  }

  // Empty files

  @Test
  void shouldSendOneEmptyChunkForAnEmptyFileToAForeignServer() {
    SenderHarness sender = SenderHarness.offering("");
    sender.sent();
    assertThat(sender.answered("a | 1 | 1472")).isEqualTo("d | 1 | ");
    sender.receive("a | 2");
    assertThat(sender.completion().acknowledgedBytes()).isZero();
  }

  @Test
  void shouldSendTheEmptyChunkToOwnServerToo() {
    SenderHarness sender = SenderHarness.offering("");
    sender.sent();
    assertThat(sender.answered("a | 1 | 0000001472")).isEqualTo("d | 1 | ");
    sender.receive("a | 2");
    assertThat(sender.completion()).isEqualTo(new TransferStats(0, 0, 2, 0, 0));
  }

  // How two of our own ends find each other

  @Test
  void shouldOnlyTakeAServerForItsOwnThatAcceptsAnOffer() {
    SenderHarness sender = SenderHarness.foreign("abc");
    sender.sent();
    sender.answered("a | 1 | 0000001472");
    assertThat(sender.events()).containsExactly(new Connected(1472, false));
  }

  @Test
  void shouldTakeAServerForItsOwnThatAcceptsTheOffer() {
    SenderHarness sender = SenderHarness.offering("abc");
    sender.sent();
    assertThat(sender.answered("a | 1 | 0000000100")).isEqualTo("d | 1 | abc");
    assertThat(sender.events()).containsExactly(new Connected(100, true));
  }

  // The compact dialect

  @Test
  void shouldCountWhereTheCompactServerCounts() {
    SenderHarness sender = SenderHarness.of(Dialect.COMPACT, 0, "0123456789", false);
    assertThat(sender.sent()).isEqualTo("s|0|name.txt|10");
    assertThat(sender.answered("a|1|8")).isEqualTo("d|1|0123");
    assertThat(sender.answered("a|2")).isEqualTo("d|2|4567");
    sender.assertNoOp(() -> sender.receive("a|1"));
    sender.assertNoOp(() -> sender.receive("a|0"));
    assertThat(sender.answered("a|3")).isEqualTo("d|3|89");
    sender.receive("a|4");
    assertThat(sender.completion().acknowledgedBytes()).isEqualTo(10);
  }

  @Test
  void shouldAlternateWhereTheCompactServerAlternates() {
    SenderHarness sender = SenderHarness.of(Dialect.COMPACT, 0, "0123456789", false);
    sender.sent();
    assertThat(sender.answered("a|1|8")).isEqualTo("d|1|0123");
    assertThat(sender.answered("a|0")).isEqualTo("d|0|4567");
    sender.assertNoOp(() -> sender.receive("a|0"));
    sender.assertNoOp(() -> sender.receive("a|2"));
    assertThat(sender.answered("a|1")).isEqualTo("d|1|89");
    sender.assertNoOp(() -> sender.receive("a|1"));
    sender.receive("a|0");
    assertThat(sender.completion().acknowledgedBytes()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a|0", "a|2"})
  void shouldCompleteAFileOfOneChunkWhicheverWayTheCompactServerNumbers(String ack) {
    SenderHarness sender = SenderHarness.of(Dialect.COMPACT, 0, "abc", false);
    sender.sent();
    assertThat(sender.answered("a|1|20480")).isEqualTo("d|1|abc");
    sender.assertNoOp(() -> sender.receive("a|1|20480"));
    sender.receive(ack);
    assertThat(sender.completion().acknowledgedBytes()).isEqualTo(3);
  }

  @Test
  void shouldOnlyCountInTheCompactDialectWhereNumbersDoNotBeginAtZero() {
    SenderHarness sender = SenderHarness.of(Dialect.COMPACT, 39, "abc", false);
    sender.sent();
    assertThat(sender.answered("a|40|20480")).isEqualTo("d|40|abc");
    sender.assertNoOp(() -> sender.receive("a|0"));
    sender.receive("a|41");
    assertThat(sender.completion().acknowledgedBytes()).isEqualTo(3);
  }

  @Test
  void shouldOnlyCountTowardsOwnServerInTheCompactDialect() {
    SenderHarness sender = SenderHarness.of(Dialect.COMPACT, 0, "abc", true);
    assertThat(sender.sent()).isEqualTo("s|0|name.txt|00000000000000000003");
    assertThat(sender.answered("a|1|0000001472")).isEqualTo("d|1|abc");
    sender.assertNoOp(() -> sender.receive("a|0"));
    sender.receive("a|2");
    assertThat(sender.completion().acknowledgedBytes()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a|1", "a|1|"})
  void shouldTakeACompactStartAckWithoutBufferSize(String startAck) {
    SenderHarness sender = SenderHarness.of(Dialect.COMPACT, 0, content(5000), false);
    sender.sent();
    assertThat(sender.answered(startAck)).hasSize(1024);
  }

  // Figures

  @Test
  void shouldCountWhatItSentAndRepeated() {
    SenderHarness sender = SenderHarness.foreign("0123456789");
    sender.sent();
    sender.pass(100 * Nanos.MILLISECOND);
    sender.answered("a | 1 | 14");
    sender.expire(); // 500 ms later
    sender.sent();
    sender.pass(10 * Nanos.MILLISECOND);
    sender.answered("a | 2");
    sender.pass(100 * Nanos.MILLISECOND);
    sender.receive("a | 3");
    assertThat(sender.completion())
        .isEqualTo(new TransferStats(10, 710 * Nanos.MILLISECOND, 4, 1, 100 * Nanos.MILLISECOND));
  }

  @Test
  void shouldReportTheFiguresOfAFailureToo() {
    SenderHarness sender = SenderHarness.foreign("0123456789");
    sender.sent();
    sender.expire();
    sender.sent();
    sender.pass(Nanos.SECOND);
    sender.sender.onUnreachable(sender.nowNs);
    assertThat(sender.events())
        .containsExactly(
            new SenderEvent.Failed(
                new TransferFailure.NothingListens(false, false),
                new TransferStats(0, 1500 * Nanos.MILLISECOND, 2, 1, -1)));
  }
}
