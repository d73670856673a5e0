package dev.ferry.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random trees and patterns: what is taken is what git does not ignore. */
class GitIgnoreTest {
  private static final int TREES = 30;
  private static final int PATIENCE_SECONDS = 60;

  private static final String[] NAMES = {
    "a", "b", "ab", "a.o", "b.o", "c", "x y", "#c", "!d", "[a]"
  };

  private static final String[] PIECES = {
    "a",
    "b",
    "c",
    ".o",
    "*",
    "?",
    "**",
    "/",
    "/",
    "/**/",
    "**/",
    "/**",
    "[ab]",
    "[!a]",
    "[a-c]",
    "[[:alpha:]]",
    "\\*",
    "\\",
    "[",
    "]",
    " ",
    "#",
    "!",
    "x y"
  };

  @TempDir Path directory;

  @BeforeEach
  void requireGit() throws InterruptedException {
    boolean there;
    try {
      there = new ProcessBuilder("git", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "there is no git");
  }

  private static String pattern(Random random) {
    StringBuilder text = new StringBuilder(random.nextInt(5) == 0 ? "!" : "");
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private static List<String> patterns(Random random) {
    List<String> patterns = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String pattern = pattern(random);
      // Here git takes stars behind a literal beginning for a whole component, which they are not.
      if (!pattern.matches("!?/?[^*?\\[\\\\]*[^*?\\[\\\\/]\\*\\*(/.*)?")) {
        patterns.add(pattern);
      }
    }
    return patterns;
  }

  private void fill(Path tree, int depth, Random random) throws IOException {
    Files.createDirectories(tree);
    Files.write(tree.resolve(".gitignore"), patterns(random), UTF_8);
    Files.copy(tree.resolve(".gitignore"), tree.resolve(".ferryignore"));
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      Path entry = tree.resolve(NAMES[random.nextInt(NAMES.length)]);
      if (Files.exists(entry)) {
        continue;
      }
      if (depth > 0 && random.nextBoolean()) {
        fill(entry, depth - 1, random);
      } else {
        Files.createFile(entry);
      }
    }
  }

  private static Set<String> byGit(Path tree, List<String> given)
      throws IOException, InterruptedException {
    git(tree, "init", "-q");
    List<String> command =
        new ArrayList<>(
            List.of("ls-files", "-z", "--others", "--exclude-per-directory=.gitignore"));
    given.forEach(pattern -> command.add("--exclude=" + pattern));
    return new TreeSet<>(
        List.of(git(tree, command.toArray(String[]::new)).split("\0")).stream()
            .filter(name -> !name.isEmpty())
            .toList());
  }

  private static String git(Path tree, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(tree.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CEILING_DIRECTORIES", tree.getParent().toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s", command).isZero();
    return out;
  }

  private static Set<String> byFerry(Path tree, List<String> given) {
    Set<String> names = new TreeSet<>();
    List<TreeSource> sources = List.of(new TreeSource(tree, "t/.", ""));
    try (SourceWalk walk =
        new SourceWalk(sources.iterator(), IgnoreRules.of(given), TreeLinks.NONE)) {
      for (Found each = walk.next(); each != null; each = walk.next()) {
        if (each.kind() != Found.Kind.DIRECTORY) {
          assertThat(each).isInstanceOf(Found.File.class);
          names.add(((Found.File) each).name());
        }
      }
    }
    names.removeIf(name -> name.startsWith(".git/"));
    return names;
  }

  @Test
  void shouldTakeWhatGitDoesNotIgnore() throws Exception {
    for (int seed = 0; seed < TREES; seed++) {
      Random random = new Random(seed);
      Path tree = directory.resolve("tree" + seed);
      fill(tree, 3, random);
      List<String> given = new ArrayList<>(patterns(random));
      // On its command line git has neither comments nor blanks that mean nothing.
      given.removeIf(pattern -> pattern.matches("#.*|.* "));

      assertThat(byFerry(tree, given)).as("seed %d, %s", seed, given).isEqualTo(byGit(tree, given));
    }
  }
}
