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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's interface gets another address in mid-transfer; in network namespaces. */
class MovedInterfaceIT {
  private static final int SIZE_BYTES = 5_000_000;
  private static final long PATIENCE_SECONDS = 100;

  /** Two machines with a link between them; the client is on this side. */
  private static final String LINK =
      """
      set -e
      ip link set lo up
      unshare --net sleep 600 & other=$!
      trap 'kill $other $server 2>/dev/null || true' EXIT
      until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
      ip link add v0 type veth peer name v1 netns $other
      ip addr add 10.9.1.2/24 dev v0
      ip link set v0 up
      nsenter -t $other -n ip addr add 10.9.1.9/24 dev v1
      nsenter -t $other -n ip link set v1 up
      """;

  /** A transfer in whose middle the address changes. */
  private static final String TRANSFER =
      """
      nsenter -t $other -n "$JAVA" -jar "$SERVER" 7000 --root root --max-rate 8mbit >server.out & server=$!
      until grep -q listening server.out; do sleep 0.1; done
      "$JAVA" -jar "$CLIENT" "$@" --json >client.out & client=$!
      until grep -q '"doneBytes":[1-9].*"sizeBytes"' client.out; do sleep 0.1; done
      ip addr del 10.9.1.2/24 dev v0
      ip addr add 10.9.1.3/24 dev v0
      wait $client
      """;

  @TempDir private Path directory;
  private Path root;
  private Path output;

  @BeforeEach
  void prepare() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    output = directory.resolve("output");
  }

  private int inNamespace(String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("-c", script, "bash"));
    Collections.addAll(words, arguments);
    Map<String, String> environment =
        Map.of(
            "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "SERVER", System.getProperty("ferry.server.jar"),
            "CLIENT", System.getProperty("ferry.client.jar"),
            "XDG_CACHE_HOME", "/dev/null");
    return NetworkNamespace.run(directory, output, environment, PATIENCE_SECONDS, words);
  }

  private void assumeNamespaces() throws InterruptedException {
    boolean available;
    try {
      available = inNamespace(LINK) == 0;
    } catch (IOException e) {
      available = false;
    }
    if (!available) {
      System.out.println("a test is skipped: no two network namespaces can be made here");
    }
    assumeTrue(available);
  }

  private void transfer(String... arguments) throws IOException, InterruptedException {
    assertThat(inNamespace(LINK + TRANSFER, arguments)).as(Files.readString(output)).isZero();
    assertThat(Files.readString(directory.resolve("server.out")))
        .contains("started  10.9.1.2:")
        .contains("finished 10.9.1.3:");
  }

  @Test
  void shouldGoOnWithAPut() throws IOException, InterruptedException {
    assumeNamespaces();
    Path file = TestFiles.create(directory.resolve("file"), SIZE_BYTES);
    transfer("10.9.1.9:7000", "file", "sent", "--max-rate", "8mbit");
    assertThat(root.resolve("sent")).hasSameBinaryContentAs(file);
  }

  @Test
  void shouldGoOnWithAGet() throws IOException, InterruptedException {
    assumeNamespaces();
    Path file = TestFiles.create(root.resolve("file"), SIZE_BYTES);
    transfer("get", "10.9.1.9:7000", "file", "got");
    assertThat(directory.resolve("got")).hasSameBinaryContentAs(file);
  }
}
