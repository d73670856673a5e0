package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.SmallDisk;
import dev.ferry.testkit.process.Unprivileged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fetching with the real jars. */
class GetIT {
  @TempDir Path directory;
  private Path root;
  private Path local;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectories(directory.resolve("root"));
    Files.createDirectory(root.resolve("directory"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("f"));
    TestFiles.create(root.resolve("f"), 300_000);
    TestFiles.create(directory.resolve("outside"), 10);
    local = Files.createDirectory(directory.resolve("local"));
  }

  private static String operand(ServerProcess server) {
    return "127.0.0.1:" + server.port();
  }

  private static JarProcess.Result get(
      JarProcess.Launcher client, ServerProcess server, String name, String... rest)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("get", operand(server), name));
    arguments.addAll(List.of(rest));
    return client.run(arguments.toArray(String[]::new));
  }

  private static void assertFailed(JarProcess.Result result, int exitCode, String message) {
    assertThat(result.err()).containsExactly("ferry client: " + message);
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_400, 1_441, 262_144, 262_145, 3_000_000})
  void shouldFetchEverySize(int bytes) throws IOException {
    Path file = TestFiles.create(root.resolve("size"), bytes);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result = get(JarProcess.client().in(local), server, "size");

      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(result.out()).singleElement().asString().startsWith("fetched 'size': ");
      server.out().await("^finished \\S+ get 'size', ");
    }
    assertThat(local.resolve("size")).hasSameBinaryContentAs(file);
    assertThat(TestFiles.namesBelow(local)).containsExactly("size");
  }

  @Test
  void shouldFetchUnderTheGivenNameOrIntoTheGivenDirectory() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      for (String given : List.of("other", ".", "./", "f")) {
        assertThat(get(JarProcess.client().in(local), server, "f", given).exitCode()).isZero();
      }
    }
    assertThat(TestFiles.namesBelow(local)).containsExactly("f", "other");
    assertThat(local.resolve("other")).hasSameBinaryContentAs(root.resolve("f"));
  }

  /** A dash begins options, but not behind two of them, or behind a directory. */
  @Test
  void shouldTakeNamesThatBeginWithADash() throws IOException {
    Path file = TestFiles.create(local.resolve("-a"), 1_000);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Launcher client = JarProcess.client().in(local);
      assertThat(client.run(operand(server), "./-a").exitCode()).isZero();
      assertThat(client.run(operand(server), "./-a", "./-b/-c").exitCode()).isZero();
      assertThat(client.run(operand(server), "--", "-a", "-d").exitCode()).isZero();
      assertThat(client.run("--as=f/../e", operand(server), "./-a").exitCode()).isEqualTo(77);
      assertThat(client.run("--as=-e", operand(server), "./-a").exitCode()).isZero();
      Files.delete(file);

      assertThat(client.run("get", operand(server), "./-a").exitCode()).isZero();
      assertThat(client.run("get", "--", operand(server), "-b/-c", "-x").exitCode()).isZero();
    }
    assertThat(TestFiles.namesBelow(local)).containsExactly("-a", "-x");
    assertThat(root.resolve("-d")).hasSize(1_000);
    assertThat(root.resolve("-e")).hasSize(1_000);
  }

  static List<Arguments> names() {
    String none = "SERVER has no such file";
    String climbs = "SERVER does not take that name: a component is '.' or '..'";
    String absolute = "SERVER does not take that name: absolute, or with an empty component";
    String reserved = "SERVER does not take that name: reserved for unfinished files";
    return List.of(
        Arguments.of("missing", 66, none),
        Arguments.of("missing/too", 66, none),
        Arguments.of("f/too", 66, none),
        Arguments.of("directory", 66, none),
        Arguments.of("link", 66, none),
        Arguments.of("../outside", 77, climbs),
        Arguments.of("/etc/hostname", 77, absolute),
        Arguments.of(".ferry-0123456789abcdef.part", 77, reserved),
        Arguments.of(
            "nul.gz",
            77,
            "SERVER does not take that name: reserved on Windows, with any extension; a server with"
                + " --names posix takes it"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void shouldSayWhyThereIsNothing(String name, int exitCode, String message) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertFailed(
          get(JarProcess.client().in(local), server, name, "x"),
          exitCode,
          message.replace("SERVER", operand(server)));
      server.err().await("^failed   \\S+ get '\\Q" + name + "\\E', ");
    }
    assertThat(local).isEmptyDirectory();
  }

  @Test
  void shouldSayThatTheServerHandsOutNothing() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--no-get")) {
      assertFailed(
          get(JarProcess.client().in(local), server, "f"),
          77,
          operand(server) + " does not hand that file out: this server hands out no files");
      server.err().await("^failed   \\S+ get 'f', .*: this server hands out no files$");
    }
    assertThat(local).isEmptyDirectory();
  }

  /** Neither whether there is a file of that name, nor what is in it. */
  @ParameterizedTest
  @ValueSource(strings = {"f", "missing"})
  void shouldNotTellByAPutWhatItDoesNotHandOut(String name) throws IOException {
    Path file = TestFiles.create(local.resolve("other"), 1000);
    try (ServerProcess server = ServerProcess.launcher(root).start("--no-get")) {
      assertFailed(
          get(JarProcess.client().in(local), server, name),
          77,
          operand(server) + " does not hand that file out: this server hands out no files");
      for (String mode : List.of("--ferry", "--lab")) {
        JarProcess.Result put =
            JarProcess.client().run(operand(server), file.toString(), name, mode, "--json");
        assertThat(put.err()).isEmpty();
        assertThat(put.exitCode()).isZero();
        assertThat(Events.only(put.out(), "connected")).containsEntry("resumedBytes", "0");
      }
    }
  }

  @Test
  void shouldNotOverwriteIfToldSo() throws IOException {
    Files.writeString(local.resolve("f"), "as before");
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result =
          get(JarProcess.client().in(local), server, "f", "--if-exists", "refuse");

      assertThat(result.exitCode()).as("%s", result).isEqualTo(73);
      assertThat(result.err()).singleElement().asString().contains("'f' cannot be stored: ");
      server.err().await("^failed   \\S+ get 'f', .*: the client turned it down: exists$");
      assertThat(local.resolve("f")).hasContent("as before");

      assertThat(get(JarProcess.client().in(local), server, "f").exitCode()).isZero();
    }
    assertThat(local.resolve("f")).hasSameBinaryContentAs(root.resolve("f"));
  }

  /** The same the other way: it is the client that says so, of a server that would overwrite. */
  @Test
  void shouldNotOverwriteAtTheServerIfToldSo() throws IOException {
    Path file = TestFiles.create(local.resolve("other"), 10);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String[] put = {operand(server), file.toString(), "f", "--if-exists", "refuse"};
      assertFailed(
          JarProcess.client().run(put),
          73,
          operand(server) + " has a file of that name and does not overwrite it");
    }
    assertThat(root.resolve("f")).hasBinaryContent(TestFiles.content(300_000, 300_000));
  }

  /** A client keeps nothing in reserve, as a server does: the disk is its user's. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldFetchIntoAFileSystemSmallerThanAServersReserve()
      throws IOException, InterruptedException {
    TestFiles.create(root.resolve("small"), SmallDisk.BYTES / 2);
    JarProcess.Launcher client = JarProcess.client().under(SmallDisk.command(local));
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result = get(client, server, "small", local + "/small");

      assertThat(result.exitCode()).as("%s", result).isZero();
      server.out().await("^finished \\S+ get 'small', ");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldTellTheServerThatTheClientsDiskIsFull() throws IOException, InterruptedException {
    JarProcess.Launcher client = JarProcess.client().under(SmallDisk.command(local));
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result = get(client, server, "f", local + "/f");

      assertThat(result.exitCode()).as("%s", result).isEqualTo(74);
      assertThat(result.err()).singleElement().asString().contains("/f' cannot be stored: ");
      server.err().await("^failed   \\S+ get 'f', .*: the client turned it down: no space$");
    }
  }

  /** Which the client finds out before it bothers the server. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldSayThatTheDirectoryIsNotWritable() throws IOException, InterruptedException {
    Path home = Files.createDirectory(directory.resolve("home"));
    String[] command =
        Unprivileged.command(home, System.getProperty("ferry.client.jar"), directory, local);
    if (command.length == 0) {
      assertThat(local.toFile().setWritable(false)).isTrue();
    }
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result result = get(JarProcess.client().under(command), server, "f", local + "/f");

      assertThat(result.exitCode()).as("%s\n%s", result, server.err()).isEqualTo(77);
      assertThat(result.err()).singleElement().asString().contains("/f' cannot be stored: ");
    }
    assertThat(local).isEmptyDirectory();
  }

  @Test
  void shouldSayThatTheDirectoryIsMissing() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertFailed(
          get(JarProcess.client().in(local), server, "f", "no/f"),
          73,
          "'no/f' cannot be stored: the destination's directory does not exist");
    }
  }
}
