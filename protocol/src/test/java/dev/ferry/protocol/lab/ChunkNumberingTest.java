package dev.ferry.protocol.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.lab.ChunkNumbering.Verdict;
import dev.ferry.protocol.lab.LabMessage.Start;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link ChunkNumbering}: counting, starting at the start's number, and alternating. */
class ChunkNumberingTest {
  private static ChunkNumbering numbering(
      Dialect dialect, long seqno0, String name, boolean offersFerry) {
    return new ChunkNumbering(new Start(dialect, seqno0, name, 1000, offersFerry));
  }

  private static ChunkNumbering spaced(long seqno0) {
    return numbering(Dialect.SPACED, seqno0, "a.txt", false);
  }

  private static ChunkNumbering compact(String name) {
    return numbering(Dialect.COMPACT, 0, name, false);
  }

  private static void assertVerdicts(
      ChunkNumbering numbering, String next, String duplicates, String ahead) {
    assertVerdict(numbering, next, Verdict.NEXT);
    assertVerdict(numbering, duplicates, Verdict.DUPLICATE);
    assertVerdict(numbering, ahead, Verdict.AHEAD);
  }

  private static void assertVerdict(ChunkNumbering numbering, String seqnos, Verdict verdict) {
    seqnos
        .codePoints()
        .filter(Character::isDigit)
        .forEach(
            digit ->
                assertThat(numbering.judge(digit - '0')).as("" + (char) digit).isEqualTo(verdict));
  }

  @Test
  void shouldCountFromTheNumberAfterTheStart() {
    ChunkNumbering numbering = spaced(2);
    assertVerdicts(numbering, "2 3", "", "0 1 4 5");
    numbering.take(3);
    assertVerdicts(numbering, "4", "3", "0 1 2 5 6");
    numbering.take(4);
    assertVerdicts(numbering, "5", "3 4", "0 1 2 6 7");
    assertThat(numbering.acknowledgementOf(3)).isEqualTo(4);
    assertThat(numbering.acknowledgementOf(4)).isEqualTo(5);
    assertThat(numbering.isAmbiguous()).isFalse();
  }

  @Test
  void shouldTakeAForeignClientThatCountsFromTheStartsOwnNumber() {
    ChunkNumbering numbering = spaced(2);
    numbering.take(2);
    assertVerdicts(numbering, "3", "2", "0 1 4");
    assertThat(numbering.acknowledgementOf(2)).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void shouldHoldOwnClientsToTheNumberAfterTheStart(Dialect dialect) {
    ChunkNumbering numbering = numbering(dialect, 0, "a.txt", true);
    assertVerdicts(numbering, "1", "", "0 2");
    numbering.take(1);
    assertVerdicts(numbering, "2", "1", "0 3");
    assertThat(numbering.isAmbiguous()).isFalse();
  }

  @Test
  void shouldNotKnowBeforeTheSecondChunkWhetherACompactClientAlternates() {
    ChunkNumbering numbering = compact("a.txt");
    assertThat(numbering.isAmbiguous()).isTrue();
    assertVerdicts(numbering, "1", "", "0 2 3");
    numbering.take(1);
    assertThat(numbering.isAmbiguous()).isTrue();
    assertVerdicts(numbering, "0 2", "1", "3 4");
  }

  @Test
  void shouldCountWhereTheCompactClientCounts() {
    ChunkNumbering numbering = compact("a.txt");
    numbering.take(1);
    numbering.take(2);
    assertThat(numbering.isAmbiguous()).isFalse();
    assertVerdicts(numbering, "3", "1 2", "0 4");
    assertThat(numbering.acknowledgementOf(1)).isEqualTo(2);
    assertThat(numbering.acknowledgementOf(2)).isEqualTo(3);
  }

  @Test
  void shouldAlternateWhereTheCompactClientAlternates() {
    ChunkNumbering numbering = compact("txt");
    numbering.take(1);
    numbering.take(0);
    assertThat(numbering.isAmbiguous()).isTrue();
    assertVerdicts(numbering, "1", "0", "2 3");
    numbering.take(1);
    assertVerdicts(numbering, "0", "1", "2 3");
    assertThat(numbering.acknowledgementOf(1)).isZero();
    assertThat(numbering.acknowledgementOf(0)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"a.txt, 0, 2", "txt, 2, 0", ".txt, 2, 0"})
  void shouldGuessTheFirstCompactAcknowledgementByTheName(String name, long likely, long other) {
    ChunkNumbering numbering = compact(name);
    numbering.take(1);
    for (int round = 0; round < 3; round++) {
      assertThat(numbering.acknowledgementOf(1)).isEqualTo(likely);
      assertThat(numbering.acknowledgementOf(1)).isEqualTo(likely);
      assertThat(numbering.acknowledgementOf(1)).isEqualTo(other);
    }
  }

  @Test
  void shouldOnlyTakeACompactClientForAlternatingThatBeginsAtZero() {
    ChunkNumbering numbering = numbering(Dialect.COMPACT, 2, "a.txt", false);
    assertThat(numbering.isAmbiguous()).isFalse();
    assertVerdicts(numbering, "3", "", "0 1 2 4");
    numbering.take(3);
    assertVerdicts(numbering, "4", "3", "0 1 2 5");
  }

  @Test
  void shouldCountUpToTheLargestNumbers() {
    long seqno0 = Long.MAX_VALUE - 3;
    ChunkNumbering numbering = spaced(seqno0);
    numbering.take(seqno0 + 1);
    assertThat(numbering.judge(seqno0 + 2)).isEqualTo(Verdict.NEXT);
    assertThat(numbering.judge(seqno0 + 1)).isEqualTo(Verdict.DUPLICATE);
    assertThat(numbering.judge(Long.MAX_VALUE)).isEqualTo(Verdict.AHEAD);
    assertThat(numbering.judge(0)).isEqualTo(Verdict.AHEAD);
    assertThat(numbering.acknowledgementOf(seqno0 + 1)).isEqualTo(seqno0 + 2);
  }

  @Test
  void shouldTellWhichOfTwoHasTakenMore() {
    ChunkNumbering one = spaced(0);
    ChunkNumbering other = spaced(0);
    one.take(1);
    assertThat(one.isPast(other)).isTrue();
    assertThat(other.isPast(one)).isFalse();
    other.take(1);
    assertThat(one.isPast(other)).isFalse();
    other.take(2);
    assertThat(other.isPast(one)).isTrue();
  }
}
