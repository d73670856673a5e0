package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong before anything is sent: a message, an exit code, and not a single datagram. */
class UsageIT {
  @TempDir Path directory;

  static Stream<Arguments> wrongClientLines() {
    return Stream.of(
        Arguments.of("expected HOST:PORT FILE [DEST], got 0 operand(s)", List.of()),
        Arguments.of("expected HOST:PORT FILE [DEST], got 1 operand(s)", List.of("h:1")),
        Arguments.of("got 4 operand(s)", List.of("h:1", "file", "dest", "more")),
        Arguments.of("unknown option '--bogus'", List.of("h:1", "file", "--bogus")),
        Arguments.of("unknown option '-x'", List.of("-x", "h:1", "file")),
        Arguments.of("'h' is not host:port", List.of("h", "file")),
        Arguments.of("'h:' is not host:port", List.of("h:", "file")),
        Arguments.of("':12300' is not host:port", List.of(":12300", "file")),
        Arguments.of("'h:0' is not host:port", List.of("h:0", "file")),
        Arguments.of("'h:65536' is not host:port", List.of("h:65536", "file")),
        Arguments.of("'h:-1' is not host:port", List.of("h:-1", "file")),
        Arguments.of("'h:http' is not host:port", List.of("h:http", "file")),
        Arguments.of("needs brackets, as in [::1]:12300", List.of("::1:12300", "file")),
        Arguments.of("'[::1]' is not host:port", List.of("[::1]", "file")),
        Arguments.of("the server comes first: h:1 file", List.of("file", "h:1")),
        Arguments.of("the server comes first: h:1 name", List.of("get", "name", "h:1")),
        Arguments.of("the port is missing", List.of("h", "file")),
        Arguments.of("standard input has no name", List.of("h:1", "-")),
        Arguments.of("standard input has no name", List.of("h:1", "-", "directory/")),
        Arguments.of("standard input has no name", List.of("cp", "-", "h:1/")),
        Arguments.of("has one SOURCE", List.of("cp", "-", "file", "h:1/a")),
        Arguments.of("has one SOURCE", List.of("cp", "--follow", "file", "other", "h:1/")),
        Arguments.of("is a directory, or has no name", List.of("cp", "h:1/a/", "-")),
        Arguments.of("on this machine, and the other", List.of("cp", "-", "-")),
        Arguments.of("--follow is for one file", List.of("get", "h:1", "name", "-", "-f")),
        Arguments.of("--follow is for one file", List.of("h:1", "-", "name", "-f")),
        Arguments.of("are not for a stream", List.of("cp", "-", "h:1/a", "--dry-run")),
        Arguments.of("needs the size first", List.of("h:1", "-", "name", "--lab")),
        Arguments.of("names no file", List.of("get", "h:1", "directory/", "-")),
        Arguments.of("names no file", List.of("get", "h:1", "directory/")),
        Arguments.of("expected SOURCE... DESTINATION after cp", List.of("cp", "file")),
        Arguments.of("one side of a copy is at a server", List.of("cp", "file", "other")),
        Arguments.of("one side of a copy is on this machine", List.of("cp", "h:1/a", "h:1/b")),
        Arguments.of("there is none yet", List.of("cp", "file", "user@h:a")),
        Arguments.of("is neither HOST:PORT/PATH", List.of("cp", "file", "h:a")),
        Arguments.of("the same server", List.of("cp", "h:1/a", "h:2/b", "d")),
        Arguments.of("two sources would", List.of("cp", "file", "./file", "h:1/")),
        Arguments.of("two sources would", List.of("cp", "h:1/a", "h:1/b/a", ".")),
        Arguments.of("--as is for put", List.of("cp", "file", "h:1/", "--as", "b")),
        Arguments.of("--lab excludes", List.of("cp", "file", "h:1/", "--lab")),
        Arguments.of("--lab excludes", List.of("put", "h:1", ".", "--lab")),
        Arguments.of("--stats is for one file", List.of("cp", "file", "h:1/", "--stats", "s")),
        Arguments.of("are for cp and put", List.of("get", "h:1", "a", "--dry-run")),
        Arguments.of("are for what is sent", List.of("cp", "h:1/a", "b", "--failed-to", "c")),
        Arguments.of("expected HOST:PORT/PATH alone", List.of("ls")),
        Arguments.of("is not HOST:PORT/PATH", List.of("ls", "directory")),
        Arguments.of(
            "exclude each other", List.of("cp", "h:1", "--files-from=a", "--files-from0=b")),
        Arguments.of("needs a directory", List.of("cp", "file", "h:1/name", "--failed-to", "list")),
        Arguments.of("'other' is a file here, too", List.of("h:1", "file", "other")),
        Arguments.of("--as takes the place of DEST", List.of("h:1", "file", "a", "--as", "b")),
        Arguments.of("did you mean '--quiet'?", List.of("h:1", "file", "--quite")),
        Arguments.of("--json takes no value", List.of("h:1", "file", "--json=yes")),
        Arguments.of("whole numbers only", List.of("h:1", "file", "--datagram", "1.5KiB")),
        Arguments.of("write 10%", List.of("h:1", "file", "--impair", "loss=10")),
        Arguments.of("--datagram must be", List.of("h:1", "file", "--datagram", "63")),
        Arguments.of("--datagram must be", List.of("h:1", "file", "--datagram", "65508")),
        Arguments.of("'big' is not a size", List.of("h:1", "file", "--datagram", "big")),
        Arguments.of("--dialect", List.of("h:1", "file", "--dialect", "klingon")),
        Arguments.of("'fast' is not a rate", List.of("h:1", "file", "--max-rate", "fast")),
        Arguments.of("--congestion", List.of("h:1", "file", "--congestion", "vegas")),
        Arguments.of(
            "--background excludes", List.of("h:1", "file", "--background", "--congestion=cubic")),
        Arguments.of("are for plot only", List.of("h:1", "file", "--connection", "1")),
        Arguments.of("are for plot only", List.of("get", "h:1", "name", "-o", "picture.svg")),
        Arguments.of("are for plot only", List.of("h:1", "--ping", "--connection", "1")),
        Arguments.of("needs --stats FILE", List.of("h:1", "file", "--stats-interval", "1s")),
        Arguments.of("--dialect", List.of("h:1", "file", "--dialect")));
  }

