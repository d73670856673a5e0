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

/**
 * Somebody sends from addresses of the server's own network at which nobody is, so that the kernel
 * keeps the answers until it gives up finding them; in network namespaces.
 */
class UnresolvableIT {
  private static final int SIZE_BYTES = 1_000_000;
  private static final long PATIENCE_SECONDS = 100;

  /** Two machines with a link between them; nobody asks this side's who has which address. */
  private static final String LINK =
      """
      set -e
      ip link set lo up
      unshare --net sleep 600 & other=$!
      trap 'kill $other $server $starts 2>/dev/null || true' EXIT
      until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
      there() { nsenter -t $other -n "$@"; }
      ip link add v0 type veth peer name v1 netns $other
      ip addr add 10.9.1.2/24 dev v0
      for i in $(seq 20 59); do ip addr add 10.9.1.$i/24 dev v0; done
      ip link set v0 up arp off
      there ip addr add 10.9.1.9/24 dev v1
      there ip link set v1 up
      there ip neigh replace 10.9.1.2 lladdr $(ip link show v0 | awk '/ether/ {print $2}') dev v1
      ip neigh replace 10.9.1.9 lladdr $(there ip link show v1 | awk '/ether/ {print $2}') dev v0
      """;

  /** Starts until a socket holds answers; what the sockets hold then, and a transfer. */
  private static final String TRANSFER =
      """
      nsenter -t $other -n "$JAVA" -jar "$SERVER" 7000 --root root >server.out & server=$!
      until grep -q listening server.out; do sleep 0.1; done
      "$JAVA" -cp "$CLASSES" dev.ferry.client.StartsFromNowhere 10.9.1.9 7000 & starts=$!
      holds() { awk '/0901090A:1B58/ && $5 !~ /^00000000:/ {held = 1} END {exit !held}' sockets; }
      until there cat /proc/net/udp /proc/net/udp6 >sockets && holds; do sleep 0.1; done
      "$JAVA" -jar "$CLIENT" get 10.9.1.9:7000 file got
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
            "CLASSES", Path.of("target", "test-classes").toAbsolutePath().toString(),
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

  /** What the sockets of the server's address hold, as the kernel lists it. */
  private List<String> heldBytes() throws IOException {
    return Files.readAllLines(directory.resolve("sockets")).stream()
        .map(line -> line.trim().split(" +", -1))
        .filter(words -> words.length > 4 && words[1].endsWith("0901090A:1B58"))
        .map(words -> words[4].substring(0, words[4].indexOf(':')))
        .toList();
  }

  @Test
  void shouldSendToOthersWhileNobodyTakesSomeAnswers() throws IOException, InterruptedException {
    assumeNamespaces();
    Path file = TestFiles.create(root.resolve("file"), SIZE_BYTES);
    assertThat(inNamespace(LINK + TRANSFER)).as(Files.readString(output)).isZero();
    assertThat(heldBytes()).hasSize(2).containsOnlyOnce("00000000");
    assertThat(directory.resolve("got")).hasSameBinaryContentAs(file);
  }
}
