package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testing.JarProcess;
import dev.ferry.testing.JarProcess.Result;
import dev.ferry.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Uploads with the real jars through the real proxy; the name of a case is what the network does.
 */
class LossyUploadIT {
  private static final String LISTENING = "^listening on \\S+:(\\d+), .*seed (-?\\d+)$";
  private static final long CONTENT_SEED = 11;

  @TempDir Path directory;

  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  private static JarProcess proxy(ServerProcess server, List<String> options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("0", "127.0.0.1:" + server.port(), "--bind", "127.0.0.1"));
    arguments.addAll(options);
    return JarProcess.lossyProxy().start(arguments.toArray(String[]::new));
  }

  private Path file(int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(CONTENT_SEED).nextBytes(content);
    return Files.write(directory.resolve("file"), content);
  }

  static Stream<Arguments> networks() {
    return Stream.of("spaced", "compact")
        .flatMap(
            dialect ->
                Stream.of(
                        "",
                        "--loss 50%",
                        "--up-loss 60%",
                        "--down-loss 60%",
                        "--loss 30% --duplicate 20% --reorder 30%:5ms --delay 3ms",
                        "--duplicate 100%",
                        "--replay 30%",
                        "--loss burst:20%:5",
                        "--loss every:3",
                        "--rate 5mbit --queue 20ms",
                        "--blackhole 200ms/300ms",
                        "--up-loss list:1+2+3",
                        "--preset wifi")
                    .map(options -> Arguments.of(dialect, options)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("networks")
  void shouldArriveWholeWhatever(String dialect, String options) throws IOException {
    Path file = file(8_000);
    List<String> words = options.isEmpty() ? List.of() : List.of(options.split(" ", -1));
    try (ServerProcess server = ServerProcess.launcher(root).start();
        JarProcess proxy = proxy(server, words)) {
      String listening = proxy.out().await(LISTENING).group();
      String port = listening.replaceAll(LISTENING, "$1");

      Result result =
          JarProcess.client()
              .run("127.0.0.1:" + port, file.toString(), "dest", "--dialect", dialect);

      assertThat(result.exitCode()).as("%s: %s", listening, result).isZero();
      assertThat(root.resolve("dest")).as(listening).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void shouldSayWhatBecameOfTheDatagramsWhenItIsStopped() throws IOException {
    Path file = file(20_000);
    try (ServerProcess server = ServerProcess.launcher(root).start();
        JarProcess proxy = proxy(server, List.of("--up-loss", "list:2+5", "--seed", "3"))) {
      String port = proxy.out().await(LISTENING).group().replaceAll(LISTENING, "$1");
      assertThat(JarProcess.client().run("127.0.0.1:" + port, file.toString(), "d").exitCode())
          .isZero();
      proxy.signal("TERM");
      Result result = proxy.await();

      assertThat(result.exitCode()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(result.out()).anyMatch(line -> line.matches("up .* lost 2, .*"));
      assertThat(result.out()).anyMatch(line -> line.matches("down .* lost 0, .*"));
    }
  }

  @Test
  void shouldSayWhatIsWrongWithTheCommandLine() throws IOException {
    assertThat(JarProcess.lossyProxy().run("0").exitCode()).isEqualTo(64);
    Result wrong = JarProcess.lossyProxy().run("0", "localhost:9", "--loss", "150%");
    assertThat(wrong.exitCode()).isEqualTo(64);
    assertThat(wrong.err().get(0)).contains("loss", "150%");
    assertThat(JarProcess.lossyProxy().run("0", "no.such.host.invalid:9").exitCode()).isEqualTo(68);
    assertThat(JarProcess.lossyProxy().run("--help").out()).anyMatch(l -> l.contains("--up"));
  }
}
