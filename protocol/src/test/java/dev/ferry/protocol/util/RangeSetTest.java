package dev.ferry.protocol.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link RangeSet} against a bit for every offset. */
class RangeSetTest {
  private static final int UNBOUNDED = 1 << 20;

  /** The set and the bits, which must always agree. */
  private static final class Pair {
    final RangeSet set;
    final BitSet bits = new BitSet();
    final int maxRanges;
    final int size;
    final String name;

    Pair(int maxRanges, int size, String name) {
      this.set = new RangeSet(maxRanges);
      this.maxRanges = maxRanges;
      this.size = size;
      this.name = name;
    }

    void add(int from, int to) {
      BitSet changed = (BitSet) bits.clone();
      changed.set(from, to);
      change(changed, set.add(from, to), changed.cardinality() - bits.cardinality());
    }

    void remove(int from, int to) {
      BitSet changed = (BitSet) bits.clone();
      changed.clear(from, to);
      change(changed, set.remove(from, to), bits.cardinality() - changed.cardinality());
    }

    private void change(BitSet changed, long answer, long difference) {
      if (ranges(changed) > maxRanges) {
        assertThat(answer).as(name).isEqualTo(RangeSet.FULL);
      } else {
        assertThat(answer).as(name).isEqualTo(difference);
        bits.clear();
        bits.or(changed);
      }
    }

    void compare(int from, int to) {
      assertThat(set.totalBytes()).as(name).isEqualTo(bits.cardinality());
      assertThat(set.rangeCount()).as(name).isEqualTo(ranges(bits));
      assertThat(set.isEmpty()).as(name).isEqualTo(bits.isEmpty());
      assertThat(set.contains(from)).as(name).isEqualTo(bits.get(from));
      assertThat(set.firstGap(from)).as(name).isEqualTo(bits.nextClearBit(from));
      assertThat(set.nextStart(from)).as(name).isEqualTo(bits.nextSetBit(from));
      assertThat(set.containsAll(from, to))
          .as(name)
          .isEqualTo(from == to || bits.nextClearBit(from) >= to);
    }

    void compareAll() {
      int at = 0;
      for (int i = 0; i < set.rangeCount(); i++) {
        at = bits.nextSetBit(at);
        assertThat(set.start(i)).as(name).isEqualTo(at);
        at = bits.nextClearBit(at);
        assertThat(set.end(i)).as(name).isEqualTo(at);
      }
      assertThat(bits.nextSetBit(at)).as(name).isEqualTo(-1);
    }

    private static int ranges(BitSet bits) {
      int ranges = 0;
      for (int at = bits.nextSetBit(0); at >= 0; at = bits.nextSetBit(bits.nextClearBit(at))) {
        ranges++;
      }
      return ranges;
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 40", "2, 60", "7, 200", "64, 300", "1048576, 2000"})
  void shouldAgreeWithABitForEveryOffset(int maxRanges, int size) {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Pair pair = new Pair(maxRanges, size, "seed " + seed);
      int longest = 1 + random.nextInt(size / 4);
      for (int i = 0; i < 1_500; i++) {
        step(pair, random, longest);
        int from = random.nextInt(size + 2);
        pair.compare(from, from + random.nextInt(longest));
      }
      pair.compareAll();
    }
  }

  private static void step(Pair pair, SplittableRandom random, int longest) {
    int from = random.nextInt(pair.size);
    int to = Math.min(pair.size, from + random.nextInt(longest + 1));
    int last = pair.bits.length();
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> pair.add(from, to);
      case 3, 4 -> pair.remove(from, to);
      case 5 -> pair.add(Math.min(last, pair.size), pair.size);
      case 6 -> {
        int first = Math.max(0, pair.bits.nextSetBit(0));
        pair.remove(first, first + longest);
      }
      default -> pair.add(from, Math.min(pair.size, from + 1));
    }
  }

  /** What is to be sent again: appended at the end, taken from the front. */
  @ParameterizedTest
  @CsvSource({"3, 2", "100, 99", "1000, 1", "1000, 700", "1000, 1000"})
  void shouldServeAsAQueue(int maxRanges, int length) {
    RangeSet set = new RangeSet(maxRanges);
    long tail = 0;
    long front = 0;
    for (int i = 0; i < 20_000; i++) {
      if (set.rangeCount() < length) {
        assertThat(set.add(tail, tail + 10)).isEqualTo(10);
        tail += 20;
      } else {
        assertThat(set.start(0)).isEqualTo(front);
        assertThat(set.remove(front, front + 10)).isEqualTo(10);
        front += 20;
      }
    }
    assertThat(set.totalBytes()).isEqualTo((tail - front) / 2);
  }

  @Test
  void shouldHoldTheLargestFile() {
    RangeSet set = new RangeSet(UNBOUNDED);
    assertThat(set.add(0, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(set.totalBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(set.containsAll(0, Long.MAX_VALUE)).isTrue();
    assertThat(set.firstGap(0)).isEqualTo(Long.MAX_VALUE);
    assertThat(set.remove(1, Long.MAX_VALUE - 1)).isEqualTo(Long.MAX_VALUE - 2);
    assertThat(set.nextStart(1)).isEqualTo(Long.MAX_VALUE - 1);
    assertThat(set.nextStart(Long.MAX_VALUE)).isEqualTo(RangeSet.NONE);
    assertThat(set.totalBytes()).isEqualTo(2);
  }

  @Test
  void shouldRefuseWhatNeedsOneMoreRangeAndStayAsItIs() {
    RangeSet set = new RangeSet(2);
    set.add(10, 20);
    set.add(30, 40);
    assertThat(set.add(50, 60)).isEqualTo(RangeSet.FULL);
    assertThat(set.remove(12, 14)).isEqualTo(RangeSet.FULL);
    assertThat(set.rangeCount()).isEqualTo(2);
    assertThat(set.totalBytes()).isEqualTo(20);
    assertThat(set.add(20, 30)).as("joins two").isEqualTo(10);
    assertThat(set.add(50, 60)).isEqualTo(10);
  }

  @Test
  void shouldJoinRangesThatTouch() {
    RangeSet set = new RangeSet(UNBOUNDED);
    set.add(10, 20);
    set.add(20, 30);
    set.add(5, 10);
    assertThat(set.rangeCount()).isEqualTo(1);
    assertThat(set.start(0)).isEqualTo(5);
    assertThat(set.end(0)).isEqualTo(30);
  }

  @Test
  void shouldForgetEverything() {
    RangeSet set = new RangeSet(UNBOUNDED);
    set.add(10, 20);
    set.clear();
    assertThat(set.isEmpty()).isTrue();
    assertThat(set.totalBytes()).isZero();
    assertThat(set.contains(10)).isFalse();
    assertThat(set.add(10, 20)).isEqualTo(10);
  }

  @Test
  void shouldRefuseWhatIsNoRange() {
    RangeSet set = new RangeSet(UNBOUNDED);
    assertThatIllegalArgumentException().isThrownBy(() -> set.add(-1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> set.add(2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> set.remove(2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new RangeSet(0));
    assertThatThrownBy(() -> set.start(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
