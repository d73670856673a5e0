package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.JarProcess.Result;
import dev.ferry.testkit.process.ProxyProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transfers over a path that drops long datagrams without a word, as some tunnels do. That nothing
 * stands still meanwhile is tested in virtual time, whatever else the machine does: PathMtuTest.
 */
class PathMtuIT {
  private static final int BYTES = 3_000_000;
  private static final String DATAGRAMS = "Datagrams of up to (\\d+) bytes";

  @TempDir Path directory;

  @Test
  void shouldPutWithDatagramsThatFit() throws IOException {
    Path file = RandomFile.create(directory.resolve("file"), BYTES, 1);
    Path root = Files.createDirectory(directory.resolve("root"));
    try (ServerProcess server = ServerProcess.launcher(root).start();
        ProxyProcess proxy = ProxyProcess.start(server, "--mtu", "1400")) {
      Result result = JarProcess.client().run(proxy.address(), file.toString(), "dest", "-v");

      assertThat(result.exitCode()).as("%s: %s\n%s", proxy, result, server.out()).isZero();
      assertThat(root.resolve("dest")).hasSameBinaryContentAs(file);
      String line = result.out().stream().filter(l -> l.matches(DATAGRAMS)).findFirst().get();
      assertThat(Integer.parseInt(line.replaceAll(DATAGRAMS, "$1"))).isBetween(1200, 1372);
    }
  }

  @Test
  void shouldGetWithDatagramsThatFit() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path file = RandomFile.create(root.resolve("dest"), BYTES, 1);
    Path target = directory.resolve("local");
    try (ServerProcess server = ServerProcess.launcher(root).start();
        ProxyProcess proxy = ProxyProcess.start(server, "--mtu", "1400")) {
      Result result = JarProcess.client().run("get", proxy.address(), "dest", target.toString());

      assertThat(result.exitCode()).as("%s: %s\n%s", proxy, result, server.out()).isZero();
      assertThat(target).hasSameBinaryContentAs(file);
    }
  }
}
