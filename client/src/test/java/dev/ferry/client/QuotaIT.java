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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a server stores in sum, with the real jars. */
@DisabledOnOs(OS.WINDOWS)
class QuotaIT {
  @TempDir Path directory;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  private JarProcess.Result client(int exitCode, String... arguments) throws IOException {
    JarProcess.Result result = JarProcess.client().in(directory).run(arguments);
    assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
    return result;
  }

  private long bytesThere() throws IOException {
    long bytes = 0;
    for (String name : TestFiles.namesBelow(root)) {
      bytes += name.endsWith(".journal") ? 0 : Files.size(root.resolve(name));
    }
    return bytes;
  }

  /** Many files over one connection, and over many. */
  @Test
  void shouldStoreNoMoreThanItsQuotaOfMany() throws IOException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    for (int i = 0; i < 60; i++) {
      TestFiles.create(tree.resolve("f" + i), 10_000 + i);
    }
    try (ServerProcess server = ServerProcess.launcher(root).start("--quota", "200kB")) {
      String at = "127.0.0.1:" + server.port() + "/";
      assertThat(client(74, "cp", "-q", "tree/", at + "t").err())
          .anyMatch(line -> line.contains("has no room: its quota of 200000 bytes"));
      assertThat(bytesThere()).isBetween(180_000L, 200_000L);
      List<JarProcess> together = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        together.add(
            JarProcess.client().in(directory).start("cp", "-q", "tree/f" + i, at + "n" + i));
      }
      together.forEach(each -> each.await());
      together.forEach(JarProcess::close);
      assertThat(bytesThere()).isBetween(180_000L, 200_000L);
      assertThat(server.stop()).isZero();
    }
  }

  @Test
  void shouldKnowWhatThereIsAfterARestart() throws IOException {
    TestFiles.create(directory.resolve("six"), 600_000);
    TestFiles.create(directory.resolve("five"), 500_000);
    TestFiles.create(directory.resolve("three"), 300_000);
    TestFiles.create(directory.resolve("tiny"), 10);
    String[] options = {"--quota", "1MB", "--max-files", "3", "--allow-delete"};
    try (ServerProcess server = ServerProcess.launcher(root).start(options)) {
      client(0, "cp", "six", "127.0.0.1:" + server.port() + "/d/a");
    }
    try (ServerProcess server = ServerProcess.launcher(root).start(options)) {
      String at = "127.0.0.1:" + server.port() + "/";
      client(74, "cp", "five", at + "b");
      client(0, "cp", "three", at + "d/a");
      client(0, "cp", "five", at + "b");
      assertThat(client(74, "cp", "-q", "tiny", at + "c").err())
          .singleElement()
          .asString()
          .contains("it stores no more than 3 files and directories");
      client(0, "rm", at + "b");
      client(0, "cp", "five", at + "c");
      server.err().await("^failed   \\S+ '?b'?, .*500000 bytes wanted, 600000 stored");
      assertThat(server.stop()).isZero();
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("c", "d/a");
  }

  @Test
  void shouldEndAPipeAtTheQuota() throws IOException {
    Path input = TestFiles.create(directory.resolve("input"), 30_000_000);
    try (ServerProcess server = ServerProcess.launcher(root).start("--quota", "20MB")) {
      JarProcess.Result result =
          JarProcess.client()
              .in(directory)
              .under("sh", "-c", "exec \"$@\" < " + input, "sh")
              .run("cp", "-", "127.0.0.1:" + server.port() + "/pipe");
      assertThat(result.exitCode()).as("%s", result).isEqualTo(74);
      assertThat(result.err()).anyMatch(line -> line.contains("its quota of 20000000 bytes"));
      assertThat(server.stop()).isZero();
    }
    assertThat(TestFiles.namesBelow(root)).isEmpty();
  }

  @Test
  void shouldHoldForLabClients() throws IOException {
    Files.writeString(root.resolve("there"), "there");
    try (ServerProcess server = ServerProcess.launcher(root).start("--quota", "10");
        LabSocket small = LabSocket.to(server.address());
        LabSocket large = LabSocket.to(server.address())) {
      assertThat(small.exchange("s | 0 | small | 5")).isEqualTo("a | 1 | 1472");
      assertThat(small.exchange("d | 1 | small")).isEqualTo("a | 2");
      assertThat(large.exchange("s | 0 | large | 00000000000000000006"))
          .isEqualTo("a | 1 | 0000001472");
      assertThat(large.exchange("d | 1 | larger")).isEqualTo("r | 1 | 5");
      assertThat(server.stop()).isZero();
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("small", "there");
  }
}
