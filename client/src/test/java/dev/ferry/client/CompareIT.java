package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies of what is there already, with the real jars. */
@DisabledOnOs(OS.WINDOWS)
class CompareIT {
  @TempDir Path directory;
  private Path root;
  private Path tree;

  @BeforeEach
  void createPlaces() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    tree = Files.createDirectories(directory.resolve("tree/d/e")).getParent().getParent();
    TestFiles.create(tree.resolve("a"), 10);
    TestFiles.create(tree.resolve("d/b"), 2_000);
    TestFiles.create(tree.resolve("d/e/c"), 70_000);
  }

  private JarProcess.Result client(String... arguments) throws IOException {
    return JarProcess.client().in(directory).run(arguments);
  }

  private void shouldSay(String outcome, String... arguments) throws IOException {
    JarProcess.Result result = client(arguments);
    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(String.join("\n", result.out())).matches("(?s)" + outcome);
  }

  /** Another content of the same size and time. */
  private static void changeSilently(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, TestFiles.content((int) Files.size(file), 17));
    Files.setLastModifiedTime(file, time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--allow-list", "--times"})
  void shouldSendWhatHasChanged(String option) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start(option)) {
      String to = "127.0.0.1:" + server.port() + "/to/";
      shouldSay("sent 3 file.*[^d]", "cp", "tree", to);
      shouldSay("sent 0 file.* 3 unchanged", "cp", "tree", to);
      shouldSay("sent 0 file.* 3 unchanged", "put", to.replace("/to/", ""), "tree", "to/");
      shouldSay("sent 0 file.* 1 unchanged", "cp", "tree/a", to + "tree/a");

      Files.setLastModifiedTime(tree.resolve("a"), FileTime.fromMillis(1_000_000));
      Files.write(tree.resolve("d/b"), new byte[1_999]);
      changeSilently(tree.resolve("d/e/c"));
      shouldSay(".*would send 2 file.* 1 unchanged", "cp", "-n", "-c", "tree", to);
      shouldSay(".*would send 2 file.* 1 unchanged", "cp", "-n", "tree", to);
      shouldSay("sent 2 file.* 1 unchanged", "cp", "tree", to);
      shouldSay("sent 1 file.* 2 unchanged", "cp", "--checksum", "tree", to);
      shouldSay("sent 3 file.*[^d]", "cp", "--ignore-times", "tree", to);
    }
    for (String name : TestFiles.namesBelow(tree)) {
      assertThat(root.resolve("to/tree").resolve(name)).hasSameBinaryContentAs(tree.resolve(name));
    }
  }

  @Test
  void shouldFetchWhatHasChanged() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(tree).start("--allow-list")) {
      String from = "127.0.0.1:" + server.port();
      shouldSay("fetched 3 file.*[^d]", "cp", from + "/", "here");
      shouldSay("fetched 0 file.* 3 unchanged", "cp", from + "/", "here");
      shouldSay("fetched 0 file.* 1 unchanged", "cp", from + "/a", "here/a");
      changeSilently(directory.resolve("here/d/b"));
      Files.delete(directory.resolve("here/a"));
      shouldSay("fetched 1 file.* 2 unchanged", "cp", from + "/", "here");
      shouldSay("fetched 1 file.* 2 unchanged", "cp", "-c", from + "/", "here");
      shouldSay("fetched 0 file.* 3 unchanged", "cp", "-c", from + "/", "here");
    }
    try (ServerProcess server = ServerProcess.launcher(tree).start()) {
      String from = "127.0.0.1:" + server.port() + "/a";
      shouldSay("fetched 0 file.* 1 unchanged", "cp", from, "here/a");
      shouldSay("fetched 1 file.*[^d]", "cp", from, "there");
    }
  }

  private static void changeOneByte(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(2_000_000 + content[content.length / 2]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void shouldSendOnlyTheBlocksThatHaveChanged(String transport) throws IOException {
    Path large = tree.resolve("large");
    TestFiles.create(large, 5_000_000);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String to = "127.0.0.1:" + server.port() + "/large";
      shouldSay(".*sent 1 file.*bytes\\).*", "cp", "--transport", transport, "tree/large", to);
      changeOneByte(large);
      shouldSay(
          ".*sent 1 file.*4.5 MiB of it before.*",
          "cp",
          "--transport",
          transport,
          "tree/large",
          to);
      assertThat(root.resolve("large")).hasSameBinaryContentAs(large);

      changeOneByte(root.resolve("large"));
      shouldSay(
          ".*fetched 1 file.*4.5 MiB of it before.*",
          "cp",
          "--transport",
          transport,
          to,
          "tree/large");
      assertThat(large).hasSameBinaryContentAs(root.resolve("large"));

      changeOneByte(large);
      shouldSay(".*sent 1 file.*bytes\\).*", "cp", "--whole-file", "tree/large", to);
      assertThat(root.resolve("large")).hasSameBinaryContentAs(large);
    }
  }

  private static long takenKib(Path file) throws IOException {
    Process du = new ProcessBuilder("du", "-k", file.toString()).start();
    try (BufferedReader out = du.inputReader()) {
      return Long.parseLong(out.readLine().split("\t", -1)[0]);
    }
  }

  @Test
  void shouldLeaveHolesWhereThereAreZeros() throws IOException {
    Path large = tree.resolve("large");
    byte[] content = new byte[40_000_000];
    System.arraycopy(TestFiles.content(300_000, 1), 0, content, 20_000_000, 300_000);
    Files.write(large, content);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String host = "127.0.0.1:" + server.port();
      shouldSay(".*sent 1 file.*of it before.*", "cp", "--sparse", "tree/large", host + "/a");
      shouldSay(".*sent 'b'.*of it before.*", "put", "-S", host, "tree/large", "b");
      shouldSay(".*fetched 1 file.*", "cp", "-S", host + "/a", "c");
      shouldSay(".*fetched 'b'.*", "get", "-S", host, "b", "d");
      shouldSay(".*sent 1 file.*bytes\\).*", "cp", "tree/large", host + "/e");
    }
    Path[] sparse = {
      root.resolve("a"), root.resolve("b"), directory.resolve("c"), directory.resolve("d")
    };
    for (Path each : sparse) {
      assertThat(each).hasBinaryContent(content);
      assertThat(takenKib(each)).as("%s", each).isLessThan(2_000);
    }
    assertThat(takenKib(root.resolve("e"))).isGreaterThan(30_000);
  }

  @Test
  void shouldSendAllBlocksToAServerThatTellsNoDigests() throws IOException {
    Path large = tree.resolve("large");
    TestFiles.create(large, 5_000_000);
    try (ServerProcess server = ServerProcess.launcher(root).start("--write-only")) {
      String to = "127.0.0.1:" + server.port() + "/large";
      shouldSay(".*sent 1 file.*bytes\\).*", "cp", "tree/large", to);
      changeOneByte(large);
      shouldSay(".*sent 1 file.*bytes\\).*", "cp", "tree/large", to);
      assertThat(root.resolve("large")).hasSameBinaryContentAs(large);
    }
  }

  /** Whoever may not fetch a file is not told of it either. */
  @Test
  void shouldSendEverythingToAServerThatTellsNothing() throws IOException {
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--write-only", "--allow-list")) {
      String to = "127.0.0.1:" + server.port() + "/";
      shouldSay("sent 3 file.*[^d]", "cp", "tree", to);
      JarProcess.Result again = client("cp", "-v", "tree", to);
      assertThat(again.exitCode()).as("%s", again).isZero();
      assertThat(again.err()).singleElement().asString().contains("tells nothing of the files");
      assertThat(again.out()).last().asString().contains("sent 3 file");
    }
  }

  @Test
  void shouldRefuseWhatMustNotBeReplacedThoughItIsTheSame() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      String to = "127.0.0.1:" + server.port() + "/";
      shouldSay("sent 3 file.*[^d]", "cp", "tree", to);
      assertThat(client("cp", "--if-exists", "refuse", "tree", to).exitCode()).isEqualTo(73);
    }
  }
}
