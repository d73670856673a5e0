package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file without content, which the lab's start alone would store. */
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

  @Test
  void shouldSendNothingThatCouldNotSayWhatWasAskedFor() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
      String server = "127.0.0.1:" + socket.getLocalPort();
      JarProcess.Result result =
          JarProcess.client().run(server, file.toString(), "f", "--if-exists", "refuse");

      assertThat(result.exitCode()).as("%s", result).isEqualTo(64);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .first()
          .asString()
          .isEqualTo(
              "ferry client: an empty file is stored by the lab's start, which cannot say"
                  + " --if-exists refuse; add --ferry");
      // What the client sent would be there before this.
      byte[] own = {1};
      socket.send(new DatagramPacket(own, own.length, socket.getLocalSocketAddress()));
      DatagramPacket first = new DatagramPacket(new byte[2000], 2000);
      socket.receive(first);
      assertThat(first.getPort()).isEqualTo(socket.getLocalPort());
    }
  }

  @Test
  void shouldPutAndGetInFerryMode() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result put =
          JarProcess.client()
              .run(operand(server), file.toString(), "f", "--ferry", "--if-exists", "refuse");
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

  @Test
  void shouldNotOverwriteInFerryModeIfToldSo() throws IOException {
    Files.writeString(root.resolve("f"), "as before");
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      JarProcess.Result put =
          JarProcess.client()
              .run(operand(server), file.toString(), "f", "--ferry", "--if-exists", "refuse");
      assertThat(put.exitCode()).as("%s", put).isEqualTo(73);
      assertThat(root.resolve("f")).hasContent("as before");
    }
  }
}
