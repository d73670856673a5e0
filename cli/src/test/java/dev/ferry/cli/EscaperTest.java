package dev.ferry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscaperTest {
  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:\\\\|u([0-9a-f]{4}))");

  /** Controls, what ends a line, steers the direction of writing, or cannot be seen at all. */
  private static final Pattern DANGEROUS =
      Pattern.compile(
          "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
              + "\u2060-\u206f\ufeff\ufff9-\ufffb\\x{e0001}\\x{e0020}-\\x{e007f}\\p{Cs}\\p{Co}]");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain name.txt, plain name.txt",
        "h\u00e9llo \u6f22\u5b57 \ud83d\ude00, h\u00e9llo \u6f22\u5b57 \ud83d\ude00",
        "`\u001b[31mred`, `\\u001b[31mred`",
        "`a\nb\tc`, `a\\u000ab\\u0009c`",
        "`\u009b2J`, \\u009b2J",
        "gpj.\u202eexe, gpj.\\u202eexe",
        "a\\b, a\\\\b",
        "\\u001b, \\\\u001b",
        "a\u2028b, a\\u2028b",
        "\ud800x, \\ud800x",
        "\udb40\udc41, \\udb40\\udc41"
      })
  void shouldShow(String text, String shown) {
    assertThat(Escaper.escape(text)).isEqualTo(shown);
  }

  @Test
  void shouldLetNothingDangerousThrough() {
    StringBuilder everything = new StringBuilder();
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      everything.appendCodePoint(codePoint).append('.');
    }
    Matcher dangerous = DANGEROUS.matcher(Escaper.escape(everything.toString()));
    assertThat(dangerous.results().map(match -> "U+%x".formatted(match.group().codePointAt(0))))
        .isEmpty();
  }

  @Test
  void shouldNotBeForgeable() {
    Random random = new Random(1);
    String alphabet = "ab\\u001\n\u001b\u202e\ud83d\ude00";
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(12); left > 0; left--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String shown = Escaper.escape(text.toString());
      assertThat(unescape(shown)).as("seed 1, %s", shown).isEqualTo(text.toString());
    }
  }

  private static String unescape(String shown) {
    return ESCAPE
        .matcher(shown)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    match.group(1) == null
                        ? "\\"
                        : String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }
}
