package dev.ferry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.examples.support.Rounds;
import dev.ferry.testkit.process.JarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar, as the README starts it. */
class ExamplesIT {
  private static String listeningPort(JarProcess server) {
    return server.out().await("^listening on port (\\d+)$").group(1);
  }

  /**
   * Runs a client against a server that is halted meanwhile, so that all messages are there before
   * the first is read.
   *
   * @return the lines of the server that contain a text, from there on
   */
  private static List<String> linesOfLateServer(String example, String buffer, String text)
      throws IOException {
    try (JarProcess server = JarProcess.examples().start(example, "server", "0", buffer)) {
      String port = listeningPort(server);
      server.signal("STOP");
      JarProcess.Result client =
          JarProcess.examples().run(example, "client", "localhost:" + port, "0s");
      assertThat(client.exitCode()).as("%s", client.err()).isZero();
      server.signal("CONT");
      server.out().await("^the client has left$");
      return server.out().lines().stream()
          .filter(line -> line.contains(text))
          .map(line -> line.substring(line.indexOf(text)))
          .toList();
    }
  }

  @Test
  void shouldShowHowMessagesAreGlued() throws IOException {
    int bytes = String.join("", Rounds.MESSAGES).length();
    assertThat(linesOfLateServer("naive", "1024", "read "))
        .hasSize(1)
        .allMatch(line -> line.startsWith("read " + bytes + " bytes 'This is message 1.This is "));
  }

  @Test
  void shouldShowHowMessagesAreTorn() throws IOException {
    assertThat(linesOfLateServer("naive", "10", "read "))
        .hasSizeGreaterThan(Rounds.MESSAGES.size())
        .startsWith("read 10 bytes 'This is me'");
  }

  @Test
  void shouldShowThatADelimiterHelps() throws IOException {
    assertThat(linesOfLateServer("delimiter", "10", "message of "))
        .hasSize(Rounds.MESSAGES.size())
        .startsWith("message of 18 bytes 'This is message 1.'");
  }

  @Test
  void shouldDownload(@TempDir Path directory) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path local = Files.createDirectory(directory.resolve("local"));
    Files.writeString(root.resolve("notes.txt"), "some notes");
    try (JarProcess server =
        JarProcess.examples().start("download", "server", "0", root.toString())) {
      String address = "localhost:" + listeningPort(server);
      JarProcess.Result fetched =
          JarProcess.examples().in(local).run("download", "client", address, "notes.txt");
      assertThat(fetched.out()).containsExactly("fetched 'notes.txt', 10 bytes");
      assertThat(local.resolve("notes.txt")).hasContent("some notes");
      JarProcess.Result refused =
          JarProcess.examples().in(local).run("download", "client", address, "../local/notes.txt");
      assertThat(refused.exitCode()).isEqualTo(69);
      assertThat(refused.err()).containsExactly("examples: the server says: name not allowed");
    }
  }

  @Test
  void shouldExplainItself() throws IOException {
    JarProcess.Result result = JarProcess.examples().run();
    assertThat(result.exitCode()).isEqualTo(64);
    assertThat(result.err()).hasSizeGreaterThan(10).startsWith("examples: use one of");
  }
}
