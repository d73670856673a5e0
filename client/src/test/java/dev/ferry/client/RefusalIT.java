package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import dev.ferry.testkit.process.SmallDisk;
import dev.ferry.testkit.process.Unprivileged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client tells when the server turns an upload down. */
class RefusalIT {
  @TempDir Path directory;
  private Path root;
  private Path file;

  @BeforeEach
  void createFile() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = TestFiles.create(directory.resolve("file"), 1025);
  }

  private void assertRefused(
      ServerProcess server, String name, int exitCode, String message, String... options)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("127.0.0.1:" + server.port(), file.toString(), name));
    Collections.addAll(arguments, options);
    JarProcess.Result result = JarProcess.client().run(arguments.toArray(String[]::new));

    assertThat(result.err())
        .containsExactly(
            "ferry client: " + message.replace("SERVER", "127.0.0.1:" + server.port()));
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
    server.err().await("^failed   \\S+ '" + Pattern.quote(name) + "', \\S+ \\S+ of 1.0 KiB: ");
  }

  @Test
  void shouldSayThatTheServerIsBusy() throws IOException {
    try (ServerProcess server =
            ServerProcess.launcher(root).start("--max-sessions", "1", "--idle", "1h");
        LabSocket other = LabSocket.to(server.address())) {
      assertThat(other.exchange("s | 0 | other | 10")).startsWith("a | 1 | ");
      assertThat(other.exchange("d | 1 | 12345")).isEqualTo("a | 2");

      assertRefused(
          server,
          "file",
          69,
          "SERVER has too many transfers at the moment; try again later",
          "--lab");
      JarProcess.Result inFerryMode =
          JarProcess.client().run("127.0.0.1:" + server.port(), file.toString(), "beside");
      assertThat(inFerryMode.exitCode()).as("lab mode takes its own places only").isZero();
      assertThat(server.stop()).isZero();
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("beside");
  }

  @Test
  void shouldTakeTheNextUploadOnceTheServerIsIdleAgain() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--max-sessions", "1")) {
      for (String name : List.of("one", "two", "three")) {
        JarProcess.Result result =
            JarProcess.client().run("127.0.0.1:" + server.port(), file.toString(), name);
        assertThat(result.exitCode()).as(result.err().toString()).isZero();
      }
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("one", "three", "two");
  }

  @Test
  void shouldSayThatTheFileIsTooLarge() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--max-file-size", "1KiB")) {
      assertRefused(server, "file", 69, "the file is larger than SERVER takes");
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void shouldSayThatTheDestinationIsADirectory() throws IOException {
    Files.createDirectory(root.resolve("directory"));
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertRefused(
          server,
          "directory",
          73,
          "SERVER cannot create that name: it is taken by something that is not a regular file");
    }
    assertThat(TestFiles.namesBelow(root)).isEmpty();
  }

  /** A part file in the root could not be moved there. */
  @Test
  void shouldSayThatTheDestinationIsOnAnotherFileSystem() throws IOException, InterruptedException {
    Path mounted = Files.createDirectory(root.resolve("mounted"));
    String[] mounting = SmallDisk.command(mounted);
    try (ServerProcess server = ServerProcess.launcher(root).under(mounting).start()) {
      assertRefused(
          server,
          "mounted/file",
          73,
          "SERVER cannot create that name: it is on another file system, to which files cannot be"
              + " moved");
      assertThat(SmallDisk.view(server, mounted)).isEmptyDirectory();
    }
    assertThat(TestFiles.namesBelow(root)).isEmpty();
  }

  @Test
  void shouldSayThatAPartOfTheDestinationIsAFile() throws IOException {
    Files.writeString(root.resolve("plain"), "as before");
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertRefused(
          server,
          "plain/file",
          73,
          "SERVER cannot create that name: a part of it is taken by a file");
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("plain");
    assertThat(root.resolve("plain")).hasContent("as before");
  }

  @Test
  void shouldSayThatTheDestinationExists() throws IOException {
    Files.writeString(root.resolve("file"), "as before");
    try (ServerProcess server = ServerProcess.launcher(root).start("--if-exists", "refuse")) {
      assertRefused(server, "file", 73, "SERVER has a file of that name and does not overwrite it");
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("file");
    assertThat(root.resolve("file")).hasContent("as before");
  }

  @Test
  void shouldSayThatTheNameIsNotAllowed() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      Map<String, String> rules =
          Map.of(
              "../outside", ": a component is '.' or '..'",
              "/absolute", ": absolute, or with an empty component",
              "a/../../outside", ": a component is '.' or '..'",
              "con",
                  ": reserved on Windows, with any extension; a server with --names posix takes it",
              "dot.",
                  ": a component ends in a dot or a blank, which Windows drops; a server with"
                      + " --names posix takes it",
              ".ferry-x", ": reserved for unfinished files",
              ".profile",
                  "; use a relative one without special characters, and without a dot in front"
                      + " (which --hidden at the server allows)");
      for (Map.Entry<String, String> each : rules.entrySet()) {
        assertRefused(
            server, each.getKey(), 77, "SERVER does not take that name" + each.getValue());
      }
    }
    assertThat(TestFiles.namesBelow(directory)).containsExactly("file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"closed/file", "closed/new/file"})
  void shouldSayThatTheServerIsNotPermitted(String name) throws IOException, InterruptedException {
    Path closed = Files.createDirectory(root.resolve("closed"));
    String[] unprivileged = unprivileged();
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    try (ServerProcess server = ServerProcess.launcher(root).under(unprivileged).start()) {
      assertRefused(server, name, 77, "SERVER is not permitted to write there");
    }
    assertThat(closed).isEmptyDirectory();
    assertThat(root).isDirectoryNotContaining("glob:**.ferry-*");
  }

  @Test
  void shouldNotStartWithARootThatIsNotWritable() throws IOException, InterruptedException {
    String[] unprivileged = unprivileged();
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("r-xr-xr-x"));

    JarProcess.Result result =
        JarProcess.server().under(unprivileged).run("0", "--root", root.toString());

    assertThat(result.err())
        .containsExactly("ferry server: --root " + root + " is not writable for this user");
    assertThat(result.exitCode()).isEqualTo(77);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldSayThatTheSourceMayNotBeRead() throws IOException, InterruptedException {
    String[] unprivileged = unprivileged();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));

    JarProcess.Result result =
        JarProcess.client().under(unprivileged).run("127.0.0.1:9", file.toString());

    assertThat(result.err())
        .containsExactly("ferry client: '" + file + "' may not be read by this user");
    assertThat(result.exitCode()).isEqualTo(77);
  }

  private String[] unprivileged() throws IOException, InterruptedException {
    return Unprivileged.command(
        root, System.getProperty("ferry.server.jar"), directory, file, root);
  }
}
