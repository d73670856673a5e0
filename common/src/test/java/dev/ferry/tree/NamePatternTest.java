package dev.ferry.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "d/a.txt", "a\\b", "a\\*", "\\[a]", "d/\\?x", "{a,b}", "~"})
  void shouldBeNoneWhereNothingIsSpecial(String path) {
    assertThat(NamePattern.of(path)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "*, '', a, true",
    "*, '', .a, false",
    "*, '', a/b, false",
    ".*, '', .a, true",
    "d/*.txt, d, a.txt, true",
    "d/*.txt, d, .txt, false",
    "d/*.txt, d, a.txt2, false",
    "d/e/?, d/e, x, true",
    "d/e/?, d/e, xy, false",
    "d/[a-c]x, d, bx, true",
    "d/[!a-c]x, d, bx, false",
    "[.]a, '', .a, false",
    "d/*/x, d, e/x, true",
    "d/*/x, d, .e/x, false",
    "d/*/x, d, x, false",
    "d/*/x, d, e/f/x, false",
    "a\\*/*, '', 'a*/b', true",
    "a\\*/*, '', 'ab/b', false",
    "'?', '', é, true"
  })
  void shouldMatchAsAShellDoes(String text, String base, String name, boolean matches) {
    NamePattern pattern = NamePattern.of(text);
    assertThat(pattern).isNotNull();
    assertThat(pattern.base()).isEqualTo(base);
    assertThat(pattern.matches(name)).isEqualTo(matches);
    assertThat(pattern.isDeep()).isEqualTo(text.substring(base.length()).lastIndexOf('/') > 0);
  }
}
