package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.LabSocket;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server with {@code -v} says of those whom it does not answer. */
class IgnoredIT {
  @TempDir private Path directory;
  private Path root;
  private Path key;

  @BeforeEach
  void create() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    key = key("key");
    TestFiles.create(directory.resolve("file"), 10);
  }

  private Path key(String name) throws IOException {
    Path file = directory.resolve(name);
    assertThat(JarProcess.client().run("keygen", file.toString()).exitCode()).isZero();
    return file;
  }

  @Test
  void shouldSayThatAStartIsNone() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("-v");
        LabSocket client = LabSocket.to(server.address())) {
      client.send("s | 0 | name | 12\n");
      server
          .err()
          .await("^ignored  127.0.0.1:\\d+, which began with what is no start.*: 1 datagram");
    }
  }

  @Test
  void shouldSayWhoHasNoKeyOrAnotherOne() throws IOException {
    Path other = key("other");
    try (ServerProcess server =
        ServerProcess.launcher(root).start("-v", "--no-tcp", "--key-file", key.toString())) {
      String address = "127.0.0.1:" + server.port();
      try (JarProcess without = JarProcess.client().in(directory).start(address, "file")) {
        server.err().await("^ignored  127.0.0.1:\\d+, which has no key: 1 datagram");
        assertThat(without.virtualMachine().isAlive()).isTrue();
      }
      try (JarProcess with =
          JarProcess.client()
              .in(directory)
              .start(address, "file", "--key-file", other.toString())) {
        server.err().await("^ignored  127.0.0.1:\\d+, which has another key: 1 datagram");
        assertThat(with.virtualMachine().isAlive()).isTrue();
      }
    }
  }
}
