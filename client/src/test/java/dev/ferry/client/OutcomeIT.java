package dev.ferry.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client tells when a transfer ends badly although nobody turned it down. */
class OutcomeIT {
  private static final int SIZE_BYTES = 5_000;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void createFile() throws IOException {
    file = TestFiles.create(directory.resolve("file"), SIZE_BYTES);
  }

  /** What a server of the lab with a buffer of 1024 answers: five chunks of up to 1016 bytes. */
  private static String answer(String datagram) {
    if (datagram.startsWith("s")) {
      return "a | 1 | 1024";
    }
    return "a | " + (Integer.parseInt(datagram.split(" \\| ", 3)[1]) + 1);
  }

  private void assertFails(String server, int exitCode, String message) throws IOException {
    JarProcess.Result result = JarProcess.client().run(server, file.toString());

    assertThat(result.err()).containsExactly("ferry client: " + message.replace("SERVER", server));
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldSayThatThereIsNoAnswer() throws IOException {
    try (ScriptedSocket server = ScriptedSocket.start(datagram -> null)) {
      assertFails(
          server.address(),
          75,
          "no answer from SERVER, which is also how a server behaves that wants a key file; is a"
              + " server running there, and does UDP get through?");
    }
  }

  @Test
  void shouldSayThatTheOutcomeIsUnknownIfTheLastChunkIsNotAcknowledged() throws IOException {
    try (ScriptedSocket server =
        ScriptedSocket.start(
            datagram -> datagram.startsWith("d | 5 | ") ? null : answer(datagram))) {
      assertFails(
          server.address(),
          75,
          "everything was sent to SERVER, but the last chunk was not acknowledged:"
              + " the file may or may not be there; look there, or send it again");
    }
  }

  @Test
  void shouldSayThatTheOutcomeIsUnknownIfTheServerIsGoneAfterTheLastChunk() throws Exception {
    assertFailsAfterTheServerWasClosedAt(
        5,
        "everything was sent, but nothing listens at SERVER any more and the last chunk was not"
            + " acknowledged: the file may or may not be there; send it again");
  }

  @Test
  void shouldSayThatNothingWasStoredIfTheServerIsGoneBefore() throws Exception {
    assertFailsAfterTheServerWasClosedAt(
        3, "nothing listens at SERVER any more; nothing was stored, send it again");
  }

  private void assertFailsAfterTheServerWasClosedAt(int chunk, String message) throws Exception {
    ScriptedSocket[] server = new ScriptedSocket[1];
    server[0] =
        ScriptedSocket.start(
            datagram -> {
              if (datagram.startsWith("d | " + chunk + " | ")) {
                server[0].close();
              }
              return answer(datagram);
            });
    try (ScriptedSocket closed = server[0]) {
      assertFails(closed.address(), 75, message);
    }
  }

  @Test
  void shouldSayThatContactWasLost() throws IOException {
    try (ScriptedSocket server =
        ScriptedSocket.start(
            datagram -> datagram.startsWith("d | 3 | ") ? null : answer(datagram))) {
      assertFails(
          server.address(), 75, "lost contact with SERVER; nothing was stored, send it again");
    }
  }

  @Test
  void shouldSayThatTheFileChangedWhileItWasSent() throws IOException {
    try (ScriptedSocket server =
        ScriptedSocket.start(
            datagram -> {
              if (datagram.startsWith("d | 2 | ")) {
                appendToFile();
              }
              return answer(datagram);
            })) {
      assertFails(
          server.address(),
          65,
          "'" + file + "' changed while it was being sent; nothing was stored");
    }
  }

  private void appendToFile() {
    try {
      Files.write(file, "more".getBytes(US_ASCII), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldSayThatTheServerTakesNoContent() throws IOException {
    try (ScriptedSocket server = ScriptedSocket.start(datagram -> "a | 1 | 8")) {
      assertFails(
          server.address(),
          76,
          "SERVER takes datagrams of 8 bytes only, which leaves no room for content");
    }
  }

  @Test
  void shouldNotWaitWhereNothingListens() throws IOException {
    int port;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    JarProcess.Result result =
        JarProcess.client().run("127.0.0.1:" + port, file.toString(), "--json");

    assertThat(result.exitCode()).isEqualTo(75);
    Map<String, String> failed = FlatJson.parse(result.out().get(result.out().size() - 1));
    assertThat(failed)
        .containsEntry("event", "failed")
        .containsEntry("datagramsSent", "1")
        .containsEntry("exitCode", "75");
  }
}
