package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.URI;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Names beyond ASCII, in whatever locale, and names that some systems do not take. */
@EnabledOnOs(OS.LINUX)
class NamesIT {
  private static final byte[] CONTENT = {1, 2, 3};

  /** In UTF-8: e with an acute accent. */
  private static final String ACCENTED = "%C3%A9";

  /** The same in Latin-1, which is no UTF-8. */
  private static final String NO_TEXT = "%E9";

  @TempDir private Path directory;
  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  /** A file whose name is given in the way of URIs, whatever the locale of this test. */
  private static Path in(Path directory, String name) {
    return Path.of(URI.create(directory.toUri() + name));
  }

  /**
   * Runs the client. Java cannot pass such names itself in every locale; a shell can.
   *
   * @param arguments for printf: bytes beyond ASCII in octal
   */
  private JarProcess.Result client(String locale, String... arguments) throws IOException {
    StringBuilder line = new StringBuilder("exec \"$@\"");
    for (String argument : arguments) {
      line.append(" \"$(printf -- '").append(argument).append("')\"");
    }
    List<String> command = new ArrayList<>(List.of("sh", "-c", line.toString(), "sh"));
    return JarProcess.client()
        .under(command.toArray(String[]::new))
        .environment("LC_ALL", locale)
        .in(directory)
        .run();
  }

  private static void assertOk(JarProcess.Result result) {
    assertThat(result.exitCode()).as(result.err().toString()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "C.UTF-8"})
  void shouldPutAndGetWhateverTheLocaleHasLettersFor(String locale) throws IOException {
    Files.write(in(directory, ACCENTED), CONTENT);
    try (ServerProcess server =
        ServerProcess.launcher(root).environment("LC_ALL", locale).start()) {
      String address = "127.0.0.1:" + server.port();
      for (String mode : List.of("--ferry", "--lab")) {
        assertOk(client(locale, address, "\\303\\251", "\\303\\251/" + mode, mode));
        assertThat(in(root, ACCENTED + "/" + mode)).hasBinaryContent(CONTENT);
      }
      assertOk(client(locale, address, "\\303\\251", "dir/"));
      assertThat(in(root, "dir/" + ACCENTED)).hasBinaryContent(CONTENT);
      assertOk(client(locale, "get", address, "dir/\\303\\251", "copy \\303\\251"));
      assertThat(in(directory, "copy%20" + ACCENTED)).hasBinaryContent(CONTENT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "C.UTF-8"})
  void shouldTakeLocalNamesThatAreNoText(String locale) throws IOException {
    Files.write(in(directory, NO_TEXT), CONTENT);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String address = "127.0.0.1:" + server.port();
      assertOk(client(locale, address, "\\351", "name"));
      assertThat(root.resolve("name")).hasBinaryContent(CONTENT);
      assertOk(client(locale, "get", address, "name", "copy \\351"));
      assertThat(in(directory, "copy%20" + NO_TEXT)).hasBinaryContent(CONTENT);
      for (JarProcess.Result refused :
          List.of(client(locale, address, "\\351"), client(locale, "get", address, "\\351"))) {
        assertThat(refused.err()).singleElement().asString().contains("bytes that are no UTF-8");
        assertThat(refused.exitCode()).isEqualTo(77);
      }
    }
  }

  @Test
  void shouldTakeWhatWindowsWouldNotIfItIsToldSo() throws IOException {
    Files.write(directory.resolve("file"), CONTENT);
    try (ServerProcess server = ServerProcess.launcher(root).start("--names", "posix")) {
      String address = "127.0.0.1:" + server.port();
      for (String name : List.of("aux", "nul.gz", "a.", "b\\c", "blank ", "con/file")) {
        for (String mode : List.of("--ferry", "--lab")) {
          assertOk(JarProcess.client().in(directory).run(address, "file", name, mode));
          assertThat(root.resolve(name)).hasBinaryContent(CONTENT);
          Files.delete(root.resolve(name));
        }
        assertOk(JarProcess.client().in(directory).run(address, "file", name));
        assertOk(JarProcess.client().in(directory).run("get", address, name, "copy"));
        assertThat(directory.resolve("copy")).hasBinaryContent(CONTENT);
      }
      JarProcess.Result climbs = JarProcess.client().in(directory).run(address, "file", "a/../b");
      assertThat(climbs.exitCode()).isEqualTo(77);
    }
  }
}
