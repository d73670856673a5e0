package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody serves the home directory, and strangers ask for what is not meant for them. */
class HomeDirectoryIT {
  private static final String OLD = "as it was";

  @TempDir Path directory;
  private Path home;
  private Path file;
  private Path key;

  @BeforeEach
  void create() throws IOException {
    home = Files.createDirectory(directory.resolve("home"));
    Files.createDirectory(home.resolve(".ssh"));
    Files.writeString(home.resolve(".ssh/id_ed25519"), OLD);
    Files.writeString(home.resolve(".bashrc"), OLD);
    file = TestFiles.create(directory.resolve("file"), 1000);
    key = home.resolve("key");
    assertThat(JarProcess.client().run("keygen", key.toString()).exitCode()).isZero();
  }

  private ServerProcess start(String... options) throws IOException {
    return ServerProcess.launcher(home).jvm("-Xmx64m").start(options);
  }

  private static int run(List<String> options, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(options);
    JarProcess.Result result = JarProcess.client().run(all.toArray(String[]::new));
    assertThat(result.exitCode() == 0).as("%s", result).isEqualTo(result.err().isEmpty());
    return result.exitCode();
  }

  private int put(ServerProcess server, String name, String... options) throws IOException {
    return run(List.of(options), "127.0.0.1:" + server.port(), file.toString(), name);
  }

  private int get(ServerProcess server, String name, String... options) throws IOException {
    String local = directory.resolve("got").toString();
    return run(List.of(options), "get", "127.0.0.1:" + server.port(), name, local);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--ferry", "--lab"})
  void shouldNeitherHandOutNorTakeHiddenNamesWithoutAKey(String option) throws IOException {
    try (ServerProcess server = start()) {
      for (String there : List.of(".ssh/id_ed25519", "./.bashrc", "missing/.hidden/name")) {
        assertThat(get(server, there)).as("get %s", there).isEqualTo(77);
        assertThat(put(server, there, option)).as("put %s", there).isEqualTo(77);
      }
      assertThat(put(server, ".ssh/authorized_keys", option)).isEqualTo(77);
      assertThat(put(server, "visible", option)).isZero();
    }
    assertThat(home.resolve(".ssh/id_ed25519")).hasContent(OLD);
    assertThat(home.resolve(".bashrc")).hasContent(OLD);
    assertThat(TestFiles.namesBelow(home))
        .containsExactly(".bashrc", ".ssh/id_ed25519", "key", "visible");
    assertThat(directory.resolve("got")).doesNotExist();
  }

  /** By any name, even for those who have the key; other hidden names are theirs. */
  @Test
  void shouldKeepItsOwnFilesToItself() throws IOException {
    String secret = Files.readString(key);
    Path stats = home.resolve("stats");
    Files.createLink(home.resolve("link"), key);
    Path copy = Files.copy(key, directory.resolve("copy"));
    String[] keyed = {"--key-file", copy.toString()};
    try (ServerProcess server =
        start("--key-file", key.toString(), "--stats", stats.toString(), "--allow-lab")) {
      for (String own : List.of("key", "link", "stats")) {
        assertThat(get(server, own, keyed)).as("get %s", own).isEqualTo(77);
        assertThat(put(server, own, keyed)).as("put %s", own).isEqualTo(77);
      }
      assertThat(put(server, "link", "--lab")).isEqualTo(77);
      assertThat(put(server, ".bashrc", "--lab")).isEqualTo(77);
      assertThat(directory.resolve("got")).doesNotExist();
      assertThat(put(server, ".profile", keyed)).isZero();
      assertThat(get(server, ".bashrc", keyed)).isZero();
    }
    assertThat(directory.resolve("got")).hasContent(OLD);
    assertThat(home.resolve(".profile")).hasSameBinaryContentAs(file);
    assertThat(key).hasContent(secret);
    assertThat(home.resolve("link")).hasContent(secret);
    assertThat(stats).content().startsWith("{\"schema\":\"ferry.stats.v1\"");
  }
}
