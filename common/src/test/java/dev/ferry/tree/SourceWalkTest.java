package dev.ferry.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferry.storage.NativePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class SourceWalkTest {
  @TempDir Path directory;
  private Path tree;

  @BeforeEach
  void createTree() throws IOException {
    tree = Files.createDirectory(directory.resolve("tree"));
  }

  private Path file(String name) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, name);
  }

  private static List<String> walk(IgnoreRules rules, TreeSource... sources) {
    List<String> found = new ArrayList<>();
    try (SourceWalk walk = new SourceWalk(List.of(sources).iterator(), rules, TreeLinks.NONE)) {
      for (Found each = walk.next(); each != null; each = walk.next()) {
        if (each.kind() == Found.Kind.DIRECTORY) {
          continue;
        }
        found.add(
            switch (each.kind()) {
              case FILE -> {
                Found.File file = (Found.File) each;
                yield file.listed() + " -> " + file.name() + " " + file.sizeBytes();
              }
              case DIRECTORY, LINK, OTHER_NAME -> throw new AssertionError();
              case SKIPPED -> each.listed() + ": " + ((Found.Skipped) each).reason();
              case FAILED ->
                  each.listed() + " fails: " + ((Found.Failed) each).cause().getMessage();
            });
      }
    }
    return found;
  }

  @Test
  void shouldNameWhatIsBelowASource() throws IOException {
    file("a");
    file("d/e/b");
    Files.createDirectory(tree.resolve("empty"));

    assertThat(walk(IgnoreRules.NONE, new TreeSource(tree, "x/./tree", "to/tree")))
        .containsExactlyInAnyOrder(
            "x/./tree/a -> to/tree/a 1", "x/./tree/d/e/b -> to/tree/d/e/b 5");
    assertThat(walk(IgnoreRules.NONE, new TreeSource(tree, "tree/.", "")))
        .containsExactlyInAnyOrder("tree/./a -> a 1", "tree/./d/e/b -> d/e/b 5");
    assertThat(walk(IgnoreRules.NONE, new TreeSource(tree.resolve("a"), "a", "new")))
        .containsExactly("a -> new 1");
  }

  /** Behind what is in it; its time would be another one else. */
  @Test
  void shouldComeToDirectoriesBehindWhatIsInThem() throws IOException {
    file("d/e/b");
    Files.createDirectories(tree.resolve("empty/most"));
    file("left/out");
    List<String> found = new ArrayList<>();
    try (SourceWalk walk =
        new SourceWalk(
            List.of(new TreeSource(tree, "x", "t"), new TreeSource(tree, "tree/.", "")).iterator(),
            IgnoreRules.of(List.of("out")),
            TreeLinks.NONE)) {
      for (Found each = walk.next(); each != null; each = walk.next()) {
        if (each instanceof Found.Directory at) {
          found.add(at.listed() + " -> " + at.name() + (at.isBare() ? ", bare" : ""));
        } else {
          found.add(each.listed());
        }
      }
    }

    assertThat(found)
        .containsExactlyInAnyOrder(
            "x/d/e/b",
            "x/d/e -> t/d/e",
            "x/d -> t/d",
            "x/empty/most -> t/empty/most, bare",
            "x/empty -> t/empty",
            "x/left -> t/left, bare",
            "x -> t",
            "tree/./d/e/b",
            "tree/./d/e -> d/e",
            "tree/./d -> d",
            "tree/./empty/most -> empty/most, bare",
            "tree/./empty -> empty",
            "tree/./left -> left, bare")
        .containsSubsequence("x/d/e/b", "x/d/e -> t/d/e", "x/d -> t/d", "x -> t")
        .containsSubsequence("x/empty/most -> t/empty/most, bare", "x/empty -> t/empty");
  }

  @Test
  void shouldTellLinksWhereTheyAreWanted() throws IOException {
    file("a");
    Files.createLink(tree.resolve("z"), tree.resolve("a"));
    file("d/b");
    Files.createSymbolicLink(tree.resolve("d/link"), Path.of("b"));
    List<String> found = new ArrayList<>();
    try (SourceWalk walk =
        new SourceWalk(
            List.of(new TreeSource(tree, "t", "t"), new TreeSource(tree.resolve("a"), "a", "a"))
                .iterator(),
            IgnoreRules.NONE,
            new TreeLinks(true, true))) {
      for (Found each = walk.next(); each != null; each = walk.next()) {
        String first = each instanceof Found.OtherName other ? " of " + other.first() : "";
        found.add(each.kind() + " " + each.listed() + first);
      }
    }

    assertThat(found)
        .contains("FILE t/d/b", "LINK t/d/link")
        .containsAnyOf("OTHER_NAME t/z of t/a", "OTHER_NAME t/a of t/z")
        .containsAnyOf("OTHER_NAME a of t/a", "OTHER_NAME a of t/z");
  }

  @Test
  void shouldNotFollowLinksBelowASource() throws IOException, InterruptedException {
    file("d/a");
    Files.createSymbolicLink(tree.resolve("file"), Path.of("d/a"));
    Files.createSymbolicLink(tree.resolve("up"), Path.of(".."));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("nothing"));
    Process mkfifo = new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start();
    assumeTrue(mkfifo.waitFor(60, TimeUnit.SECONDS) && mkfifo.exitValue() == 0);
    file(".ferry-x.part");

    assertThat(walk(IgnoreRules.NONE, new TreeSource(tree, "t", "t")))
        .containsExactlyInAnyOrder(
            "t/d/a -> t/d/a 3",
            "t/file: a symbolic link",
            "t/up: a symbolic link",
            "t/dangling: a symbolic link",
            "t/pipe: neither a file nor a directory",
            "t/.ferry-x.part: an unfinished file of Ferry's own");
    assertThat(walk(IgnoreRules.NONE, new TreeSource(tree.resolve("pipe"), "pipe", "pipe")))
        .containsExactly("pipe fails: it is neither a file nor a directory");
  }

  /** The user has named it. */
  @Test
  void shouldFollowASourceItself() throws IOException {
    file("d/a");
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("tree/d"));

    assertThat(walk(IgnoreRules.NONE, new TreeSource(link, "link", "link")))
        .containsExactly("link/a -> link/a 3");
  }

  @Test
  void shouldGoOnWhenSomethingIsNotThere() throws IOException {
    file("a");
    Path missing = directory.resolve("missing");

    assertThat(
            walk(
                IgnoreRules.NONE,
                new TreeSource(missing, "missing", "missing"),
                new TreeSource(tree, "t", "t")))
        .containsExactly("missing fails: " + missing, "t/a -> t/a 1");
  }

  @Test
  void shouldGoOnWhenADirectoryMayNotBeRead() throws IOException {
    file("d/a");
    file("z");
    Path closed = tree.resolve("d");
    assumeTrue(closed.toFile().setReadable(false) && !Files.isReadable(closed), "root reads all");

    assertThat(walk(IgnoreRules.NONE, new TreeSource(tree, "t", "t")))
        .containsExactlyInAnyOrder("t/d fails: " + closed, "t/z -> t/z 1");
    assertThat(closed.toFile().setReadable(true)).isTrue();
  }

  @Test
  void shouldLeaveOutWhatPatternsSay() throws IOException {
    for (String name : List.of("a.o", "keep.o", "d/a.o", "d/e/a.o", "d/e/a.c", "build/x", "d/x~")) {
      file(name);
    }
    Files.writeString(tree.resolve(".ferryignore"), "*.o\n/build/\n.ferryignore\n");
    Files.writeString(tree.resolve("d/.ferryignore"), "!/e/*.o\n.ferryignore\n");

    assertThat(walk(IgnoreRules.of(List.of("*~", "!keep.o")), new TreeSource(tree, "t", "t")))
        .containsExactlyInAnyOrder(
            "t/keep.o -> t/keep.o 6", "t/d/e/a.o -> t/d/e/a.o 7", "t/d/e/a.c -> t/d/e/a.c 7");
  }

  @Test
  void shouldNotTakePatternsThatAreTooMany() throws IOException {
    file("a");
    Files.write(tree.resolve(".ferryignore"), new byte[(1 << 20) + 1]);

    assertThat(walk(IgnoreRules.NONE, new TreeSource(tree, "t", "t")))
        .containsExactly("t fails: .ferryignore is larger than 1048576 bytes");
  }

  @Test
  void shouldNotGoDeeperThanNamesMayBe() throws IOException {
    Path deep = tree;
    for (int i = 0; i < 6; i++) {
      deep = Files.createDirectory(deep.resolve("d".repeat(200)));
    }
    Files.createFile(deep.resolve("a"));

    assertThat(walk(IgnoreRules.NONE, new TreeSource(tree, "t", "t")))
        .singleElement()
        .asString()
        .endsWith(" fails: its name at the destination is longer than 1024 bytes");
  }

  @Test
  void shouldNameWhatIsNoText() throws IOException {
    Path odd = tree.resolve(NativePaths.of("a\udce9"));
    Files.createFile(odd);

    assertThat(walk(IgnoreRules.NONE, new TreeSource(tree, "t", "t")))
        .containsExactly("t/a\udce9 -> t/a\udce9 0");
  }
}
