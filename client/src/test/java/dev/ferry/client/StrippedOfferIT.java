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
 * A man in the middle takes the offer of Ferry mode away; in network namespaces, because servers on
 * this machine are not remembered.
 */
class StrippedOfferIT {
  private static final String SENT = "pay 100 euros";
  private static final String CHANGED = "pay 999 euros";

  private static final String LINK =
      """
      ip link set v0 up
      there ip link set lo up
      there ip addr add 10.9.1.9/24 dev v1
      there ip link set v1 up
      """;

  /** By a client that has met the server, one that has not, and one that insists on lab mode. */
  private static final String TRANSFERS =
      """
      export XDG_STATE_HOME="$PWD/state"
      serve() {
        nsenter -t $other -n "$JAVA" -Xmx64m -jar "$SERVER" $1 --root root >server.out & server=$!
        until grep -q listening server.out; do sleep 0.1; done
      }
      put() { local name=$1; shift; code=0; "$JAVA" -jar "$CLIENT" 10.9.1.9:7000 file $name "$@" >$name.out 2>&1 || code=$?; echo $code >>$name.out; }
      serve 7000
      put met
      kill $server; wait $server || true
      serve 7001
      nsenter -t $other -n "$JAVA" -cp "$CLASSES" dev.ferry.client.StrippingRelay 7000 10.9.1.9 7001 >relay.out & starts=$!
      until grep -q listening relay.out; do sleep 0.1; done
      put knows
      put insists --lab
      XDG_STATE_HOME="$PWD/other" put new
      """;

  @TempDir private Path directory;
  private Path root;
  private TwoMachines machines;

  @BeforeEach
  void prepare() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    Files.writeString(directory.resolve("file"), SENT);
    machines = new TwoMachines(directory, LINK);
  }

  private List<String> said(String name) throws IOException {
    return Files.readAllLines(directory.resolve(name + ".out"));
  }

  @Test
  void shouldRefuseWhereTheServerIsKnownAndSayUnencryptedElsewhere()
      throws IOException, InterruptedException {
    machines.assume();
    machines.run(TRANSFERS);

    assertThat(said("met")).hasSize(2).endsWith("0");
    assertThat(said("met").get(0)).doesNotContain("unencrypted");
    assertThat(root.resolve("met")).hasContent(SENT);

    assertThat(said("knows")).endsWith("77");
    assertThat(said("knows").get(0)).contains("nothing was sent unencrypted", "--lab");
    assertThat(root.resolve("knows")).doesNotExist();

    for (String name : List.of("new", "insists")) {
      assertThat(said(name)).endsWith("0");
      assertThat(said(name).get(0)).endsWith(", unencrypted");
      assertThat(root.resolve(name)).hasContent(CHANGED);
    }
    assertThat(TestFiles.namesBelow(root)).containsExactly("insists", "met", "new");
  }
}
