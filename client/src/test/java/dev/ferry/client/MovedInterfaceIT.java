package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's interface gets another address in mid-transfer; in network namespaces. */
class MovedInterfaceIT {
  private static final int SIZE_BYTES = 5_000_000;

  /** Two machines with a link between them; the client is on this side. */
  private static final String LINK =
      """
      ip link set v0 up
      there ip addr add 10.9.1.9/24 dev v1
      there ip link set v1 up
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
  private TwoMachines machines;

  @BeforeEach
  void prepare() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    machines = new TwoMachines(directory, LINK);
  }

  private void transfer(String... arguments) throws IOException, InterruptedException {
    machines.run(TRANSFER, arguments);
    assertThat(Files.readString(directory.resolve("server.out")))
        .contains("started  10.9.1.2:")
        .contains("finished 10.9.1.3:");
  }

  @Test
  void shouldGoOnWithAPut() throws IOException, InterruptedException {
    machines.assume();
    Path file = TestFiles.create(directory.resolve("file"), SIZE_BYTES);
    transfer("10.9.1.9:7000", "file", "sent", "--max-rate", "8mbit");
    assertThat(root.resolve("sent")).hasSameBinaryContentAs(file);
  }

  @Test
  void shouldGoOnWithAGet() throws IOException, InterruptedException {
    machines.assume();
    Path file = TestFiles.create(root.resolve("file"), SIZE_BYTES);
    transfer("get", "10.9.1.9:7000", "file", "got");
    assertThat(directory.resolve("got")).hasSameBinaryContentAs(file);
  }
}
