package dev.ferry.client;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What of a tree arrives beside regular files, with the real jars. */
@DisabledOnOs(OS.WINDOWS)
class WholeTreeIT {
  @TempDir Path directory;
  private Path root;
  private Path tree;

  @BeforeEach
  void createPlaces() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    tree = Files.createDirectory(directory.resolve("tree"));
  }

  private JarProcess.Result client(String... arguments) throws IOException {
    return JarProcess.client().in(directory).run(arguments);
  }

  private static void assertOk(JarProcess.Result result) {
    assertThat(result.exitCode()).as("%s", result).isZero();
  }

  /** Everything below a directory, and itself: name, kind, content, mode, time. */
  private static SortedMap<String, String> all(Path directory) throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.toList()) {
        found.put(directory.relativize(path).toString(), about(path));
      }
    }
    return found;
  }

  private static String about(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "-> " + Files.readSymbolicLink(path);
    }
    String what = Files.isDirectory(path) ? "directory" : TestFiles.sha256(path);
    String mode =
        PosixFilePermissions.toString(Files.getPosixFilePermissions(path, NOFOLLOW_LINKS));
    return what + " " + mode + " " + Files.getLastModifiedTime(path, NOFOLLOW_LINKS);
  }

  private void createTree() throws IOException {
    Files.createDirectories(tree.resolve("d/e/f"));
    Files.createDirectories(tree.resolve("empty/very"));
    TestFiles.create(tree.resolve("a"), 10);
    TestFiles.create(tree.resolve("d/b"), 1_000);
    TestFiles.create(tree.resolve("d/e/c"), 100_000);
  }

  /** Modes and times that come of nothing else; from the innermost on. */
  private void dress(String... directories) throws IOException {
    int i = 0;
    for (String each : directories) {
      Path path = tree.resolve(each);
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(i % 2 == 0 ? "rwxr-x---" : "rwx--x--x"));
      Files.setLastModifiedTime(
          path, FileTime.from(Instant.parse("2001-02-03T04:05:06.123456Z").plusSeconds(i++)));
    }
  }

  @Test
  void shouldBringEmptyDirectoriesAndTheTimesOfAll() throws IOException {
    createTree();
    dress("d/e/f", "d/e", "d", "empty/very", "empty", "");
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      String address = "127.0.0.1:" + server.port();
      assertOk(client("cp", "tree", address));
      assertThat(all(root.resolve("tree"))).isEqualTo(all(tree));
      assertOk(client("put", address, "tree", "put"));
      assertThat(all(root.resolve("put"))).isEqualTo(all(tree));
      JarProcess.Result back = client("cp", address + "/tree", "back");
      assertOk(back);
      assertThat(all(directory.resolve("back/tree"))).isEqualTo(all(tree));
      assertThat(back.out()).singleElement().asString().contains("fetched 3 file(s): ");
      assertOk(client("cp", address + "/tree/", "content"));
      assertThat(all(directory.resolve("content"))).isEqualTo(all(tree));
      assertOk(client("cp", address + "/tree/d/e/f", "one/"));
      assertThat(all(directory.resolve("one/f"))).isEqualTo(all(tree.resolve("d/e/f")));
      assertThat(client("ls", "-r", address + "/tree/empty").out()).containsExactly("very/");
    }
  }

  @Test
  void shouldNotKeepTimesOfDirectoriesWhereThatIsNotWanted() throws IOException {
    createTree();
    dress("empty/very", "empty", "");
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      String address = "127.0.0.1:" + server.port();
      assertOk(client("cp", "--no-preserve", "tree", address));
      assertOk(client("cp", "--no-preserve", address + "/tree", "back"));
    }
    FileTime tooOld = FileTime.from(Instant.parse("2002-01-01T00:00:00Z"));
    for (Path copy : List.of(root.resolve("tree"), directory.resolve("back/tree"))) {
      assertThat(Files.getLastModifiedTime(copy.resolve("empty/very"))).isGreaterThan(tooOld);
    }
  }

  /** Who has shown no key may not open a directory to others, nor lock the other end out of it. */
  @Test
  void shouldLeaveModesOfDirectoriesThatWereThereToWhoHasTheKey() throws IOException {
    createTree();
    dress("d/e/f", "d/e", "d", "empty/very", "empty", "");
    Files.setPosixFilePermissions(
        tree.resolve("empty"), PosixFilePermissions.fromString("r-x---r-x"));
    Path key = directory.resolve("key");
    assertOk(client("keygen", key.toString()));
    for (String[] more : new String[][] {{}, {"--key-file", key.toString()}}) {
      boolean isKnown = more.length > 0;
      Path there = Files.createDirectories(root.resolve("tree/d"));
      Path back = Files.createDirectories(directory.resolve("back/tree/d"));
      for (Path each : List.of(there, back)) {
        Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx------"));
      }
      try (ServerProcess server = ServerProcess.launcher(root).start(with(more, "--allow-list"))) {
        String address = "127.0.0.1:" + server.port();
        assertOk(client(with(more, "cp", "tree", address)));
        assertOk(client(with(more, "cp", address + "/tree", "back")));
      }
      for (Path each : List.of(there, back)) {
        String want = isKnown ? mode(tree.resolve("d")) : "rwx------";
        assertThat(mode(each)).isEqualTo(want);
        assertThat(Files.getLastModifiedTime(each))
            .isEqualTo(Files.getLastModifiedTime(tree.resolve("d")));
        assertThat(mode(each.resolveSibling("empty")))
            .isEqualTo(isKnown ? "r-x---r-x" : "rwx---r-x");
        assertThat(mode(each.resolve("e"))).isEqualTo(mode(tree.resolve("d/e")));
      }
    }
  }

  private static String[] with(String[] more, String... first) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private void createLinks() throws IOException {
    createTree();
    Files.createSymbolicLink(tree.resolve("d/up"), Path.of("../a"));
    Files.createSymbolicLink(tree.resolve("to d"), Path.of("d"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("no/where"));
    dress("d/e/f", "d/e", "d", "empty/very", "empty", "");
  }

  @Test
  void shouldBringSymbolicLinksIfAskedTo() throws IOException {
    createLinks();
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--allow-list", "--allow-links")) {
      String address = "127.0.0.1:" + server.port();
      assertOk(client("cp", "--links", "tree", address));
      assertThat(all(root.resolve("tree"))).isEqualTo(all(tree));
      assertOk(client("cp", "--links", address + "/tree", "back"));
      assertThat(all(directory.resolve("back/tree"))).isEqualTo(all(tree));
      assertOk(client("cp", "--links", "tree", address)); // Links replace links.
      assertThat(all(root.resolve("tree"))).isEqualTo(all(tree));
      JarProcess.Result without = client("cp", "tree/", address + "/without");
      assertOk(without);
      assertThat(without.err())
          .containsExactlyInAnyOrder(
              "ferry client: 'tree/./d/up' is left out: a symbolic link",
              "ferry client: 'tree/./to d' is left out: a symbolic link",
              "ferry client: 'tree/./dangling' is left out: a symbolic link");
      assertThat(client("get", address, "tree/to d/b", "x").exitCode()).isEqualTo(66);
      assertThat(client("get", address, "tree/dangling", "x").exitCode()).isEqualTo(66);
      assertThat(client("put", address, "tree/a", "tree/to d/x").exitCode()).isEqualTo(73);
      assertThat(client("put", address, "tree/a", "tree/dangling").exitCode()).isEqualTo(73);
    }
  }

  private static Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private static void assertOneFile(Path directory, String... names) throws IOException {
    for (String name : names) {
      assertThat(fileKey(directory.resolve(name)))
          .as(name)
          .isEqualTo(fileKey(directory.resolve(names[0])));
    }
  }

  @Test
  void shouldSendFilesWithSeveralNamesOnceIfAskedTo() throws IOException {
    createTree();
    Files.createLink(tree.resolve("d/e/a"), tree.resolve("a"));
    Files.createLink(tree.resolve("z"), tree.resolve("a"));
    dress("d/e/f", "d/e", "d", "empty/very", "empty", "");
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      String address = "127.0.0.1:" + server.port();
      for (int i = 0; i < 2; i++) {
        assertOk(client("cp", "--hard-links", "tree", address));
        assertThat(all(root.resolve("tree"))).isEqualTo(all(tree));
        assertOneFile(root.resolve("tree"), "a", "z", "d/e/a");
        JarProcess.Result back = client("cp", "--hard-links", address + "/tree", "back");
        assertOk(back);
        assertThat(all(directory.resolve("back/tree"))).isEqualTo(all(tree));
        assertOneFile(directory.resolve("back/tree"), "a", "z", "d/e/a");
      }
      assertOk(client("cp", address + "/tree", "each"));
      assertThat(all(directory.resolve("each/tree"))).isEqualTo(all(tree));
      assertThat(fileKey(directory.resolve("each/tree/a")))
          .isNotEqualTo(fileKey(directory.resolve("each/tree/z")));
      // Whichever name the list has first, the file comes.
      assertOk(client("cp", "--hard-links", "--exclude", "/a", address + "/tree", "some"));
      assertThat(TestFiles.namesBelow(directory.resolve("some/tree")))
          .containsExactly("d/b", "d/e/a", "d/e/c", "z");
    }
  }

  @Test
  void shouldMakeNoOtherNameOfAFileThatFailed() throws IOException {
    Files.createDirectories(tree.resolve("d"));
    TestFiles.create(tree.resolve("aux"), 10);
    Files.createLink(tree.resolve("d/aux"), tree.resolve("aux"));
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result =
          client("cp", "--hard-links", "tree/", "127.0.0.1:" + server.port());

      assertThat(result.exitCode()).as("%s", result).isEqualTo(77);
      assertThat(result.err())
          .hasSize(2)
          .anySatisfy(line -> assertThat(line).contains("reserved on Windows"))
          .anySatisfy(line -> assertThat(line).contains("another name of was not copied"));
    }
  }

  @Test
  void shouldFetchWhatAPatternMatches() throws IOException {
    for (String name : List.of("a.txt", "b.txt", "c.md", "[x].txt", "d1/x", "d2/x", "d2/e/y")) {
      Files.createDirectories(root.resolve(name).getParent());
      TestFiles.create(root.resolve(name), 10);
    }
    TestFiles.create(root.resolve(".h.txt"), 10);
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list", "--hidden")) {
      String address = "127.0.0.1:" + server.port();
      assertOk(client("cp", address + "/*.txt", "1"));
      assertThat(TestFiles.namesBelow(directory.resolve("1")))
          .containsExactly("[x].txt", "a.txt", "b.txt");
      assertOk(client("cp", address + "/d?", address + "/c.*", "2"));
      assertThat(TestFiles.namesBelow(directory.resolve("2")))
          .containsExactly("c.md", "d1/x", "d2/e/y", "d2/x");
      assertOk(client("cp", address + "/*/e/[a-z]", "3"));
      assertThat(directory.resolve("3")).isRegularFile();
      assertOk(client("cp", address + "/d*/", "4"));
      assertThat(TestFiles.namesBelow(directory.resolve("4"))).containsExactly("e/y", "x");
      // A name that is there comes first, and nothing in a URL is a pattern.
      assertOk(client("cp", address + "/[x].txt", "5"));
      assertThat(directory.resolve("5")).isRegularFile();
      assertThat(client("cp", "ferry://" + address + "/*.txt", "6").exitCode()).isEqualTo(66);
      JarProcess.Result none = client("cp", address + "/*.gz", address + "/a.txt", "7");
      assertThat(none.exitCode()).as("%s", none).isEqualTo(66);
      assertThat(none.err()).singleElement().asString().contains("nothing there matches");
      assertThat(TestFiles.namesBelow(directory.resolve("7"))).containsExactly("a.txt");
    }
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String address = "127.0.0.1:" + server.port();
      assertOk(client("cp", address + "/[x].txt", "8"));
      assertThat(directory.resolve("8")).isRegularFile();
      assertThat(client("cp", address + "/*.txt", "9").exitCode()).isEqualTo(66);
    }
  }

  @Test
  void shouldTurnDownLinksThatLeadOutAndGoOn() throws IOException {
    createTree();
    Files.createSymbolicLink(tree.resolve("out"), Path.of("../../x"));
    Files.createSymbolicLink(tree.resolve("d/passwd"), Path.of("/etc/passwd"));
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--allow-list", "--allow-links")) {
      JarProcess.Result result = client("cp", "--links", "tree", "127.0.0.1:" + server.port());

      assertThat(result.exitCode()).as("%s", result).isEqualTo(77);
      assertThat(result.err())
          .hasSize(2)
          .anySatisfy(line -> assertThat(line).contains("tree/out'", "is outside the root"))
          .anySatisfy(line -> assertThat(line).contains("d/passwd'", "is no relative path"));
      assertThat(TestFiles.namesBelow(root)).containsExactly("tree/a", "tree/d/b", "tree/d/e/c");
      Files.createSymbolicLink(root.resolve("tree/out"), Path.of("../../x"));
      JarProcess.Result back =
          client("cp", "--links", "127.0.0.1:" + server.port() + "/tree", "back");
      assertThat(back.exitCode()).as("%s", back).isEqualTo(77);
      assertThat(back.err())
          .singleElement()
          .asString()
          .contains("where the link leads is not told");
    }
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result = client("cp", "--links", "tree", "127.0.0.1:" + server.port());

      assertThat(result.exitCode()).as("%s", result).isEqualTo(77);
      assertThat(result.err())
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).contains("takes no symbolic links"));
    }
  }
}
