package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches of datagrams to and from the kernel, at one end, at both, or at none. */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
class OffloadIT {
  private static final int FILE_BYTES = 16 << 20;

  /** Of Ethernet's size: larger ones, as loopback takes them, go one by one. */
  private static final List<String> OPTIONS = List.of("-v", "--ferry", "--datagram", "1472");

  @TempDir Path directory;

  private Path root;
  private Path file;
  private Path cache;

  @BeforeEach
  void prepare() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    cache = Files.createDirectory(directory.resolve("cache"));
    byte[] content = new byte[FILE_BYTES];
    new Random(1).nextBytes(content);
    file = Files.write(directory.resolve("file"), content);
  }

  private static String[] arguments(List<String> more, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(OPTIONS);
    all.addAll(more);
    return all.toArray(String[]::new);
  }

  private static List<String> option(boolean offload) {
    return offload ? List.of() : List.of("--no-offload");
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void shouldCopyTheSameWithAndWithout(boolean atClient, boolean atServer) throws IOException {
    Path got = directory.resolve("got");
    try (ServerProcess server =
        ServerProcess.launcher(root)
            .environment("XDG_CACHE_HOME", cache.toString())
            .start(option(atServer).toArray(String[]::new))) {
      String address = "127.0.0.1:" + server.port();

      JarProcess.Result put =
          run(arguments(option(atClient), "put", address, file.toString(), "stored"));
      JarProcess.Result get =
          run(arguments(option(atClient), "get", address, "stored", got.toString()));

      assertThat(put.exitCode()).as("%s", put).isZero();
      assertThat(get.exitCode()).as("%s", get).isZero();
      assertThat(put.err()).noneMatch(line -> line.contains("no batches"));
      assertThat(got).hasSameBinaryContentAs(file);
    }
  }

  private JarProcess.Result run(String... arguments) throws IOException {
    return JarProcess.client().environment("XDG_CACHE_HOME", cache.toString()).run(arguments);
  }

  /** As on a root that is read-only. */
  @Test
  void shouldSayWhyThereIsNone() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("-v")) {
      String address = "127.0.0.1:" + server.port();

      JarProcess.Result put =
          JarProcess.client().run(arguments(List.of(), address, file.toString()));

      assertThat(put.exitCode()).as("%s", put).isZero();
      server.err().await("^ferry server: no batches of datagrams: the cache has no directory");
      assertThat(put.err())
          .anyMatch(line -> line.startsWith("ferry client: no batches of datagrams: the cache"));
    }
  }
}
