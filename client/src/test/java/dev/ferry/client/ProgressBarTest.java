package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarTest {
  private static final long TOTAL_BYTES = 100 << 20;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private int columns = 80;
  private final ProgressBar bar = bar("photos.tar");

  private ProgressBar bar(String name) {
    return new ProgressBar(new PrintStream(err, true, UTF_8), name, TOTAL_BYTES, () -> columns);
  }

  private String drawn(long doneBytes, long atSeconds) {
    err.reset();
    bar.update(doneBytes, atSeconds * Nanos.SECOND);
    return err.toString(UTF_8);
  }

  /** A line as wide as the terminal would be followed by another one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 10, 20, 39, 40, 51, 52, 60, 79, 80, 200})
  void shouldFitAnyWidth(int width) {
    columns = width;
    drawn(0, 0);
    String line = drawn(TOTAL_BYTES / 2, 1);
    assertThat(line).startsWith("\r").hasSizeLessThanOrEqualTo(width);
    if (width >= 20) {
      assertThat(line).contains(" 50 %", "50.0 MiB");
    }
  }

  /** Who copies several files in a loop sees which one it is. */
  @Test
  void shouldNameTheFileWhereThereIsRoom() {
    assertThat(drawn(0, 0)).startsWith("\rphotos.tar   0 % [--");
    columns = 60;
    assertThat(drawn(0, 1)).startsWith("\r  0 % [--");
    columns = 200;
    bar("a".repeat(100)).update(0, 0);
    assertThat(err.toString(UTF_8)).contains("\r" + "a".repeat(21) + "...   0 % [--");
  }

  @Test
  void shouldFollowTheWidth() {
    assertThat(drawn(0, 0)).contains("[-");
    columns = 30;
    assertThat(drawn(1, 1)).doesNotContain("[").hasSizeLessThanOrEqualTo(30);
    columns = 100;
    assertThat(drawn(2, 2)).contains("[-").hasSizeGreaterThan(80);
    bar.end();
    assertThat(err.toString(UTF_8)).endsWith("\r" + " ".repeat(99) + "\r");
  }

  @Test
  void shouldNotBeDrawnBeforeTheWidthIsKnown() {
    columns = 0;
    assertThat(drawn(0, 0)).isEmpty();
    columns = 80;
    assertThat(drawn(0, 0)).isNotEmpty();
  }

  @Test
  void shouldSayForHowLongNothingHasMoved() {
    drawn(0, 0);
    assertThat(drawn(1000, 1)).contains("/s").doesNotContain("no answer");
    assertThat(drawn(1000, 3)).contains("/s").doesNotContain("no answer");
    assertThat(drawn(1000, 26)).contains("no answer for 25 s").doesNotContain("/s");
    assertThat(drawn(2000, 27)).contains("/s").doesNotContain("no answer");
    for (int width : List.of(45, 60)) {
      columns = width;
      assertThat(drawn(2000, 60 + width))
          .contains("no answer for ")
          .hasSizeLessThanOrEqualTo(width);
    }
  }

  @Test
  void shouldSayWhenItIsTriedAgain() {
    drawn(0, 0);
    drawn(1000, 1);
    bar.retryAfter(4 * Nanos.SECOND);
    assertThat(drawn(1000, 36)).contains(" no contact for 35 s; trying again in 4 s");
    assertThat(drawn(1000, 38)).contains(" no contact for 37 s; trying again in 2 s");
    assertThat(drawn(1000, 40)).contains("no answer for 39 s");
    for (int width : List.of(30, 50, 60)) {
      columns = width;
      bar.retryAfter(4 * Nanos.SECOND);
      assertThat(drawn(1000, 60 + width)).hasSizeLessThanOrEqualTo(width);
    }
  }
}
