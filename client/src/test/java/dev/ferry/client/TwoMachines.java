package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferry.testkit.process.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Two machines with a link between them, in network namespaces: this one has the address 10.9.1.2
 * at {@code v0}, the other one {@code v1}. Scripts find the programs in {@code JAVA}, {@code
 * SERVER}, {@code CLIENT} and {@code CLASSES}, run commands at the other one by {@code there}, and
 * what they note in {@code server} and {@code starts} is ended with them.
 */
final class TwoMachines {
  private static final long PATIENCE_SECONDS = 100;

  private static final String MACHINES =
      """
      set -e
      ip link set lo up
      unshare --net sleep 600 & other=$!
      trap 'kill $other $server $starts 2>/dev/null || true' EXIT
      until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
      there() { nsenter -t $other -n "$@"; }
      ip link add v0 type veth peer name v1 netns $other
      ip addr add 10.9.1.2/24 dev v0
      """;

  private final Path directory;
  private final Path output;
  private final String link;

  /**
   * Makes nothing yet.
   *
   * @param directory where scripts work, and their output is kept
   * @param link what is set up before each script
   */
  TwoMachines(Path directory, String link) {
    this.directory = directory;
    this.output = directory.resolve("output");
    this.link = link;
  }

  /** Skips the test, with a line, where they cannot be made. */
  void assume() throws InterruptedException {
    boolean available;
    try {
      available = exitCode("") == 0;
    } catch (IOException e) {
      available = false;
    }
    if (!available) {
      System.out.println("a test is skipped: no two network namespaces can be made here");
    }
    assumeTrue(available);
  }

  /** Runs a script, which has to succeed. */
  void run(String script, String... arguments) throws IOException, InterruptedException {
    int code = exitCode(script, arguments);
    assertThat(code).as(Files.readString(output)).isZero();
  }

  private int exitCode(String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("-c", MACHINES + link + script, "bash"));
    Collections.addAll(words, arguments);
    Map<String, String> environment =
        Map.of(
            "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "CLASSES", Path.of("target", "test-classes").toAbsolutePath().toString(),
            "SERVER", System.getProperty("ferry.server.jar"),
            "CLIENT", System.getProperty("ferry.client.jar"),
            "XDG_CACHE_HOME", "/dev/null");
    return NetworkNamespace.run(directory, output, environment, PATIENCE_SECONDS, words);
  }
}
