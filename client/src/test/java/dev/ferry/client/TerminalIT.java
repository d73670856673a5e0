package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client on a terminal: its progress bar, and Ctrl-C. */
class TerminalIT {
  private static final String BAR =
      "file +\\d+ % \\[#*-*] +[0-9.]+ (?:B|[KM]iB) +[0-9.]+ (?:B|[KM]iB)/s +";
  private static final String CTRL_C = "\u0003";

  @TempDir Path directory;
  private Path root;

  @BeforeAll
  static void assumeTerminal() throws InterruptedException {
    PseudoTerminal.assumeAvailable();
  }

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  private PseudoTerminal send(String before, String server, int sizeBytes, String... options)
      throws IOException {
    Path file = TestFiles.create(directory.resolve("file"), sizeBytes);
    String[] arguments = new String[options.length + 2];
    arguments[0] = server;
    arguments[1] = file.toString();
    System.arraycopy(options, 0, arguments, 2, options.length);
    return PseudoTerminal.start(before, JarProcess.client().command(arguments));
  }

  @Test
  void shouldDrawABarWithRateAndTimeLeftAndTakeItAway() throws Exception {
    try (ServerProcess server = ServerProcess.launcher(root).start();
        PseudoTerminal terminal = send("", "127.0.0.1:" + server.port(), 20_000_000)) {
      assertThat(terminal.awaitExit()).as("%s", terminal).isZero();

      assertThat(terminal.output()).containsPattern("\r" + BAR + "\\d\\d:\\d\\d");
      assertThat(terminal.output()).as("no colours, no escapes").doesNotContain("\u001b");
      assertThat(terminal.screen()).singleElement().asString().startsWith("sent 'file': 19.1 MiB ");
    }
  }

  @Test
  void shouldKeepToTheWidthOfTheTerminal() throws Exception {
    try (ServerProcess server = ServerProcess.launcher(root).start();
        PseudoTerminal terminal =
            send("export COLUMNS=60", "127.0.0.1:" + server.port(), 1_000_000)) {
      assertThat(terminal.awaitExit()).as("%s", terminal).isZero();

      assertThat(terminal.output().split("\r\n", -1)[0].split("\r", -1))
          .allMatch(line -> line.startsWith("sent ") || line.length() < 60);
    }
  }

  @Test
  void shouldDrawNoBarIfQuiet() throws Exception {
    try (ServerProcess server = ServerProcess.launcher(root).start();
        PseudoTerminal terminal = send("", "127.0.0.1:" + server.port(), 1_000_000, "--quiet")) {
      assertThat(terminal.awaitExit()).as("%s", terminal).isZero();

      assertThat(terminal.output()).isEmpty();
    }
  }

  @Test
  void shouldEndAtCtrlCAndLeaveTheTerminalAsItWas() throws Exception {
    // Acknowledges one chunk, then says no more: left alone, the client would go on for 120 s.
    try (ScriptedSocket server =
            ScriptedSocket.start(
                datagram ->
                    datagram.startsWith("s")
                        ? "a | 1 | 0000001024"
                        : datagram.startsWith("d | 1 ") ? "a | 2" : null);
        PseudoTerminal terminal = send("", server.address(), 50_000, "--lab")) {
      terminal.await("\r" + BAR);
      server.await("d | 2 ");
      terminal.type(CTRL_C);

      assertThat(terminal.awaitExit()).as("%s", terminal).isEqualTo(130);
      assertThat(terminal.output()).matches("(?s).*\r {79}\r$");
      assertThat(terminal.screen()).isEmpty();
    }
  }

  @Test
  void shouldEndAtASignalBeforeTheServerAnswers() throws Exception {
    try (ScriptedSocket server = ScriptedSocket.start(datagram -> null);
        JarProcess client =
            JarProcess.client()
                .under("env", "--default-signal=INT")
                .start(
                    server.address(), TestFiles.create(directory.resolve("file"), 10).toString())) {
      server.await("s | 0 | ");
      client.signal("INT");

      JarProcess.Result result = client.await();
      assertThat(result.exitCode()).isEqualTo(130);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).isEmpty();
    }
  }
}
