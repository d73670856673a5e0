package dev.ferry.client;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.Unprivileged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a copy deletes at its destination, with the real jars. */
@DisabledOnOs(OS.WINDOWS)
class DeleteIT {
  private static final String[] MAY = {"--allow-list", "--allow-delete"};

  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void createPlaces() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      TestFiles.create(file, 10);
    }
  }

  /** Everything below a directory, also what is no file. */
  private static Set<String> all(Path top) throws IOException {
    try (Stream<Path> paths = Files.walk(top)) {
      Set<String> names = new TreeSet<>();
      paths
          .filter(each -> !each.equals(top))
          .forEach(
              each ->
                  names.add(
                      top.relativize(each) + (Files.isDirectory(each, NOFOLLOW_LINKS) ? "/" : "")));
      return names;
    }
  }

  private JarProcess.Result client(int exitCode, String... arguments) throws IOException {
    JarProcess.Result result = JarProcess.client().in(directory).run(arguments);
    assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
    return result;
  }

  private static String at(ServerProcess server, String path) {
    return "127.0.0.1:" + server.port() + "/" + path;
  }

  /** The source has a and d/b; the destination has that and more. */
  private void createBoth(String source, String there) throws IOException {
    files(source + "/a", source + "/d/b", source + "/x.o");
    files(there + "/a", there + "/d/c", there + "/e/f/g", there + "/e/h", there + "/y.o");
    files(there + "/o/z.o", there + "/o/w", "beside", "outside/file");
    Files.createDirectory(directory.resolve(there + "/empty"));
    Files.createSymbolicLink(directory.resolve(there + "/link"), directory.resolve("outside"));
  }

  private static final String[] LEFT = {"a", "d/", "d/b", "o/", "o/z.o", "y.o"};

  @Test
  void shouldDeleteAtServer() throws IOException {
    createBoth("tree", "root/to");
    files("root/other");
    try (ServerProcess server = ServerProcess.launcher(root).start(MAY)) {
      List<String> put =
          List.of("cp", "tree/", at(server, "to"), "--delete", "--exclude", "*.o", "--links");
      List<String> plan = new ArrayList<>(put);
      plan.add("--dry-run");
      assertThat(client(0, plan.toArray(String[]::new)).out())
          .contains(
              "would delete 'to/d/c'",
              "would delete 'to/e/f/'",
              "would delete 'to/link'",
              "would delete 'to/o/w'",
              "would delete 'to/empty/'")
          .noneMatch(line -> line.contains(".o'") || line.contains("'to/o/'"));
      assertThat(root.resolve("to/e/f/g")).exists();

      assertThat(client(0, put.toArray(String[]::new)).out())
          .singleElement()
          .asString()
          .contains(", 8 deleted");
      assertThat(all(root.resolve("to"))).containsExactly(LEFT);
      assertThat(client(0, put.toArray(String[]::new)).out())
          .singleElement()
          .asString()
          .doesNotContain("deleted");
    }
    assertThat(all(root)).contains("other");
    assertThat(all(directory.resolve("outside"))).containsExactly("file");
  }

  @Test
  void shouldDeleteHere() throws IOException {
    createBoth("root/tree", "to");
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      List<String> get = List.of("cp", at(server, "tree/"), "to", "--delete", "--exclude", "*.o");
      List<String> plan = new ArrayList<>(get);
      plan.add("--dry-run");
      assertThat(client(0, plan.toArray(String[]::new)).out())
          .contains("would delete 'd/c'", "would delete 'link'", "would delete 'e/f/'");
      assertThat(directory.resolve("to/e/f/g")).exists();

      assertThat(client(0, get.toArray(String[]::new)).out())
          .singleElement()
          .asString()
          .contains(", 8 deleted");
      assertThat(all(directory.resolve("to"))).containsExactly(LEFT);

      // By its own name it has a directory of its own, and nothing beside that is touched.
      files("to/tree/z");
      client(0, "cp", at(server, "tree"), "to", "--delete", "--exclude", "*.o");
      assertThat(all(directory.resolve("to"))).contains("a", "tree/a").doesNotContain("tree/z");
    }
    assertThat(all(directory.resolve("outside"))).containsExactly("file");
  }

  @Test
  void shouldKeepWhatAServerMayHide() throws IOException {
    files("root/tree/a", "root/tree/.kept", "tree/a", "to/.other", "to/d/.more", "to/d/x");
    files("root/put/.own", "root/put/d/.own", "root/put/b");
    try (ServerProcess server = ServerProcess.launcher(root).start(MAY)) {
      client(0, "cp", at(server, "tree/"), "to", "--delete");
      assertThat(all(directory.resolve("to"))).containsExactly(".other", "a", "d/", "d/.more");

      JarProcess.Result put = client(0, "cp", "tree/", at(server, "put"), "--delete");
      assertThat(put.err()).singleElement().asString().contains("'put/d' is not deleted");
      assertThat(all(root.resolve("put"))).containsExactly(".own", "a", "d/", "d/.own");
    }
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--allow-list", "--allow-delete", "--hidden")) {
      client(0, "cp", at(server, "tree/"), "to", "--delete");
      assertThat(all(directory.resolve("to"))).containsExactly(".kept", "a");
      client(0, "cp", "tree/", at(server, "put"), "--delete");
      assertThat(all(root.resolve("put"))).containsExactly("a");
    }
  }

  @Test
  void shouldDeleteNothingAfterAFailure() throws IOException {
    files("tree/a", "tree/b", "root/to/c");
    Files.createDirectory(root.resolve("to/b"));
    try (ServerProcess server = ServerProcess.launcher(root).start(MAY)) {
      JarProcess.Result result = client(73, "cp", "tree/", at(server, "to"), "--delete");
      assertThat(result.err()).anyMatch(line -> line.contains("nothing is deleted"));
      assertThat(all(root.resolve("to"))).contains("a", "c");

      files("to/b/x", "to/c", "root/tree/a", "root/tree/b");
      JarProcess.Result get = client(73, "cp", at(server, "tree/"), "to", "--delete");
      assertThat(get.err()).anyMatch(line -> line.contains("nothing is deleted"));
      assertThat(all(directory.resolve("to"))).contains("a", "b/x", "c");
    }
  }

  @Test
  void shouldDeleteNoMoreThanIsSaidAndAllowed() throws IOException {
    files("tree/a", "root/to/b", "root/to/c");
    try (ServerProcess server = ServerProcess.launcher(root).start(MAY)) {
      String to = at(server, "to");
      JarProcess.Result result = client(77, "cp", "tree/", to, "--delete", "--max-delete", "1");
      assertThat(result.err()).singleElement().asString().contains("2 would be");
      assertThat(all(root.resolve("to"))).containsExactly("a", "b", "c");
      client(64, "verify", "tree/", to, "--delete");
    }
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      JarProcess.Result result = client(77, "cp", "tree/", at(server, "to"), "--delete");
      assertThat(result.err()).singleElement().asString().contains("--allow-delete");
    }
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-delete")) {
      JarProcess.Result result = client(77, "cp", "tree/", at(server, "to"), "--delete");
      assertThat(result.err()).singleElement().asString().contains("--allow-list");
    }
    assertThat(all(root.resolve("to"))).containsExactly("a", "b", "c");
  }

  @Test
  void shouldDeleteNothingIfASourceCannotBeRead() throws IOException, InterruptedException {
    files("tree/a", "tree/closed/b", "root/to/closed/b", "root/to/c");
    Path closed = directory.resolve("tree/closed");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    String jar = System.getProperty("ferry.client.jar");
    String[] nobody = Unprivileged.command(directory, jar, directory);
    try (ServerProcess server = ServerProcess.launcher(root).start(MAY)) {
      JarProcess.Result result =
          JarProcess.client()
              .under(nobody)
              .in(directory)
              .run("cp", "tree/", at(server, "to"), "--delete");
      assertThat(result.exitCode()).as("%s", result).isEqualTo(77);
      assertThat(result.err()).anyMatch(line -> line.contains("nothing is deleted"));
      assertThat(all(root.resolve("to"))).containsExactly("a", "c", "closed/", "closed/b");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void shouldDeleteNothingIfTheServerCannotReadIt() throws IOException, InterruptedException {
    files("root/tree/a", "root/tree/closed/b", "to/closed/b", "to/c");
    Path closed = root.resolve("tree/closed");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    String jar = System.getProperty("ferry.server.jar");
    String[] nobody = Unprivileged.command(root, jar, directory, root);
    try (ServerProcess server = ServerProcess.launcher(root).under(nobody).start("--allow-list")) {
      JarProcess.Result result = client(77, "cp", at(server, "tree/"), "to", "--delete");
      assertThat(result.err())
          .anyMatch(line -> line.contains("closed") && line.contains("cannot read"))
          .anyMatch(line -> line.contains("nothing is deleted"));
      assertThat(all(directory.resolve("to"))).containsExactly("a", "c", "closed/", "closed/b");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
