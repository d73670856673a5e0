package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.Unprivileged;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Copies of many files, with the real jars. */
@DisabledOnOs(OS.WINDOWS)
class CpIT {
  @TempDir Path directory;
  private Path root;
  private Path tree;

  @BeforeEach
  void createPlaces() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    tree = Files.createDirectory(directory.resolve("tree"));
  }

  private Path file(String name, int bytes) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    return TestFiles.create(file, bytes);
  }

  private JarProcess.Result client(String... arguments) throws IOException {
    return JarProcess.client().in(directory).run(arguments);
  }

  private static void assertOk(JarProcess.Result result) {
    assertThat(result.exitCode()).as("%s", result).isZero();
  }

  /** Names, content, times and modes of all regular files below a directory. */
  private static SortedMap<String, String> files(Path directory) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.filter(each -> Files.isRegularFile(each)).toList()) {
        if (!Files.isSymbolicLink(path)) {
          String about =
              TestFiles.sha256(path)
                  + " "
                  + Files.getLastModifiedTime(path)
                  + " "
                  + PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
          files.put(directory.relativize(path).toString(), about);
        }
      }
    }
    return files;
  }

  @Test
  void shouldNameThingsAsRsyncDoes() throws IOException {
    file("a", 10);
    file("d/b", 20);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String address = "127.0.0.1:" + server.port();
      assertOk(client("cp", "tree/", address));
      assertThat(TestFiles.namesBelow(root)).containsExactly("a", "d/b");
      assertOk(client("cp", "tree/a", "tree/d", "ferry://" + address + "/x%20y"));
      assertThat(TestFiles.namesBelow(root.resolve("x y"))).containsExactly("a", "d/b");
      assertOk(client("cp", "tree/a", address + "/new"));
      assertThat(root.resolve("new")).hasSameBinaryContentAs(tree.resolve("a"));
      assertOk(client("put", address, "tree", "put"));
      assertThat(TestFiles.namesBelow(root.resolve("put"))).containsExactly("a", "d/b");
      assertOk(client("put", address, "tree", "into/"));
      assertThat(TestFiles.namesBelow(root.resolve("into"))).containsExactly("tree/a", "tree/d/b");
      assertOk(client("cp", address + "/a", address + "/d/b", "back"));
      assertThat(files(directory.resolve("back")).values())
          .containsExactlyInAnyOrderElementsOf(files(tree).values());
    }
  }

  @Test
  void shouldGoOnAndListWhatFails() throws IOException {
    file("a", 10);
    file(".hidden", 20);
    file("aux", 30);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String target = "127.0.0.1:" + server.port() + "/to";
      JarProcess.Result result = client("cp", "tree", "missing", target, "--failed-to", "list");

      assertThat(result.exitCode()).as("%s", result).isEqualTo(77);
      assertThat(result.out())
          .singleElement()
          .asString()
          .contains("sent 1 file(s): ", ", 3 failed");
      assertThat(result.err())
          .hasSize(3)
          .anySatisfy(line -> assertThat(line).contains("'tree/aux': ", "reserved on Windows"))
          .anySatisfy(line -> assertThat(line).contains("'tree/.hidden': ", "begins with a dot"))
          .anySatisfy(line -> assertThat(line).contains("'missing': no such file"));
    }
    assertThat(Files.readAllLines(directory.resolve("list")))
        .containsExactlyInAnyOrder("tree/aux", "tree/.hidden", "missing");
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--hidden", "--names", "posix")) {
      String target = "127.0.0.1:" + server.port() + "/to";
      JarProcess.Result result =
          client("cp", "--files-from", "list", "--failed-to", "rest", target);

      assertThat(result.exitCode()).as("%s", result).isEqualTo(66);
    }
    assertThat(Files.readAllLines(directory.resolve("rest"))).containsExactly("missing");
    assertThat(files(root.resolve("to/tree"))).isEqualTo(files(tree));
  }

  @Test
  void shouldNameWhatItMayNotRead() throws IOException, InterruptedException {
    file("a", 10);
    file("closed/b", 10);
    file("c", 10);
    Files.setPosixFilePermissions(tree.resolve("a"), PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(
        tree.resolve("closed"), PosixFilePermissions.fromString("---------"));
    String jar = System.getProperty("ferry.client.jar");
    String[] nobody = Unprivileged.command(root, jar, directory, tree);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result =
          JarProcess.client()
              .under(nobody)
              .in(directory)
              .run("cp", "tree/", "127.0.0.1:" + server.port());

      assertThat(result.exitCode()).as("%s", result).isEqualTo(77);
      assertThat(result.err())
          .containsExactlyInAnyOrder(
              "ferry client: '" + "tree/a" + "' may not be read by this user",
              "ferry client: 'tree/./closed': permission denied");
    } finally {
      Files.setPosixFilePermissions(
          tree.resolve("closed"), PosixFilePermissions.fromString("rwx------"));
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("c");
  }

  @Test
  void shouldLeaveOutAndPlan() throws IOException {
    file("a.c", 10);
    file("a.o", 10);
    file("build/x", 10);
    Files.writeString(tree.resolve(".ferryignore"), "build/\n.ferryignore\n");
    JarProcess.Result plan =
        client("cp", "-n", "--exclude", "*.o", "--include", "b.o", "tree", "127.0.0.1:9/to");
    assertOk(plan);
    assertThat(plan.out())
        .containsExactly("would send 'to/tree/a.c': 10 B", "would send 1 file(s): 10 B");
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertOk(client("cp", "--exclude=*.o", "tree/", "127.0.0.1:" + server.port()));
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("a.c");
  }

  @Test
  void shouldSayOnceThatNothingListensAndListTheRest() throws IOException {
    for (int i = 0; i < 30; i++) {
      file("f" + i, 10);
    }
    int port;
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      port = server.port();
    }
    JarProcess.Result result =
        client("cp", "tree/", "127.0.0.1:" + port + "/", "--failed-to", "list");

    assertThat(result.exitCode()).as("%s", result).isEqualTo(75);
    assertThat(result.err()).singleElement().asString().contains("nothing listens at");
    assertThat(result.out()).singleElement().asString().contains("sent 0 file(s)", "30 not tried");
    assertThat(Files.readAllLines(directory.resolve("list"))).hasSize(30).contains("tree/./f7");
  }

  @Test
  void shouldTakeNamesOfAnyBytesFromAList() throws IOException {
    file("x", 10);
    Path odd = Path.of(URI.create(tree.toUri() + "a%0Ab"));
    Files.write(odd, new byte[] {1});
    Files.writeString(directory.resolve("list"), "tree/./x\0tree/./a\nb\0tree/./gone\0");
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result =
          client("cp", "--files-from0", "list", "127.0.0.1:" + server.port() + "/to");

      assertThat(result.exitCode()).as("%s", result).isEqualTo(77);
      assertThat(result.err())
          .hasSize(2)
          .anySatisfy(line -> assertThat(line).contains("has a control character"))
          .anySatisfy(line -> assertThat(line).contains("no such file"));
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("to/x");
  }

  @Test
  void shouldGoOnAfterAnInterruption() throws IOException {
    for (int i = 0; i < 8; i++) {
      file("f" + i, 2_000_000);
    }
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String target = "127.0.0.1:" + server.port() + "/";
      try (JarProcess process =
          JarProcess.client().in(directory).start("cp", "tree/", target, "--max-rate", "40mbit")) {
        server.out().await("^finished ");
        process.signal("TERM");
        JarProcess.Result result = process.await();
        assertThat(result.exitCode()).as("%s", result).isEqualTo(143);
        assertThat(result.err().toString()).contains("this goes on with it");
      }
      assertOk(client("cp", "tree/", target));
    }
    assertThat(files(root)).isEqualTo(files(tree));
    assertThat(List.of(root.toFile().list())).hasSize(8);
  }

  @Test
  void shouldFetchATree() throws IOException {
    createServedTree();
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      String address = "127.0.0.1:" + server.port();
      assertOk(client("cp", address + "/d", "here"));
      assertThat(files(directory.resolve("here/d"))).isEqualTo(files(root.resolve("d")));
      assertOk(client("cp", address + "/d/", address + "/a", "there/"));
      assertThat(TestFiles.namesBelow(directory.resolve("there"))).containsExactly("a", "b", "e/c");
      assertOk(client("cp", address + "/a", "copy"));
      assertThat(directory.resolve("copy")).hasSameBinaryContentAs(root.resolve("a"));
      JarProcess.Result all = client("cp", address, "all", "--exclude", "e/");
      assertOk(all);
      assertThat(all.err())
          .containsExactly("ferry client: '" + address + "/link' is left out: a symbolic link");
      assertThat(TestFiles.namesBelow(directory.resolve("all"))).containsExactly("a", "d/b");
      JarProcess.Result missing = client("cp", address + "/missing", address + "/a", "some");
      assertThat(missing.exitCode()).as("%s", missing).isEqualTo(66);
      assertThat(missing.err()).singleElement().asString().contains("/missing': ");
      assertThat(TestFiles.namesBelow(directory.resolve("some"))).containsExactly("a");
      JarProcess.Result plan = client("cp", "-n", address + "/d", "nowhere");
      assertThat(plan.out())
          .contains("would fetch 'd/b'", "would fetch 'd/e/c'", "would fetch 2 file(s): 3.0 KiB");
      assertThat(directory.resolve("nowhere")).doesNotExist();
    }
  }

  private void createServedTree() throws IOException {
    Files.createDirectories(root.resolve("d/e"));
    TestFiles.create(root.resolve("a"), 10);
    TestFiles.create(root.resolve("d/b"), 1_000);
    TestFiles.create(root.resolve("d/e/c"), 2_100);
    TestFiles.create(root.resolve(".hidden"), 10);
    Files.createSymbolicLink(root.resolve("link"), Path.of("d"));
  }

  /** Links on the way do not lead a copy out of its destination. */
  @Test
  void shouldNotFollowLinksAtTheDestination() throws IOException {
    createServedTree();
    Path local = Files.createDirectories(directory.resolve("local/d")).getParent();
    Files.createSymbolicLink(local.resolve("d/e"), Path.of("../.."));
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      JarProcess.Result result = client("cp", "127.0.0.1:" + server.port() + "/d", "local");

      assertThat(result.exitCode()).as("%s", result).isEqualTo(73);
      assertThat(result.err())
          .hasSize(2)
          .anySatisfy(line -> assertThat(line).contains("'d/e'", "no directory"))
          .anySatisfy(line -> assertThat(line).contains("/d/e/c'"));
    }
    assertThat(local.resolve("d/b")).exists();
    assertThat(directory.resolve("c")).doesNotExist();
  }

  @Test
  void shouldListADirectory() throws IOException {
    createServedTree();
    Path key = directory.resolve("key");
    assertOk(client("keygen", key.toString()));
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      String address = "127.0.0.1:" + server.port();
      assertThat(client("ls", address).out()).containsExactlyInAnyOrder("a", "d/", "link");
      assertThat(client("ls", "-r", address + "/d").out())
          .containsExactlyInAnyOrder("b", "e/", "e/c");
      assertThat(client("ls", "-l", "ferry://" + address + "/a").out())
          .singleElement()
          .asString()
          .matches("-rw.......  +10 20..-..-..T..:..:..Z a");
      assertThat(client("ls", address + "/missing").exitCode()).isEqualTo(66);
      assertThat(client("ls", address + "/.hidden").exitCode()).isEqualTo(77);
      server.out().await("^finished \\S+ list 'd', ");
    }
    try (ServerProcess server = ServerProcess.launcher(root).start("--key-file", key.toString())) {
      String address = "127.0.0.1:" + server.port();
      assertThat(client("ls", address, "--key-file", key.toString()).out())
          .containsExactlyInAnyOrder("a", "d/", "link", ".hidden");
    }
    for (String option : List.of("-v", "--no-get")) {
      try (ServerProcess server = ServerProcess.launcher(root).start(option)) {
        String address = "127.0.0.1:" + server.port();
        JarProcess.Result result = client("ls", address);
        assertThat(result.exitCode()).as("%s", result).isEqualTo(77);
        assertThat(result.err())
            .singleElement()
            .asString()
            .contains("lists no files; it takes --allow-list");
        assertThat(client("cp", address + "/d/", "x").exitCode()).isEqualTo(77);
      }
    }
  }
}
