package dev.ferry.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnoreRulesTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "*.o, a.o, true",
        "*.o, d/a.o, true",
        "*.o, a.oo, false",
        "/*.o, a.o, true",
        "/*.o, d/a.o, false",
        "d/*.o, d/a.o, true",
        "d/*.o, e/d/a.o, false",
        "d/*.o, d/e/a.o, false",
        "build, build, true",
        "build, x/build, true",
        "build/, build, false",
        "build/, build/, true",
        "/a/b, a/b, true",
        "/a/b, x/a/b, false",
        "a/**, a/b, true",
        "a/**, a/b/c, true",
        "a/**, a, false",
        "**/b, b, true",
        "**/b, a/c/b, true",
        "a/**/b, a/b, true",
        "a/**/b, a/x/y/b, true",
        "a/**/b, a/xb, false",
        "**, x/y, true",
        "x**y, xzy, true",
        "a/x**y, a/x/y, false",
        "?, a, true",
        "?, ab, false",
        "a?b, a/b, false",
        "[a-c], b, true",
        "[a-c], d, false",
        "[!a-c], d, true",
        "[^a-c], b, false",
        "[]-], ], true",
        "[]-], -, true",
        "[[:digit:]x], 7, true",
        "[[:digit:]x], x, true",
        "[[:digit:]x], y, false",
        "[[:none:]], :, false",
        "[a, [a, false",
        "a\\, a, false",
        "\\*, *, true",
        "\\*, x, false",
        "\\#a, #a, true",
        "#a, #a, false",
        "\\!a, !a, true",
        "\"a \", a, true",
        "\"a\\ \", \"a \", true",
        "*, anything, true",
        "\u00e9?, \u00e9\u00e8, true",
      })
  void shouldMatchAsGitDoes(String pattern, String path, boolean expected) {
    boolean isDirectory = path.endsWith("/");
    String bare = isDirectory ? path.substring(0, path.length() - 1) : path;

    assertThat(IgnoreRules.of(List.of(pattern)).leavesOut(bare, isDirectory).orElse(false))
        .isEqualTo(expected);
  }

  @Test
  void shouldLetTheLastOneCount() {
    IgnoreRules rules = IgnoreRules.ofText("\ufeff# all but one\r\n*.o\r\n\r\n!keep.o\r\nx.o");

    assertThat(rules.leavesOut("a.o", false)).contains(true);
    assertThat(rules.leavesOut("d/keep.o", false)).contains(false);
    assertThat(rules.leavesOut("x.o", false)).contains(true);
    assertThat(rules.leavesOut("a.c", false)).isEqualTo(Optional.empty());
  }

  /** Patterns that take others exponential time. */
  @Test
  void shouldTakeItsTimeWhateverThePattern() {
    IgnoreRules rules =
        IgnoreRules.of(List.of("*a".repeat(1_000) + "b", "**/a*/".repeat(500) + "b"));

    assertThat(rules.leavesOut("a".repeat(4_000), false)).isEmpty();
    assertThat(rules.leavesOut("a/".repeat(2_000) + "c", false)).isEmpty();
  }
}
