package dev.ferry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file without content, of which the lab's start says everything. */
class EmptyFileIT {
  @TempDir Path directory;
  private Path root;
  private Path file;

  @BeforeEach
  void create() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    file = Files.createFile(directory.resolve("empty"));
  }

  private static String operand(ServerProcess server) {
    return "127.0.0.1:" + server.port();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"--ferry", "--no-preserve"})
  void shouldPutAndGetInFerryMode(String option) throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result put =
          JarProcess.client()
              .run(operand(server), file.toString(), "f", option, "--if-exists", "refuse");
      assertThat(put.exitCode()).as("%s", put).isZero();
      assertThat(put.err()).isEmpty();
      server.out().await("^finished \\S+ 'f', 0 B");
      assertThat(root.resolve("f")).isEmptyFile();

      Path back = directory.resolve("back");
      JarProcess.Result get = JarProcess.client().run("get", operand(server), "f", back.toString());
      assertThat(get.exitCode()).as("%s", get).isZero();
      assertThat(back).isEmptyFile();
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("f");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"--ferry", "--no-preserve"})
  void shouldNotOverwriteInFerryModeIfToldSo(String option) throws IOException {
    Files.writeString(root.resolve("f"), "as before");
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result put =
          JarProcess.client()
              .run(operand(server), file.toString(), "f", option, "--if-exists", "refuse");
      assertThat(put.exitCode()).as("%s", put).isEqualTo(73);
      assertThat(root.resolve("f")).hasContent("as before");
    }
  }

  @Test
  void shouldReplaceContentInLabModeToo() throws IOException {
    Files.writeString(root.resolve("f"), "as before");
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result put =
          JarProcess.client().run(operand(server), file.toString(), "f", "--lab");
      assertThat(put.exitCode()).as("%s", put).isZero();
      assertThat(root.resolve("f")).isEmptyFile();
    }
  }

  @Test
  void shouldReplaceNothingForAStartAlone() throws IOException {
    Files.writeString(root.resolve("f"), "as before");
    try (ServerProcess server = ServerProcess.launcher(root).start();
        DatagramSocket socket = new DatagramSocket()) {
      send(socket, server, "s | 0 | f | 0");
      assertThat(receive(socket)).isEqualTo("a | 1 | 1472");
      server.err().await("^failed   \\S+ 'f', 0 B of 0 B: a start alone replaces no file");
      assertThat(root.resolve("f")).hasContent("as before");

      send(socket, server, "s | 0 | f | 0");
      assertThat(receive(socket)).isEqualTo("a | 1 | 1472");
      send(socket, server, "d | 1 | ");
      assertThat(receive(socket)).isEqualTo("a | 2");
      assertThat(root.resolve("f")).isEmptyFile();
    }
  }

  private static void send(DatagramSocket socket, ServerProcess server, String message)
      throws IOException {
    byte[] bytes = message.getBytes(UTF_8);
    socket.send(new DatagramPacket(bytes, bytes.length, server.address()));
  }

  private static String receive(DatagramSocket socket) throws IOException {
    DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
    socket.receive(answer);
    return new String(answer.getData(), 0, answer.getLength(), UTF_8);
  }
}
