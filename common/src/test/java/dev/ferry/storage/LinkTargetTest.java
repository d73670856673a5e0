package dev.ferry.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTargetTest {
  private static final RelativePath PLACE = new RelativePath(List.of("a", "b"), "link");

  @ParameterizedTest
  @ValueSource(strings = {"x", "x/y", "../x", "../../x", "../..", ".", "./../x", "a//b", "d/", "é"})
  void shouldTakeWhatIsBelowTheRoot(String target) {
    assertThat(LinkTarget.isAllowed(PLACE, target)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/etc/passwd",
        "../../..",
        "../../../x",
        "x/..",
        "x/../y",
        "../x/../y",
        "a\nb",
        "a\0b",
        "..\\..\\..\\x",
        "C:\\x",
        "\u202ex",
        "x/./.."
      })
  void shouldTurnDownWhatMayLeadOut(String target) {
    assertThat(LinkTarget.isAllowed(PLACE, target)).isFalse();
  }

  @Test
  void shouldTurnDownWhatIsTooLong() {
    assertThatThrownBy(() -> LinkTarget.check(PLACE, "x".repeat(1025)))
        .isInstanceOf(InvalidNameException.class);
  }

  /**
   * Whatever links are made by the rule, none of them leads out, however they lead to each other.
   */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldNotBeLedOutByChains(@TempDir Path temporary) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    String[] words = {"a", "b", "c", "..", "."};
    for (int round = 0; round < 100; round++) {
      Path root = Files.createDirectories(temporary.resolve(round + "/root"));
      Files.createDirectories(root.resolve("a/b/c"));
      Files.createDirectories(root.resolve("b/a"));
      for (int i = 0; i < 20; i++) {
        RelativePath place = new RelativePath(directories(random, root), "abc".charAt(i % 3) + "");
        String target = text(random, words);
        Path link = place.below(root);
        if (LinkTarget.isAllowed(place, target) && !Files.exists(link, NOFOLLOW_LINKS)) {
          Files.createSymbolicLink(link, Path.of(target));
          if (Files.exists(link)) {
            assertThat(link.toRealPath())
                .as("round %d: %s -> %s", round, link, target)
                .startsWith(root.toRealPath());
          }
        }
      }
    }
  }

  private static List<String> directories(SplittableRandom random, Path root) {
    List<List<String>> real =
        List.of(List.of(), List.of("a"), List.of("a", "b"), List.of("a", "b", "c"), List.of("b"));
    List<String> chosen = real.get(random.nextInt(real.size()));
    assertThat(new RelativePath(chosen, "x").below(root).getParent()).isDirectory();
    return chosen;
  }

  private static String text(SplittableRandom random, String[] words) {
    StringBuilder text = new StringBuilder(words[random.nextInt(words.length)]);
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append('/').append(words[random.nextInt(words.length)]);
    }
    return text.toString();
  }
}
