package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees that are compared, and digests that are listed, with the real jars. */
@DisabledOnOs(OS.WINDOWS)
class VerifyIT {
  @TempDir Path directory;
  private Path root;
  private Path tree;

  @BeforeEach
  void createPlaces() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    tree = Files.createDirectories(directory.resolve("tree/d")).getParent();
    for (Path place : List.of(tree, Files.createDirectories(root.resolve("tree/d")).getParent())) {
      TestFiles.create(place.resolve("a"), 10);
      TestFiles.create(place.resolve("d/b"), 2_000);
      TestFiles.create(place.resolve("d/c"), 70_000);
      TestFiles.create(place.resolve("empty"), 0);
    }
  }

  private JarProcess.Result client(int exitCode, String... arguments) throws IOException {
    JarProcess.Result result = JarProcess.client().in(directory).run(arguments);
    assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
    return result;
  }

  @ParameterizedTest
  @ValueSource(strings = {"--allow-list", "--times"})
  void shouldSayWhatDiffers(String option) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start(option)) {
      String to = "127.0.0.1:" + server.port() + "/";
      assertThat(client(0, "verify", "tree", to).out())
          .containsExactly("verified 4 file(s) the same: 70.3 KiB");
      Files.write(root.resolve("tree/d/b"), new byte[2_000]);
      Files.delete(root.resolve("tree/d/c"));
      Files.write(root.resolve("tree/a"), new byte[9]);

      assertThat(client(65, "verify", "tree", to).out())
          .containsExactlyInAnyOrder(
              "differs 'tree/a'",
              "differs 'tree/d/b'",
              "missing 'tree/d/c'",
              "verified 1 file(s) the same: 0 B, 2 differ, 1 missing");
      assertThat(client(66, "verify", "nowhere", to).err())
          .singleElement()
          .asString()
          .contains("no such file");
      assertThat(Files.size(root.resolve("tree/a"))).as("nothing was sent").isEqualTo(9);
    }
  }

  @Test
  void shouldCompareWhatCouldBeFetched() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      String from = "127.0.0.1:" + server.port() + "/tree";
      client(0, "verify", from, ".");
      client(0, "verify", from + "/", "tree");
      Files.write(tree.resolve("d/b"), new byte[2_000]);
      Files.delete(tree.resolve("a"));
      assertThat(client(65, "verify", from, ".").out())
          .contains("differs 'tree/d/b'", "missing 'tree/a'");
      client(65, "verify", from, "elsewhere");
      assertThat(directory.resolve("elsewhere")).doesNotExist();
    }
  }

  @Test
  void shouldFailWhereNobodyAnswers() throws IOException {
    String to;
    try (ServerProcess server = ServerProcess.launcher(root).start("--write-only")) {
      to = "127.0.0.1:" + server.port() + "/";
      assertThat(client(77, "verify", "tree", to).err())
          .singleElement()
          .asString()
          .contains("does not say what its files hold");
    }
    assertThat(client(75, "verify", "tree", to).out()).last().asString().contains("4 not tried");
  }

  @Test
  void shouldListDigestsAsSha256sumReadsThem() throws IOException {
    Files.write(root.resolve("tree/x\\y"), new byte[] {1});
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--allow-list", "--names", "posix")) {
      String from = "127.0.0.1:" + server.port() + "/tree";
      assertThat(client(0, "ls", "--digests", from).out())
          .containsExactlyInAnyOrder(
              TestFiles.sha256(tree.resolve("a")) + "  a",
              TestFiles.sha256(tree.resolve("d/b")) + "  d/b",
              TestFiles.sha256(tree.resolve("d/c")) + "  d/c",
              TestFiles.sha256(tree.resolve("empty")) + "  empty",
              "\\" + TestFiles.sha256(new byte[] {1}) + "  x\\\\y");
      client(66, "ls", "--digests", from + "/nowhere");
    }
  }
}