  @ParameterizedTest
  @MethodSource("wrongClientLines")
  void shouldRejectAWrongCommandLineOfTheClient(String message, List<String> line)
      throws IOException {
    TestFiles.create(directory.resolve("file"), 10);
    TestFiles.create(directory.resolve("other"), 10);

    JarProcess.Result result = JarProcess.client().in(directory).run(line.toArray(String[]::new));

    assertUsageError(result, "ferry client: ", message);
  }

  static Stream<Arguments> wrongNames() {
    return Stream.of(
        Arguments.of("it has ' | ' in it", List.of("h:1", "file", "a | b")),
        Arguments.of("say --ferry if", List.of("h:1", "file", "a | b")),
        Arguments.of("it has '|' in it", List.of("h:1", "file", "a|b", "--dialect", "compact")),
        Arguments.of("has a control character", List.of("h:1", "file", "a\u001b[31mb")),
        Arguments.of("has a control character", List.of("h:1", "file", "a\nb")),
        Arguments.of("has a control character", List.of("h:1", "file", "a\nb", "--ferry")),
        Arguments.of("has a control character", List.of("get", "127.0.0.1:1", "a\nb", "y")),
        Arguments.of("has 65500 bytes", List.of("h:1", "file", "x".repeat(65_500))),
        Arguments.of("has 2000 bytes", List.of("h:1", "file", "x".repeat(2_000), "--ferry")),
        Arguments.of("has 2000 bytes", List.of("h:1", "file", "x".repeat(2_000))),
        Arguments.of("has 2000 bytes", List.of("get", "127.0.0.1:1", "x".repeat(2_000), "y")));
  }

  /** By the same code as if the server had turned them down, and before anything is sent. */
  @ParameterizedTest
  @MethodSource("wrongNames")
  void shouldRejectANameThatNoServerTakes(String message, List<String> line) throws IOException {
    TestFiles.create(directory.resolve("file"), 10);

    JarProcess.Result result = JarProcess.client().in(directory).run(line.toArray(String[]::new));

    assertThat(result.err())
        .singleElement()
        .asString()
        .startsWith("ferry client: ")
        .contains(message)
        .doesNotContain("\u001b");
    assertThat(result.exitCode()).isEqualTo(77);
    assertThat(result.out()).isEmpty();
  }

