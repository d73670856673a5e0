package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.miniferry.MiniClient;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ends that speak another version of Ferry mode refuse each other, and the user reads why. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OtherVersionIT {
  @TempDir Path temporary;

  /** A server of another version: it answers a lab start, and refuses the hello. */
  private static String refuse(String datagram, char version) {
    if (datagram.startsWith("s | ")) {
      return "a | 1 | 0000001472";
    }
    String clientId = datagram.substring(4, 8);
    return datagram.charAt(0) == '\u00c0' ? "\u00c3\0" + clientId + "\1" + version : null;
  }

  @ParameterizedTest(name = "{0} {1}, version {2}")
  @CsvSource({
    "put, '', 1, server",
    "put, --ferry, 1, server",
    "get, '', 1, server",
    "put, --ferry, 3, client",
  })
  void shouldTellTheUserWhichEndToUpdate(String verb, String option, int version, String older)
      throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "content");
    Path fetched = temporary.resolve("fetched");
    try (ScriptedSocket server = ScriptedSocket.start(d -> refuse(d, (char) version))) {
      List<String> arguments = new ArrayList<>();
      if (verb.equals("get")) {
        arguments.addAll(List.of("get", server.address(), "name", fetched.toString()));
      } else {
        arguments.addAll(List.of(server.address(), file.toString()));
      }
      if (!option.isEmpty()) {
        arguments.add(option);
      }
      JarProcess.Result result = JarProcess.client().run(arguments.toArray(String[]::new));

      assertThat(result.err())
          .singleElement()
          .asString()
          .isEqualTo(
              "ferry client: %s speaks version %d of Ferry mode, and this client version 2;"
                  + " update the %s",
              server.address(), version, older);
      assertThat(result.exitCode()).isEqualTo(76);
      assertThat(fetched).doesNotExist();
    }
  }

  @Test
  void shouldAnswerAClientOfVersion1ByTheVersionThatItSpeaks() throws IOException {
    Path root = Files.createDirectory(temporary.resolve("root"));
    try (ServerProcess server = ServerProcess.launcher(root).start();
        MiniClient client = new MiniClient(server.address(), 0)) {
      assertThat(client.versions(1)).containsExactly(2);
      assertThat(server.stop()).isZero();
      assertThat(server.err().lines()).isEmpty();
    }
    assertThat(root).isEmptyDirectory();
  }
}
