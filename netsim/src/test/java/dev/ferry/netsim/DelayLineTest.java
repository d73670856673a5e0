package dev.ferry.netsim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import org.junit.jupiter.api.Test;

/** What is under way. */
class DelayLineTest {
  @Test
  void shouldHandOutWhatIsDueInTheOrderOfTimeAndThenOfAddition() {
    DelayLine<String> line = new DelayLine<>();
    assertThat(line.nextNs()).isEqualTo(Nanos.NEVER);
    line.add(5, "later");
    line.add(3, "first");
    line.add(3, "second");

    assertThat(line.size()).isEqualTo(3);
    assertThat(line.nextNs()).isEqualTo(3);
    assertThat(line.poll(2)).isNull();
    assertThat(line.poll(3)).isEqualTo("first");
    assertThat(line.poll(3)).isEqualTo("second");
    assertThat(line.poll(4)).isNull();
    assertThat(line.poll(9)).isEqualTo("later");
    assertThat(line.poll(9)).isNull();
  }

  @Test
  void shouldOrderAcrossAnOverflowOfTheClock() {
    DelayLine<String> line = new DelayLine<>();
    line.add(Long.MIN_VALUE + 5, "after");
    line.add(Long.MAX_VALUE - 5, "before");

    assertThat(line.poll(Long.MAX_VALUE - 1)).isEqualTo("before");
    assertThat(line.poll(Long.MAX_VALUE - 1)).isNull();
    assertThat(line.poll(Long.MIN_VALUE + 5)).isEqualTo("after");
  }
}
