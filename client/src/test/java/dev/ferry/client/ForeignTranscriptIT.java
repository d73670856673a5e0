package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers of the lab do not notice that there is another mode: every byte that they get. */
class ForeignTranscriptIT {
  private static final int SIZE_BYTES = 3_000;
  private static final int BUFFER_BYTES = 1_024;

  /** A dialect of the lab, and what the transcript of an upload is in it. */
  enum Dialect {
    SPACED(" | "),
    COMPACT("|");

    private final String delimiter;

    Dialect(String delimiter) {
      this.delimiter = delimiter;
    }

    String message(Object... fields) {
      List<String> texts = new ArrayList<>();
      for (Object field : fields) {
        texts.add(String.valueOf(field));
      }
      return String.join(delimiter, texts);
    }

    /** What a client sends, by the lab's rules: a start, and chunks that fill the buffer. */
    List<String> upload(String size, String content) {
      List<String> sent = new ArrayList<>(List.of(message("s", 0, "name.txt", size)));
      int number = 1;
      for (int at = 0; at < content.length(); number++) {
        String header = message("d", number, "");
        int end = Math.min(content.length(), at + BUFFER_BYTES - header.length());
        sent.add(header + content.substring(at, end));
        at = end;
      }
      return sent;
    }
  }

  @TempDir Path directory;
  private String content;

  @BeforeEach
  void createContent() {
    content = "0123456789abcdef | ".repeat(SIZE_BYTES).substring(0, SIZE_BYTES);
  }

  /** What our client sends to a server that acknowledges without an offer of Ferry mode. */
  private List<String> sentByOurClient(Dialect dialect, String... options) throws IOException {
    Path file = Files.writeString(directory.resolve("file"), content);
    List<String> sent = new CopyOnWriteArrayList<>();
    try (ScriptedSocket server =
        ScriptedSocket.start(
            datagram -> {
              if (!sent.contains(datagram)) {
                sent.add(datagram); // A busy machine may see a repetition.
              }
              return answer(dialect, datagram);
            })) {
      List<String> arguments =
          new ArrayList<>(List.of(server.address(), file.toString(), "name.txt"));
      arguments.addAll(List.of("--dialect", dialect.name().toLowerCase(Locale.ROOT)));
      arguments.addAll(List.of(options));
      JarProcess.Result result = JarProcess.client().run(arguments.toArray(String[]::new));
      assertThat(result.exitCode()).as("%s", result).isZero();
    }
    return sent;
  }

  private static String answer(Dialect dialect, String datagram) {
    if (datagram.startsWith("s")) {
      return dialect.message("a", 1, BUFFER_BYTES);
    }
    int number = Integer.parseInt(datagram.replaceAll("(?s)^d ?\\| ?([0-9]+).*", "$1"));
    return dialect.message("a", number + 1);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSendToAForeignServerWhatTheLabSendsButForTheZeros(Dialect dialect) throws IOException {
    List<String> sent = sentByOurClient(dialect);

    assertThat(sent).isEqualTo(dialect.upload("00000000000000003000", content));
    assertThat(sent).isEqualTo(sentByOurClient(dialect, "--lab"));
  }

  /** What our server sends to a client that says its size as everybody else does. */
  @ParameterizedTest
  @EnumSource
  void shouldSendToAForeignClientWhatTheLabSends(Dialect dialect) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    try (ServerProcess server = ServerProcess.launcher(root).start();
        LabSocket client = LabSocket.to(server.address())) {
      List<String> answers = new ArrayList<>();
      for (String datagram : dialect.upload("3000", content)) {
        answers.add(client.exchange(datagram));
      }

      assertThat(answers)
          .containsExactly(
              dialect.message("a", 1, 1472),
              // A compact name with a dot comes from a client that may alternate numbers.
              dialect.message("a", dialect == Dialect.COMPACT ? 0 : 2),
              dialect.message("a", 3),
              dialect.message("a", 4));
    }
    assertThat(root.resolve("name.txt")).hasContent(content);
  }

  /** What begins with the high bit and is no hello has no answer, and spoils nothing. */
  @Test
  void shouldNotAnswerWhatIsNoHello() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    try (ServerProcess server = ServerProcess.launcher(root).start();
        LabSocket client = LabSocket.to(server.address())) {
      assertThat(client.exchange("s | 0 | name | 8")).isEqualTo("a | 1 | 1472");
      for (int first = 0x80; first <= 0xff; first++) {
        byte[] noise = new byte[1_200];
        noise[0] = (byte) first;
        client.send(noise);
      }

      assertThat(client.exchange("d | 1 | complete")).isEqualTo("a | 2");
    }
    assertThat(root.resolve("name")).hasContent("complete");
  }
}
