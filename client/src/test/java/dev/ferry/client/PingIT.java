package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a server is there can be asked without leaving a trace at it. */
class PingIT {
  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"spaced", "compact"})
  void shouldBeAnsweredWithoutATrace(String dialect) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--verbose", "--no-offload")) {
      String address = "127.0.0.1:" + server.port();
      JarProcess.Result result = JarProcess.client().run("--ping", address, "--dialect", dialect);

      assertThat(result.out()).containsExactly(address + " answers");
      assertThat(result.err()).isEmpty();
      assertThat(result.exitCode()).isZero();
      assertThat(root).isEmptyDirectory();
      assertThat(server.stop()).isZero();
      assertThat(server.out().lines()).hasSize(2).last().isEqualTo("stopped");
      assertThat(server.err().lines()).isEmpty();
    }
  }

  @Test
  void shouldTakeARefusalForAnAnswer() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--max-file-size", "0")) {
      JarProcess.Result result = JarProcess.client().run("--ping", "127.0.0.1:" + server.port());
      assertThat(result.exitCode()).as(result.toString()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a | 1 | 1024", "a | 1", "r | 0 | 5", "a|1|20480"})
  void shouldTakeAnyAnswerHoweverLate(String answer) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedSocket server =
        ScriptedSocket.start(start -> asked.incrementAndGet() < 5 ? null : answer)) {
      JarProcess.Result result = JarProcess.client().run("--ping", server.address(), "--quiet");
      assertThat(result.exitCode()).isZero();
      assertThat(result.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "hello", "s | 0 | x | 1"})
  void shouldGiveUpIfNothingThatMakesSenseComesBack(String answer) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedSocket server =
        ScriptedSocket.start(
            start -> {
              asked.incrementAndGet();
              return answer;
            })) {
      JarProcess.Result result = JarProcess.client().run("--ping", server.address());

      assertThat(result.exitCode()).isEqualTo(75);
      assertThat(result.err())
          .singleElement()
          .asString()
          .startsWith("ferry client: no answer from " + server.address());
      assertThat(asked).hasValue(5);
    }
  }

  @Test
  void shouldSayAtOnceThatNothingListens() throws IOException {
    ScriptedSocket closed = ScriptedSocket.start(start -> null);
    String address = closed.address();
    closed.close();

    JarProcess.Result result = JarProcess.client().run("--ping", address);

    assertThat(result.exitCode()).isEqualTo(75);
    assertThat(result.err()).singleElement().asString().contains("nothing listens at");
  }

  @Test
  void shouldPrintOneObject() throws IOException {
    try (ScriptedSocket server = ScriptedSocket.start(start -> "a | 1 | 1024")) {
      JarProcess.Result result = JarProcess.client().run("--json", "--ping", server.address());

      assertThat(result.out()).hasSize(1);
      assertThat(FlatJson.parse(result.out().get(0)))
          .containsEntry("schema", "ferry.client.v1")
          .containsEntry("event", "answered")
          .containsEntry("server", server.address());
    }
  }

  @Test
  void shouldNotTakeWhatItWouldIgnore() throws IOException {
    for (String more : List.of("file", "--impair=loss=50%", "--impair-out=loss=50%")) {
      JarProcess.Result result =
          JarProcess.client().run(("--ping h:1 " + more.replaceFirst("=", " ")).split(" ", -1));
      assertThat(result.exitCode()).isEqualTo(64);
      assertThat(result.err()).first().asString().contains("--ping");
    }
  }
}
