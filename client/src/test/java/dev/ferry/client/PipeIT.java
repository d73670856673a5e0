package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.JarProcess.Result;
import dev.ferry.testkit.process.LineLog;
import dev.ferry.testkit.process.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Standard input to a server, and files from it to standard output, with the real jars. */
class PipeIT {
  /** What a client holds at most whose heap is of 64 MiB. */
  private static final int MEMORY_BYTES = 8 << 20;

  private static final int PIECE_BYTES = 1 << 20;

  /** The same, and what was read meanwhile, and is in the pipe. */
  private static final int MOST_AHEAD_BYTES = MEMORY_BYTES + 2 * PIECE_BYTES;

  private static final Pattern DONE = Pattern.compile("\"progress\".*\"doneBytes\":(\\d+),");
  private static final int READER_GONE = 141;
  private static final int PATIENCE_SECONDS = 180;

  @TempDir Path directory;
  private Path root;
  private Path home;

  @BeforeEach
  void createDirectories() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    home = Files.createDirectory(directory.resolve("home"));
  }

  private static String operand(ServerProcess server) {
    return "127.0.0.1:" + server.port();
  }

  /** What a shell runs in which {@code ferry} is the client, and its exit codes. */
  private Result shell(String line, String... clientsOptions) throws IOException {
    List<String> words = new ArrayList<>(JarProcess.client().command("--transport", "udp"));
    words.subList(words.size() - 2, words.size()).clear();
    String ferry =
        "ferry() { "
            + ShellWords.join(words.toArray(String[]::new))
            + " \"$@\" "
            + ShellWords.join(clientsOptions)
            + "; }\n";
    Process process =
        new ProcessBuilder("bash", "-c", ferry + line).directory(home.toFile()).start();
    LineLog out = LineLog.of("stdout", process.getInputStream());
    LineLog err = LineLog.of("stderr", process.getErrorStream());
    return new Result(await(process), out.awaitAll(), err.awaitAll());
  }

  private static int await(Process process) {
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** How much has come, as far as has been said. */
  private static long mostDone(LineLog err) {
    return err.lines().stream()
        .map(DONE::matcher)
        .filter(Matcher::find)
        .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
        .max()
        .orElse(0);
  }

  private void createTree() throws IOException {
    Path tree = Files.createDirectories(home.resolve("tree/a/b")).getParent().getParent();
    TestFiles.create(tree.resolve("large"), 3_000_000);
    TestFiles.create(tree.resolve("a/small"), 10);
    TestFiles.create(tree.resolve("a/b/empty"), 0);
    Files.createDirectory(home.resolve("back"));
  }

  private void assertThereAndBack(String server, String... options) throws IOException {
    createTree();
    Result result =
        shell(
            "set -o pipefail\n"
                + "tar c -C tree . | ferry cp - "
                + server
                + "/x.tar --quiet || exit 1\n"
                + "ferry cp "
                + server
                + "/x.tar - | tar x -C back || exit 2\n"
                + "diff -r tree back",
            options);
    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(TestFiles.namesBelow(root)).containsExactly("x.tar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void shouldCarryAnArchiveThereAndBack(String transport) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertThereAndBack(operand(server), "--transport", transport);
      server.out().await("^started  \\S+ 'x.tar', unknown size$");
      server.out().await("^finished \\S+ 'x.tar', ");
      server.out().await("^finished \\S+ get 'x.tar', ");
    }
  }

  @Test
  void shouldCarryAnArchiveWhereTheServerIsImpaired() throws IOException {
    String network = "loss=5%,delay=5ms,jitter=3ms";
    try (ServerProcess server =
        ServerProcess.launcher(root).start("--impair", network, "--impair-seed", "7")) {
      assertThereAndBack(operand(server), "--transport", "udp");
    }
  }

  @Test
  void shouldCarryAnArchiveWhereTheClientItselfIsImpaired() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      assertThereAndBack(
          operand(server), "--impair", "loss=10%,duplicate=10%,delay=2ms", "--impair-seed", "7");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 262_144, 262_145, 5_000_000})
  void shouldPutAndGetEverySize(int bytes) throws IOException {
    Path file = TestFiles.create(home.resolve("size"), bytes);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      Result result =
          shell(
              "set -o pipefail\n"
                  + "cat size | ferry put "
                  + operand(server)
                  + " - there || exit 1\n"
                  + "ferry get "
                  + operand(server)
                  + " there - 2> err | cmp - size",
              "--transport",
              "udp");
      assertThat(result.exitCode()).as("%s", result).isZero();
      assertThat(result.out()).singleElement().asString().startsWith("sent 'there': ");
      assertThat(result.out().get(0)).contains("(" + bytes + " bytes)");
    }
    assertThat(root.resolve("there")).hasSameBinaryContentAs(file);
    assertThat(Files.readAllLines(home.resolve("err")))
        .singleElement()
        .asString()
        .startsWith("fetched 'there': ");
  }

  /** Nothing but content goes to the pipe, and the server's end is that of a user's Ctrl-C. */
  @Test
  void shouldEndBothEndsWhenTheReaderLeaves() throws IOException {
    Files.writeString(root.resolve("lines"), "a line\n".repeat(3_000_000));
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      Result result =
          shell(
              "ferry get "
                  + operand(server)
                  + " lines - --json 2> err | head -1\n"
                  + "exit ${PIPESTATUS[0]}",
              "--transport",
              "udp");
      assertThat(result.exitCode()).as("%s", result).isEqualTo(READER_GONE);
      assertThat(result.out()).containsExactly("a line");
      server.err().await("^failed   \\S+ get 'lines', ");
      assertThat(server.err().toString()).doesNotContain("I/O");
    }
    assertThat(Files.readAllLines(home.resolve("err"))).allMatch(line -> line.startsWith("{"));
  }

  @Test
  void shouldStallTheSenderWhileNobodyReads() throws IOException {
    Path file = TestFiles.create(root.resolve("large"), 5 * MEMORY_BYTES);
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      List<String> command =
          JarProcess.client()
              .jvm("-Xmx64m")
              .command("get", operand(server), "large", "-", "--json", "--transport", "udp");
      Process client = new ProcessBuilder(command).start();
      LineLog err = LineLog.of("stderr", client.getErrorStream());
      err.await("\"doneBytes\":[78]\\d{6},");
      ByteArrayOutputStream taken = new ByteArrayOutputStream();
      try (InputStream in = client.getInputStream()) {
        byte[] piece = in.readNBytes(PIECE_BYTES);
        while (piece.length > 0) {
          assertThat(mostDone(err)).isLessThanOrEqualTo((long) taken.size() + MOST_AHEAD_BYTES);
          taken.writeBytes(piece);
          piece = in.readNBytes(PIECE_BYTES);
        }
      }
      assertThat(TestFiles.sha256(taken.toByteArray())).isEqualTo(TestFiles.sha256(file));
      assertThat(await(client)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"put", "cp"})
  void shouldFollowAFileUntilASignal(String command) throws IOException {
    Path log = Files.writeString(home.resolve("log"), "before\n");
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      String[] operands =
          command.equals("put")
              ? new String[] {"put", operand(server), "log", "--follow"}
              : new String[] {"cp", "-f", "log", operand(server) + "/log"};
      try (JarProcess client = JarProcess.client().in(home).start(operands)) {
        server.out().await("^started  \\S+ 'log', unknown size$");
        for (int i = 0; i < 3; i++) {
          Files.writeString(log, "line " + i + "\n", StandardOpenOption.APPEND);
        }
        client.signal(command.equals("put") ? "TERM" : "INT");
        Result result = client.await();
        assertThat(result.exitCode()).as("%s", result).isZero();
        assertThat(result.err()).isEmpty();
      }
    }
    assertThat(root.resolve("log")).content(UTF_8).isEqualTo("before\nline 0\nline 1\nline 2\n");
  }

  @Test
  void shouldSayThatAFollowedFileWasCut() throws IOException {
    Path log = Files.writeString(home.resolve("log"), "before\n");
    try (ServerProcess server = ServerProcess.launcher(root).start();
        JarProcess client =
            JarProcess.client().in(home).start("put", operand(server), "log", "--follow")) {
      server.out().await("^started  \\S+ 'log', unknown size$");
      Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
      Result result = client.await();
      assertThat(result.exitCode()).isEqualTo(65);
      assertThat(result.err())
          .containsExactly("ferry client: 'log' was cut while it was followed; nothing was stored");
      server.err().await("^failed   \\S+ 'log', ");
    }
    assertThat(root).isEmptyDirectory();
  }

  /** Nobody can go on with it: nothing is published, and nothing kept. */
  @Test
  void shouldKeepNothingOfAStreamThatIsInterrupted() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      List<String> command =
          JarProcess.client().command("put", operand(server), "-", "there", "--transport", "udp");
      Process client = new ProcessBuilder(command).start();
      LineLog err = LineLog.of("stderr", client.getErrorStream());
      client.getOutputStream().write(TestFiles.content(3_000_000, 1));
      client.getOutputStream().flush();
      server.out().await("^started  \\S+ 'there', unknown size$");
      await(new ProcessBuilder("kill", "-INT", Long.toString(client.pid())).start());
      assertThat(await(client)).isEqualTo(130);
      assertThat(err.awaitAll()).isEmpty();
      server.err().await("^failed   \\S+ 'there', ");
      assertThat(server.stop()).isZero();
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void shouldRefuseAStreamInLabMode() throws IOException {
    Result result = JarProcess.client().run("put", "127.0.0.1:9", "-", "there", "--lab");
    assertThat(result.exitCode()).isEqualTo(64);
    assertThat(result.err().get(0)).contains("the lab's protocol needs the size first");
  }
}
