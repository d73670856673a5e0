package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** {@link LeftOutNumbers}. */
class LeftOutNumbersTest {
  private static List<Long> ofPackets(int packets, long seed) {
    LeftOutNumbers numbers = new LeftOutNumbers(new SplittableRandom(seed));
    List<Long> leftOut = new ArrayList<>();
    long number = 0;
    for (int i = 0; i < packets; i++) {
      if (numbers.isDue(number)) {
        numbers.onLeftOut(number);
        leftOut.add(++number);
      }
      number++;
    }
    return leftOut;
  }

  @Test
  void shouldLeaveOutNoneOfShortTransfers() {
    for (int seed = 0; seed < 100; seed++) {
      assertThat(ofPackets(LeftOutNumbers.FIRST_PERIOD, seed)).isEmpty();
    }
  }

  @Test
  void shouldLeaveOutOneEarlyAndLaterOnesSeldom() {
    Set<Long> first = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      List<Long> leftOut = ofPackets(1_000_000, seed);
      first.add(leftOut.get(0));
      assertThat(leftOut.get(0)).isBetween(256L, 512L);
      assertThat(leftOut.get(1)).isBetween(512L, 1536L);
      assertThat(leftOut).hasSizeBetween(32, 70);
      for (int i = 1; i < leftOut.size(); i++) {
        assertThat(leftOut.get(i) - leftOut.get(i - 1)).isBetween(256L, 1L << 15);
      }
    }
    assertThat(first).as("nobody can guess which").hasSizeGreaterThan(50);
  }

  /** Where there is no room for one now, there will be. */
  @Test
  void shouldStayDueUntilOneIsLeftOut() {
    LeftOutNumbers numbers = new LeftOutNumbers(new SplittableRandom(1));
    for (int number = 600; number < 700; number++) {
      assertThat(numbers.isDue(number)).isTrue();
    }
    numbers.onLeftOut(700);
    assertThat(numbers.isDue(701)).isFalse();
  }
}
