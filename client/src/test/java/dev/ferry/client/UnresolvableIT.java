package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody sends from addresses of the server's own network at which nobody is, so that the kernel
 * keeps the answers until it gives up finding them; in network namespaces.
 */
class UnresolvableIT {
  private static final int SIZE_BYTES = 1_000_000;

  /** Two machines with a link between them; nobody asks this side's who has which address. */
  private static final String LINK =
      """
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
  private TwoMachines machines;

  @BeforeEach
  void prepare() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    machines = new TwoMachines(directory, LINK);
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
    machines.assume();
    Path file = TestFiles.create(root.resolve("file"), SIZE_BYTES);
    machines.run(TRANSFER);
    assertThat(heldBytes()).hasSize(2).containsOnlyOnce("00000000");
    assertThat(directory.resolve("got")).hasSameBinaryContentAs(file);
  }
}