  static Stream<Arguments> wrongServerLines() {
    return Stream.of(
        Arguments.of("expected PORT, got 0 operand(s)", List.of()),
        Arguments.of("expected PORT, got 2 operand(s)", List.of("0", "0")),
        Arguments.of("'http' is not a port", List.of("http")),
        Arguments.of("'65536' is not a port", List.of("65536")),
        Arguments.of("'+1' is not a port", List.of("+1")),
        Arguments.of("unknown option '--bogus'", List.of("0", "--bogus")),
        Arguments.of("a day is 24h", List.of("0", "--keep-parts", "7d")),
        Arguments.of("whole numbers only", List.of("0", "--max-file-size", "1.5GB")),
        Arguments.of("did you mean '--if-exists'?", List.of("0", "--if-exist=refuse")),
        Arguments.of("--buffer must be", List.of("0", "--buffer", "255")),
        Arguments.of("--buffer must be", List.of("0", "--buffer", "65508")),
        Arguments.of("--idle and --idle-ferry must be", List.of("0", "--idle", "0s")),
        Arguments.of("a time needs a unit", List.of("0", "--idle", "3")),
        Arguments.of("--max-sessions", List.of("0", "--max-sessions", "0")),
        Arguments.of("--max-sessions", List.of("0", "--max-sessions", "many")),
        Arguments.of("--trusted-proxies", List.of("0", "--trusted-proxies", "10.0.0.0/33")),
        Arguments.of("ends in zeros", List.of("0", "--trusted-proxies", "::/0,10.0.0.1/8")),
        Arguments.of(
            "must not be above --max-sessions, which is 10",
            List.of("0", "--max-sessions", "10", "--max-sessions-per-address", "11")),
        Arguments.of(
            "--background excludes", List.of("0", "--background", "--congestion", "cubic")),
        Arguments.of("needs --stats FILE", List.of("0", "--stats-interval", "1s")),
        Arguments.of("--max-sessions", List.of("0", "--max-sessions", "2147483647")),
        Arguments.of("cannot be read", List.of("0", "--max-rate", "@missing")),
        Arguments.of("--if-exists", List.of("0", "--if-exists", "panic")));
  }

  @ParameterizedTest
  @MethodSource("wrongServerLines")
  void shouldRejectAWrongCommandLineOfTheServer(String message, List<String> line)
      throws IOException {
    JarProcess.Result result = JarProcess.server().in(directory).run(line.toArray(String[]::new));

    assertUsageError(result, "ferry server: ", message);
    assertThat(directory).isEmptyDirectory();
  }

  private static void assertUsageError(JarProcess.Result result, String program, String message) {
    assertThat(result.err().toString()).contains(message).doesNotContain("\u001b");
    assertThat(result.exitCode()).isEqualTo(64);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).hasSize(2);
    assertThat(result.err().get(0)).startsWith(program);
    assertThat(result.err().get(1)).startsWith("Try '").endsWith(" --help'.");
  }

  static Stream<Arguments> missingInputs() {
    return Stream.of(
        Arguments.of("missing", "there is no file 'missing'"),
        Arguments.of("missing/file", "there is no file 'missing/file'"),
        Arguments.of("/dev/null", "'/dev/null' is not a regular file"),
        Arguments.of("file/below", "'file/below' cannot be read: "),
        Arguments.of("missing\u001b[31m", "there is no file 'missing\\u001b[31m'"));
  }

  @ParameterizedTest
  @MethodSource("missingInputs")
  void shouldSayThatThereIsNoInput(String name, String message) throws IOException {
    TestFiles.create(directory.resolve("file"), 10);

    JarProcess.Result result = JarProcess.client().in(directory).run("127.0.0.1:9", name, "dest");

    assertThat(result.err())
        .singleElement()
        .asString()
        .startsWith("ferry client: " + message)
        .doesNotContain("\u001b");
    assertThat(result.exitCode()).isEqualTo(66);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldRefuseToServeARootThatIsNoDirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    for (Path root : List.of(file, directory.resolve("missing/too"))) {
      JarProcess.Result result = JarProcess.server().run("0", "--root", root.toString());

      assertThat(result.err())
          .containsExactly("ferry server: --root " + root + " is not a directory; create it first");
      assertThat(result.exitCode()).isEqualTo(78);
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void shouldSayThatTheAddressIsNotThisMachines() throws IOException {
    JarProcess.Result result =
        JarProcess.server().in(directory).run("0", "--bind", "192.0.2.1", "--root", ".");

    assertThat(result.err())
        .containsExactly(
            "ferry server: --bind: 192.0.2.1 is not an address of this machine, so it cannot"
                + " listen there");
    assertThat(result.exitCode()).isEqualTo(78);
  }

  @Test
  void shouldSayThatThePortIsInUse() throws IOException {
    try (ScriptedSocket other = ScriptedSocket.start(datagram -> null)) {
      String port = other.address().replaceAll(".*:", "");

      JarProcess.Result result =
          JarProcess.server().run(port, "--root", directory.toString(), "--bind", "127.0.0.1");

      assertThat(result.err())
          .singleElement()
          .asString()
          .startsWith("ferry server: cannot listen on port " + port + ": ");
      assertThat(result.exitCode()).isEqualTo(78);
      assertThat(result.out()).isEmpty();
      assertThat(directory).isEmptyDirectory();
    }
  }
}
