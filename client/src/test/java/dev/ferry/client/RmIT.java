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

/** Files that are removed at a server, with the real jars. */
@DisabledOnOs(OS.WINDOWS)
class RmIT {
  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    for (String name : List.of("a", "t/b", "t/d/c", "t/d/e/f", "u/.hidden", "u/v")) {
      Files.createDirectories(root.resolve(name).getParent());
      TestFiles.create(root.resolve(name), 10);
    }
    Files.createDirectory(root.resolve("t/empty"));
    TestFiles.create(directory.resolve("outside"), 10);
    Files.createSymbolicLink(root.resolve("t/link"), directory);
  }

  private JarProcess.Result client(int exitCode, String... arguments) throws IOException {
    JarProcess.Result result = JarProcess.client().in(directory).run(arguments);
    assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
    return result;
  }

  @Test
  void shouldRemoveFilesAndTrees() throws IOException {
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--allow-list", "--allow-delete")) {
      String at = "127.0.0.1:" + server.port() + "/";
      assertThat(client(0, "rm", at + "a").out())
          .containsExactly("removed 1 file(s) and directories");
      client(66, "rm", at + "a");
      assertThat(client(73, "rm", at + "t").err()).singleElement().asString().contains("not empty");
      client(77, "rm", at + "u/.hidden");
      client(66, "rm", at + "t/link/outside");
      client(64, "rm", at);
      client(0, "rm", "-r", at + "t");
      // What this client does not see stays, and its directory with it.
      client(73, "rm", "-r", at + "u");
      server.out().await("^finished \\S+ remove 't/d/e/f'$");
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("u/.hidden");
    assertThat(root.resolve("t")).doesNotExist();
    assertThat(directory.resolve("outside")).exists();
  }

  @Test
  void shouldRemoveNothingForStrangersUnlessToldTo() throws IOException {
    Path key = directory.resolve("key");
    client(0, "keygen", key.toString());
    try (ServerProcess server = ServerProcess.launcher(root).start("--allow-list")) {
      assertThat(client(77, "rm", "127.0.0.1:" + server.port() + "/a").err())
          .singleElement()
          .asString()
          .contains("removes no files; it takes --allow-delete");
    }
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--read-only", "--allow-delete")) {
      client(77, "rm", "127.0.0.1:" + server.port() + "/a");
    }
    try (ServerProcess server = ServerProcess.launcher(root).start("--key-file", key.toString())) {
      client(0, "rm", "127.0.0.1:" + server.port() + "/a", "--key-file", key.toString());
    }
    assertThat(root.resolve("a")).doesNotExist();
  }
}
